"""Codes typed in a text: how each stands on a date, and what took its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pandas as pd

from risk.reference.icd10 import Icd10

#: A code with its dot; or one of four and more characters without it; or a category that is no level of the spine.
_TYPED = re.compile(
    r"\b(?:[A-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|[A-Z]\d[0-9A-Z][0-9A-Z]{1,4}|[ABD-KM-RU-Z]\d[0-9A-Z])\b(?!-\d)", re.IGNORECASE
)


@dataclass(frozen=True)
class TypedCode:
    """A code that stands in the text.

    Attributes
    ----------
    code, description
        Upper case without the dot, and the title; both null for one in no edition, which is told by its place alone.
    place
        First and one past the last character of the text.
    status
        As :meth:`risk.reference.icd10.Icd10.status`.
    begins, ends
        First and last valid day, where the code changed and the day is known.
    instead
        Billable codes that took its place, or stand below it on the date.
    """

    code: str | None
    description: str | None
    place: tuple[int, int]
    status: str
    begins: date | None = None
    ends: date | None = None
    instead: tuple[str, ...] = ()


def typed_codes(text: str, icd10: Icd10, on: date) -> list[TypedCode]:
    """Codes typed in a text, each once, in the order of the text.

    Without a dot only what is a code of some edition counts: numbers of other kinds look the same.
    """
    found: dict[str, TypedCode] = {}
    for match in _TYPED.finditer(text):
        code = match[0].replace(".", "").upper()
        if code in found:
            continue
        typed = _typed(code, match.span(), icd10, on)
        if typed.code or "." in match[0]:
            found[code] = typed
    return list(found.values())


def without_codes(text: str, codes: list[TypedCode]) -> str:
    """The text with blanks for typed codes, so that every place stays where it is."""
    for one in codes:
        start, end = one.place
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _typed(code: str, place: tuple[int, int], icd10: Icd10, on: date) -> TypedCode:
    asked = pd.Series([code], dtype="str")
    status = icd10.status(asked, pd.Series([pd.Timestamp(on)])).iloc[0]
    description = icd10.describe(asked).iloc[0]
    if pd.isna(description):
        return TypedCode(None, None, place, "unknown")
    ends = icd10.ended_on(asked).iloc[0] if icd10.end_is_exact(asked).iloc[0] else None
    instead = () if status == "valid" else icd10.billable_descendants(code, on)
    return TypedCode(code, description, place, status, _day(icd10.began_on(asked).iloc[0]), _day(ends), instead)


def _day(value: object) -> date | None:
    return value.date() if isinstance(value, pd.Timestamp) else None
