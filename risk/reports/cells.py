"""Text in the cells of a spreadsheet: nothing a file says is ever taken for a formula."""

from __future__ import annotations

import re
from typing import Any

from risk.reports.printable import printable

#: Characters at the start of a cell that spreadsheets take for a formula, or skip before they look for one; the wide
#: forms of East Asian keyboards among them (OWASP, CSV Injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

#: Most characters of an Excel cell (Excel specifications and limits).
LONGEST = 32_767

#: XML has no such characters, even escaped (XML 1.0, 2.2); C0 and surrogates are `printable`'s.
_NO_XML = re.compile("[\ufffe\uffff]")

#: What a spreadsheet would read as an escaped character (ECMA-376-1, 22.4.2.4).
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula."""
    return text.startswith(FORMULA_STARTS)


def csv_row(row: dict[str, Any]) -> dict[str, Any]:
    """The row with an apostrophe before each text that starts like a formula; numbers stay numbers."""
    return {
        name: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
        for name, value in row.items()
    }


def xlsx_text(text: str) -> str:
    """Text as a cell of a workbook can hold it: no control characters, and cut with an ellipsis where too long."""
    safe = _NO_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", printable(text))
    safe = _LOOKS_ESCAPED.sub("_x005F_", safe)
    return safe if len(safe) <= LONGEST else safe[: LONGEST - 1] + "…"
