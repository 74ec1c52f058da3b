"""The composite elements of an 837 claim: facility, procedure, pointers, diagnoses and other codes.

Each function takes a whole segment and fills a row; what it cannot read comes back as a :class:`Problem` for the
caller, who knows where the segment stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from risk.claims.tables import MODIFIERS, POINTERS
from risk.readers.claims_837_fields import CODE_QUALIFIERS, DX_QUALIFIERS
from risk.readers.elements import BLANKS, Unreadable, at, cents, period_end, period_start, pointer, quantity

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]

#: CLM05 is facility : A or B : frequency. Its middle gives away a component separator that ISA16 does not declare.
_FACILITY = re.compile(r"\w{1,2}([^\w\s])[AB]\1\w", re.ASCII)


class Problem(NamedTuple):
    """An element that is not as expected; a fatal one the claim cannot be without."""

    element: str
    expected: str
    fatal: bool = False


class Diagnosis(NamedTuple):
    """A diagnosis of HI: its code without the dot, what it is, and whether it was present on admission."""

    dx_code: str
    dx_qualifier: str
    present_on_admission: str | None


def component_separator(clm: list[str], declared: str) -> str:
    """Component separator that CLM05 uses, which is the declared one unless it plainly is another."""
    facility = at(clm, 5)
    other = None if declared in facility else _FACILITY.fullmatch(facility)
    return other[1] if other else declared


def facility_and_frequency(clm: list[str], component: str) -> tuple[str | None, str | None]:
    """CLM05-1, place of service or first two digits of the bill type, and CLM05-3, the claim frequency."""
    pieces = at(clm, 5).split(component)
    return at(pieces, 0).upper() or None, at(pieces, 2).upper() or None


def related_cause(clm: list[str], component: str) -> tuple[str | None, str | None]:
    """CLM11-1, what kind of accident the claim is for, and CLM11-4, the state of an auto accident."""
    pieces = at(clm, 11).split(component)
    return at(pieces, 0).upper() or None, at(pieces, 3).upper() or None


def drg_code(hi: list[str], component: str) -> str | None:
    """Diagnosis related group of an HI, or null."""
    pieces = [composite.split(component) for composite in hi[1:]]
    found = (at(piece, 1).upper() for piece in pieces if at(piece, 0).upper() == "DR")
    return next((drg for drg in found if drg), None)


def read_total(row: Row, clm: list[str]) -> list[Problem]:
    """CLM02."""
    return _read(row, "total_charge_cents", at(clm, 2), cents, "CLM02", fatal=True)


def read_professional_service(row: Row, sv1: list[str], component: str) -> list[Problem]:
    """SV1: procedure, charge, units, place of service, pointers."""
    _procedure(row, at(sv1, 1), component)
    row["place_of_service_code"] = at(sv1, 5).upper() or None
    problems = _read(row, "line_charge_cents", at(sv1, 2), cents, "SV102", fatal=True)
    if units := at(sv1, 4):
        problems += _read(row, "quantity", units, quantity, "SV104")
    pointers = at(sv1, 7).split(component)
    for rank, (column, text) in enumerate(zip(POINTERS, pointers, strict=False), start=1):
        if text:
            problems += _read(row, column, text, pointer, f"SV107-{rank}")
    if len(pointers) > len(POINTERS):
        problems.append(Problem("SV107", "expected at most four diagnosis pointers: the others are left out"))
    return problems


def read_institutional_service(row: Row, sv2: list[str], component: str) -> list[Problem]:
    """SV2: revenue code, procedure, charge, units."""
    row["revenue_center_code"] = at(sv2, 1).upper() or None
    _procedure(row, at(sv2, 2), component)
    problems = _read(row, "line_charge_cents", at(sv2, 3), cents, "SV203", fatal=True)
    if units := at(sv2, 5):
        problems += _read(row, "quantity", units, quantity, "SV205")
    return problems


def read_dental_service(_row: Row, _sv3: list[str], _component: str) -> list[Problem]:
    """SV3: not a service of the claims read here."""
    return [Problem("SV301", "a dental service line: expected SV1 or SV2", fatal=True)]


def read_diagnoses(diagnoses: list[Diagnosis], hi: list[str], component: str) -> list[Problem]:
    """HI: up to twelve composites of qualifier and code; appends the diagnoses among them."""
    problems = []
    for element, composite in enumerate(hi[1:], start=1):
        pieces = composite.split(component)
        qualifier = DX_QUALIFIERS.get(at(pieces, 0).upper())
        if qualifier is None:
            continue
        if dx_code := at(pieces, 1).upper().replace(".", ""):
            diagnoses.append(Diagnosis(dx_code, qualifier, at(pieces, 8).upper() or None))
        else:
            problems.append(Problem(f"HI{element:02d}-2", "expected a diagnosis code after its qualifier"))
    return problems


def read_claim_codes(codes: list[Row], hi: list[str], component: str) -> list[Problem]:
    """HI: appends conditions, occurrences, values, procedures and treatments, with their dates and amounts."""
    problems = []
    for element, composite in enumerate(hi[1:], start=1):
        pieces = composite.split(component)
        kind = CODE_QUALIFIERS.get(at(pieces, 0).upper())
        if kind is None:
            continue
        found = at(pieces, 1).upper().replace(".", "")
        if not found:
            problems.append(Problem(f"HI{element:02d}-2", "expected a code after its qualifier"))
            continue
        row: Row = {"code_kind": kind, "code": found}
        if period := at(pieces, 3):
            problems += _read(row, "from_date", period, period_start, f"HI{element:02d}-4")
            problems += _read(row, "to_date", period, period_end, f"HI{element:02d}-4")
        if kind == "value" and (amount := at(pieces, 4)):
            problems += _read(row, "amount_cents", amount, cents, f"HI{element:02d}-5")
        codes.append(row)
    return problems


def attachment(pwk: list[str]) -> Row:
    """PWK: what is attached, how it is sent and under which number."""
    return {
        "report_type_code": at(pwk, 1).upper() or None,
        "transmission_code": at(pwk, 2).upper() or None,
        "attachment_control_number": at(pwk, 6) or None,
    }


def _procedure(row: Row, composite: str, component: str) -> None:
    """SV101 or SV202: qualifier, code, up to four modifiers."""
    pieces = composite.split(component)
    row["procedure_code"] = at(pieces, 1).upper() or None
    for column, modifier in zip(MODIFIERS, pieces[2:], strict=False):
        row[column] = modifier.strip(BLANKS).upper() or None


def _read(
    row: Row, column: str, text: str, read: Callable[[str], Any], element: str, *, fatal: bool = False
) -> list[Problem]:
    try:
        row[column] = read(text)
    except Unreadable as expected:
        return [Problem(element, str(expected), fatal)]
    return []
