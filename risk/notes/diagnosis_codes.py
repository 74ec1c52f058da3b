"""ICD-10-CM codes that a note names; only those of the code set, so that nothing else of that shape gets out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Written with its dot, in capitals: "L4.5" and "c5.6" are none.
_CODE = re.compile(r"(?<![\w.])[A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4}(?!\w)")


def codes_in(text: str) -> Iterator[tuple[str, str, str, int, int]]:
    """Codes of a note as elements: (diagnosis, code with its dot, asserted, start, end); those that ended too."""
    found = list(_CODE.finditer(text))
    if not found:
        return
    from risk.reference.icd10 import load_icd10  # seconds, where the code set was never compiled

    codes = pd.Series([match[0].replace(".", "") for match in found], dtype="str")
    known = load_icd10().describe(codes).notna()
    for match, is_code in zip(found, known, strict=True):
        if is_code:
            yield "diagnosis", match[0], "asserted", match.start(), match.end()
