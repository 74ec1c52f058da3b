"""The repeating and composite elements of an 835: procedures, adjustments, remark codes.

Each function takes a whole segment; what it cannot read comes back as a :class:`Problem` for the caller, who knows
where the segment stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from risk.claims.tables import MODIFIERS
from risk.readers.composites_837 import Problem
from risk.readers.elements import Unreadable, at, cents, day, quantity
from risk.readers.remits_835_fields import GROUP_CODES, REMARK_ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]

_MOST_TRIPLETS = 6  # CAS02 to CAS19
_MOST_PAIRS = 6  # PLB03 to PLB14
_REVENUE = "NU"  # SVC01-1: the code is a revenue code
#: SVC01 is qualifier : code. It gives away a component separator that ISA16 does not declare.
_SERVICE = re.compile(r"(?:AD|ER|HC|HP|IV|N4|N6|NU|UI|WK)([^\w\s.-])\w.*", re.ASCII)
_NPI = re.compile(r"[12]\d{9}", re.ASCII)


def component_separator(svc: list[str], declared: str) -> str:
    """Component separator that SVC01 uses, which is the declared one unless it plainly is another."""
    service = at(svc, 1)
    other = None if declared in service else _SERVICE.fullmatch(service)
    return other[1] if other else declared


def read_procedures(row: Row, svc: list[str], component: str) -> None:
    """SVC01, the service as adjudicated, and SVC06, as submitted; their descriptions are not read."""
    for element, prefix in ((1, ""), (6, "original_")):
        pieces = at(svc, element).split(component)
        qualifier, procedure = at(pieces, 0).upper() or None, at(pieces, 1).upper() or None
        row[prefix + "procedure_qualifier"] = qualifier
        row[prefix + ("revenue_center_code" if qualifier == _REVENUE else "procedure_code")] = procedure
        for column, modifier in zip(MODIFIERS, pieces[2:], strict=False):
            row[prefix + column] = modifier.strip().upper() or None


def read_adjustments(cas: list[str]) -> tuple[list[Row], list[Problem]]:
    """CAS: up to six triplets of reason, amount, quantity; null where one of them cannot be read."""
    rows: list[Row] = []
    problems: list[Problem] = []
    group = at(cas, 1).upper()
    if group not in GROUP_CODES:
        problems.append(Problem("CAS01", "expected one of CO, OA, PI, PR"))
    for first in range(2, 2 + 3 * _MOST_TRIPLETS, 3):
        carc, amount, units = (at(cas, first + n) for n in range(3))
        if not (carc or amount or units):
            continue
        row: Row = {"group_code": group if group in GROUP_CODES else None, "carc": carc.upper() or None}
        if not carc:
            problems.append(Problem(f"CAS{first:02d}", "expected an adjustment reason code"))
        row["adjustment_cents"] = _value(
            problems, f"CAS{first + 1:02d}", amount, cents, "expected an amount in dollars"
        )
        row["quantity"] = _value(problems, f"CAS{first + 2:02d}", units, quantity)
        rows.append(row)
    return rows, problems


def read_remarks(segment: str, parts: list[str]) -> list[Row]:
    """LQ of qualifier HE, MIA or MOA: remark codes; nothing for other lists of codes."""
    elements = REMARK_ELEMENTS.get(segment) or ((2,) if at(parts, 1).upper() == "HE" else ())
    codes = (at(parts, element).upper() for element in elements)
    return [{"segment": segment, "rarc": rarc} for rarc in codes if rarc]


def read_provider_adjustments(plb: list[str], component: str) -> tuple[list[Row], list[Problem]]:
    """PLB: up to six pairs of reason with reference, and amount."""
    rows: list[Row] = []
    problems: list[Problem] = []
    provider = at(plb, 1)
    npi = provider if _NPI.fullmatch(provider) else None
    period = _value(problems, "PLB02", at(plb, 2), day)
    for first in range(3, 3 + 2 * _MOST_PAIRS, 2):
        reason, amount = at(plb, first), at(plb, first + 1)
        if not (reason or amount):
            continue
        pieces = reason.split(component)
        row: Row = {"provider_npi": npi, "fiscal_period_date": period}
        row["reason_code"], row["reference"] = at(pieces, 0).upper() or None, at(pieces, 1) or None
        row["adjustment_cents"] = _value(
            problems, f"PLB{first + 1:02d}", amount, cents, "expected an amount in dollars"
        )
        rows.append(row)
    return rows, problems


def _value(problems: list[Problem], element: str, text: str, read: Callable[[str], Any], absent: str = "") -> Any:
    """Value of an element, null with a problem where it cannot be read or, where ``absent`` says so, is empty."""
    if not text:
        if absent:
            problems.append(Problem(element, absent))
        return None
    try:
        return read(text)
    except Unreadable as expected:
        problems.append(Problem(element, str(expected)))
        return None
