"""The catalogue of encounters, read once into flat arrays so that 100,000 of them can be billed without a loop.

``catalogue.toml`` says what happens in the world; here its line sets and diagnosis sets become templates by number.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SIDES = ("none", "right", "left", "bilateral")
POINTERS_PER_LINE = 4
MODIFIERS_PER_LINE = 2

#: Stands for RT, LT or 50, by the side that was treated.
SIDE_MODIFIER = "S"
#: Units that stand for the nights of a stay.
PER_NIGHT = "N"

_LINE = re.compile(
    r"(?:(?P<revenue>\d{4})/)?(?P<code>[A-Z0-9]{5}|(?<=/))(?P<mods>(?:-[A-Z0-9]{1,2})*)(?:\*(?P<units>\d+|N))? "
    r"(?P<dollars>\d+)(?(revenue)| (?P<to>[\d:]+))"
)


@dataclass(frozen=True)
class Templates:
    """Sets of rows by number: set ``s`` is the rows ``start[s]`` to ``start[s] + length[s] − 1`` of ``columns``."""

    start: Array
    length: Array
    columns: dict[str, Array]

    def expand(self, sets: Array) -> tuple[Array, dict[str, Array]]:
        """Rows of the given sets, in order, with the position in ``sets`` that each row belongs to."""
        lengths = self.length[sets]
        owner = np.repeat(np.arange(len(sets)), lengths)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        rows = np.repeat(self.start[sets], lengths) + within
        return owner, {name: column[rows] for name, column in self.columns.items()} | {"position": within + 1}


@dataclass(frozen=True)
class Choice:
    """Alternatives and how likely each is; drawn with one generator call."""

    values: Array
    probabilities: Array

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Independent draws, as many as asked for."""
        picks = np.searchsorted(np.cumsum(self.probabilities)[:-1], rng.random(size), side="right")
        return self.values[picks]


@dataclass(frozen=True)
class Encounter:
    """One kind of encounter: what it bills, where, and for whom.

    Of an institutional one ``places`` are its bill types, ``nights`` the mean length of its stay (0: the same day),
    ``codes`` its condition, occurrence and value codes (kind, code), ``drg`` its group.
    """

    id: str
    specialty: str
    family: str
    weight: float
    chart: bool
    referred: bool
    sex: str | None
    places: Choice
    line_sets: Choice
    dx_sets: Choice | None
    sides: Choice | None
    institutional: bool
    nights: float
    codes: tuple[tuple[str, str], ...]
    drg: str | None


@dataclass(frozen=True)
class Condition:
    """One painful condition: its diagnoses and the course of encounters it leads to.

    ``course`` holds (encounter numbers to draw from, day after the first visit, probability that it happens);
    ``treatment`` are the encounter numbers of its first procedure, if there is one.
    """

    id: str
    weight: float
    phrase: str
    dx_sets: Choice
    sides: Choice | None
    course: tuple[tuple[Array, int, float], ...]
    treatment: Array | None


@dataclass(frozen=True)
class Catalogue:
    """Everything of ``catalogue.toml``; encounters, families and conditions are referred to by their number.

    ``specialties`` are those of practitioners, then the kinds of facilities, of which there are ``facilities``.
    ``families`` are those of practitioners' encounters, then those that only facilities bill.
    """

    specialties: tuple[dict[str, Any], ...]
    facilities: int
    encounters: tuple[Encounter, ...]
    conditions: tuple[Condition, ...]
    families: tuple[str, ...]
    line_sets: Templates
    dx_sets: Templates
    code_changes: tuple[dict[str, Any], ...]
    session_caps: dict[str, int]
    billing: dict[str, Any]

    def numbers_of(self, specialty: str) -> Array:
        """Numbers of the encounters of one specialty."""
        return np.array([n for n, one in enumerate(self.encounters) if one.specialty == specialty])


def read_toml(name: str) -> dict[str, Any]:
    """One of the data files beside this module."""
    return tomllib.loads(files("synthetic_data").joinpath(name).read_text(encoding="utf-8"))


@cache
def load_catalogue() -> Catalogue:
    """Read ``catalogue.toml``; raises ``ValueError`` for a line that does not follow the notation."""
    data = read_toml("catalogue.toml")
    line_sets: list[list[dict[str, Any]]] = []
    dx_sets: list[list[dict[str, Any]]] = []
    encounters = tuple(_encounter(one, line_sets, dx_sets) for one in data["encounter"])
    conditions = tuple(_condition(one, encounters, dx_sets) for one in data["condition"])
    families = {one.family for one in encounters if not one.institutional}
    return Catalogue(
        specialties=tuple(data["specialty"] + data["facility"]),
        facilities=len(data["facility"]),
        encounters=encounters,
        conditions=conditions,
        families=(*sorted(families), *sorted({one.family for one in encounters} - families)),
        line_sets=_templates(line_sets),
        dx_sets=_templates(dx_sets),
        code_changes=tuple(data["code_change"]),
        session_caps=data["session_cap"],
        billing=data["facility_billing"],
    )


def _encounter(
    one: dict[str, Any], line_sets: list[list[dict[str, Any]]], dx_sets: list[list[dict[str, Any]]]
) -> Encounter:
    return Encounter(
        id=one["id"],
        specialty=one["specialty"],
        family=one["family"],
        weight=float(one.get("weight", 0)),
        chart=one.get("chart", False),
        referred=one.get("referred", False),
        sex=one.get("sex"),
        places=_choice(one["bill"] if "bill" in one else one["pos"]),
        line_sets=_register(one["lines"], line_sets, _lines),
        dx_sets=_register(one["dx"], dx_sets, _diagnoses) if "dx" in one else None,
        sides=_sides(one),
        institutional="bill" in one,
        nights=float(one.get("nights", 0)),
        codes=tuple((kind, code) for kind, code in (text.split(":") for text in one.get("codes", ()))),
        drg=one.get("drg"),
    )


def _condition(
    one: dict[str, Any], encounters: tuple[Encounter, ...], dx_sets: list[list[dict[str, Any]]]
) -> Condition:
    numbers = {encounter.id: n for n, encounter in enumerate(encounters)}
    course = tuple(
        (np.array([numbers[name] for name in names.split("|")]), int(day), float(probability))
        for names, day, probability in one["course"]
    )
    procedures = (choices for choices, *_ in course if encounters[choices[0]].family not in ("visit", "laboratory"))
    return Condition(
        id=one["id"],
        weight=float(one["weight"]),
        phrase=one["phrase"],
        dx_sets=_register(one["dx"], dx_sets, _diagnoses),
        sides=_sides(one),
        course=course,
        treatment=next(procedures, None),
    )


def _choice(weights: dict[str, float]) -> Choice:
    shares = np.array(list(weights.values()), dtype=float)
    return Choice(np.array(list(weights), dtype=object), shares / shares.sum())


def _sides(one: dict[str, Any]) -> Choice | None:
    if "sides" not in one:
        return None
    choice = _choice(one["sides"])
    return Choice(np.array([SIDES.index(side) for side in choice.values]), choice.probabilities)


def _register(weights: dict[str, float], registry: list[list[dict[str, Any]]], parse: Any) -> Choice:
    first = len(registry)
    registry.extend(parse(text) for text in weights)
    shares = np.array(list(weights.values()), dtype=float)
    return Choice(np.arange(first, len(registry)), shares / shares.sum())


def _lines(text: str) -> list[dict[str, Any]]:
    return [_line(part) for part in text.split(";")]


def _line(text: str) -> dict[str, Any]:
    found = _LINE.fullmatch(text)
    if found is None:
        raise ValueError(f"catalogue.toml: expected CODE-MOD*UNITS DOLLARS POINTERS, found {text!r}")
    modifiers = found["mods"].split("-")[1:]
    pointers = [int(one) for one in (found["to"] or "0").split(":")]
    nightly = found["units"] == PER_NIGHT
    row: dict[str, Any] = {
        "revenue_center_code": found["revenue"] or "",
        "procedure_code": found["code"],
        "quantity": 1.0 if nightly else float(found["units"] or 1),
        "nightly": nightly,
        "cents": int(found["dollars"]) * 100,
    }
    row |= {f"modifier_{n + 1}": _at(modifiers, n, "") for n in range(MODIFIERS_PER_LINE)}
    return row | {f"dx_pointer_{n + 1}": _at(pointers, n, 0) for n in range(POINTERS_PER_LINE)}


def _diagnoses(text: str) -> list[dict[str, Any]]:
    return [diagnosis_template(code) for code in text.split()]


def diagnosis_template(code: str) -> dict[str, str]:
    """Split a diagnosis of the catalogue: ``head``, the ``unspecified`` digit that leaves the side open, ``tail``.

    ``qualifier`` is what stands before ``=``: nothing of principal and other diagnoses.
    """
    qualifier, _, code = code.rpartition("=")
    head, _, rest = code.replace(".", "").partition("{")
    unspecified, _, tail = rest.partition("}")
    return {"head": head, "unspecified": unspecified, "tail": tail, "qualifier": qualifier}


def _at(values: list[Any], position: int, otherwise: Any) -> Any:
    return values[position] if position < len(values) else otherwise


def _templates(sets: list[list[dict[str, Any]]]) -> Templates:
    length = np.array([len(rows) for rows in sets])
    rows = [row for one in sets for row in one]
    columns = {
        name: np.array([row[name] for row in rows], dtype=object if isinstance(rows[0][name], str) else None)
        for name in rows[0]
    }
    return Templates(np.cumsum(length) - length, length, columns)
