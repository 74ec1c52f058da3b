"""Which column of a CSV is which: the contract's names, the synonyms of billing systems, and the user's mapping."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from risk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

#: Diagnoses a mapping or a header may number; an 837I carries up to 25 (HI of loop 2300).
MOST_DIAGNOSES = 25


@dataclass(frozen=True)
class Column:
    """One column of the contract: where it lives, how its cells are read, what else it is called."""

    name: str
    level: str  # claim | line
    kind: str  # a key of risk.readers.values.PARSERS
    meaning: str
    required: bool = False
    synonyms: tuple[str, ...] = ()


class WhereThere(dict[str, str]):
    """A mapping whose headers need not stand in every file: what is configured once for many kinds of file."""


@dataclass(frozen=True)
class Layout:
    """Where each column of the contract stands in a file; positions count from 0.

    ``others`` are the headers that mean nothing here, ``ignored`` the same as they are told.
    """

    positions: dict[str, int]
    ignored: tuple[str, ...]
    width: int
    others: dict[str, int] = field(default_factory=dict)


@cache
def contract_columns() -> dict[str, Column]:
    """Every column a claim CSV can have, by name, in the contract's order."""
    columns: dict[str, Column] = {}
    for base, facts in _table()["columns"].items():
        facts = dict(facts)
        most = facts.pop("numbered", None)
        synonyms = tuple(facts.pop("synonyms", ()))
        if most is None:
            columns[base] = Column(base, synonyms=synonyms, **facts)
            continue
        required = facts.pop("required", False)
        for rank in range(1, (MOST_DIAGNOSES if base == "dx_code" else most) + 1):
            numbered = tuple(f"{synonym} {rank}" for synonym in synonyms)
            if rank == 1:  # "Dx" next to "Dx 2", "Modifier" alone; not "ICD10", which is the tenth next to "ICD1"
                numbered += (base, *(synonym for synonym in synonyms if not synonym[-1].isdigit()))
            columns[f"{base}_{rank}"] = Column(
                f"{base}_{rank}", required=required and rank == 1, synonyms=numbered, **facts
            )
    return columns


@cache
def ambiguous_headers() -> dict[str, tuple[str, str]]:
    """Headers, as compared, that could mean either of two columns."""
    return {squeezed(header): columns for header, columns in ambiguous_columns().items()}


def ambiguous_columns() -> dict[str, tuple[str, str]]:
    """The same by header, as people write it."""
    return {header: (one, other) for header, (one, other) in _table()["ambiguous"].items()}


def column_groups() -> list[tuple[str, Column, bool]]:
    """Columns for a page: name (``dx_code_1 … dx_code_12``), facts with the synonyms of the whole group, required."""
    groups = []
    for base, facts in _table()["columns"].items():
        most = facts.get("numbered")
        name = base if most is None else f"{base}_1 … {base}_{most}"
        column = Column(base, facts["level"], facts["kind"], facts["meaning"], synonyms=tuple(facts["synonyms"]))
        groups.append((name, column, bool(facts.get("required"))))
    return groups


def squeezed(header: str) -> str:
    """Header as it is compared: no case, spaces, punctuation or padding zeros; ``#`` and ``No.`` read as ``number``."""
    known = _spellings().get(header)
    return _squeezed(header) if known is None else known


def _squeezed(header: str) -> str:
    words = header.casefold().replace("#", " number ")
    words = re.sub(r"\bno\b", "number", words.replace("_", " "))
    return re.sub(r"(?<=[a-z])0+(?=[1-9])", "", re.sub(r"\W", "", words))


@cache
def _spellings() -> dict[str, str]:
    """The contract's names and synonyms as they are compared, by how they are written: most headers are among them."""
    columns = contract_columns().values()
    return {header: _squeezed(header) for column in columns for header in (column.name, *column.synonyms)}


@cache
def _own_names() -> dict[str, str]:
    """Column by squeezed name of the contract."""
    return {squeezed(name): name for name in contract_columns()}


@cache
def _meanings() -> dict[str, str]:
    """Column by squeezed header; the contract's own names win over synonyms."""
    meanings: dict[str, str] = {}
    for column in contract_columns().values():
        for synonym in column.synonyms:
            key = squeezed(synonym)
            if meanings.setdefault(key, column.name) != column.name or key in ambiguous_headers():
                raise ValueError(f"csv_columns.toml: {synonym!r} stands under two columns")
    return meanings | _own_names()


def recognised(headers: Sequence[str]) -> int:
    """How many of the headers mean something here, ambiguous ones included."""
    return sum(squeezed(header) in _meanings() or squeezed(header) in ambiguous_headers() for header in headers)


def load_mapping(path: Path) -> dict[str, str]:
    """Read a ``--map`` file: a TOML table ``[columns]`` of ``"Their header" = "our_column"``; ``""`` ignores a header.

    Raises :class:`InputError` for a file that cannot be read or names a column the contract does not have.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(str(path), "expected a readable mapping file", error.strerror or "") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise InputError(
            str(path), "expected TOML", 'write [columns] and lines such as "Their header" = "claim_id"'
        ) from None
    columns = content.get("columns")
    if not isinstance(columns, dict) or not all(isinstance(name, str) for name in columns.values()):
        raise InputError(str(path), "expected a table [columns] of text", 'write "Their header" = "claim_id"')
    for header, name in columns.items():
        if name and name not in contract_columns():
            near = difflib.get_close_matches(name, contract_columns(), n=1)
            raise InputError(
                f"{path}, [columns] {header!r}",
                f"no column is called {name!r}",
                f"did you mean {near[0]}?" if near else "docs/csv.md lists the columns",
            )
    return dict(columns)


def match_headers(headers: Sequence[str], file: str, mapping: Mapping[str, str] | None = None) -> Layout:
    """Find the contract's columns among the headers of a file.

    A name of the contract is taken before a synonym of it, and the mapping before both. Raises :class:`InputError`
    for a required column that is missing, two headers for one column, a header that could mean two columns, and a
    mapped header that the file does not have, unless the mapping is of :class:`WhereThere`.
    """
    keys = [squeezed(header) for header in headers]
    mapped = {squeezed(header): name for header, name in (mapping or {}).items()}
    for header in () if isinstance(mapping, WhereThere) else (mapping or {}):
        if squeezed(header) not in keys:
            raise InputError(file, f"expected the header {header!r} that the mapping names")
    found: dict[str, list[int]] = {}
    for meanings in (mapped, _own_names(), _meanings()):
        taken = set(found)
        for position, key in enumerate(keys):
            name = meanings.get(key)
            if name and name not in taken and (meanings is mapped or key not in mapped):
                found.setdefault(name, []).append(position)
    for name, positions in found.items():
        if len(positions) > 1:
            one, other = positions[:2]
            raise InputError(
                f"{file}, columns {one + 1} and {other + 1}",
                f"both headers, {headers[one].strip()!r} and {headers[other].strip()!r}, mean {name}",
                "say which with --map",
            )
    used = {positions[0] for positions in found.values()}
    for position, key in enumerate(keys):
        if key in ambiguous_headers() and key not in mapped and position not in used:
            one_name, other_name = ambiguous_headers()[key]
            if not {one_name, other_name} <= set(found):
                raise InputError(
                    f"{file}, column {position + 1}",
                    f"the header {headers[position].strip()!r} could mean {one_name} or {other_name}",
                    "say which with --map",
                )
    layout = {name: positions[0] for name, positions in found.items()}
    _check_required(layout, headers, file)
    ignored = [
        headers[position].strip() or f"column {position + 1}" for position in range(len(keys)) if position not in used
    ]
    others = {headers[position].strip(): position for position in range(len(keys)) if position not in used}
    return Layout(layout, tuple(f"{file}: {header}" for header in ignored), len(headers), others)


def _check_required(layout: Mapping[str, int], headers: Sequence[str], file: str) -> None:
    if "dx_codes" in layout and any(name.startswith("dx_code_") for name in layout):
        raise InputError(file, "expected the diagnoses either in dx_codes or in dx_code_1 …, not in both")
    missing = [
        name
        for name, column in contract_columns().items()
        if column.required and name not in layout and not (name == "dx_code_1" and "dx_codes" in layout)
    ]
    if not missing:
        return
    if recognised(headers) < 3:
        # Perhaps there is no header at all and this is a patient: show nothing of it.
        raise InputError(
            file, f"expected a first row of column names with {', '.join(missing)}", "docs/csv.md lists the names"
        )
    near = _nearest(missing[0], [header for position, header in enumerate(headers) if position not in layout.values()])
    raise InputError(
        file,
        f"expected the required column{'s' if len(missing) > 1 else ''} {', '.join(missing)}",
        f"the nearest header to {missing[0]} is {near!r}; if that is it, say so with --map"
        if near
        else "add it, or name it with --map",
    )


def _nearest(name: str, headers: Sequence[str]) -> str | None:
    """Header most like a column's name or synonyms; one of a file whose first row is known to be headers."""
    names = {squeezed(known) for known in (name, *contract_columns()[name].synonyms)}
    rated = [
        (max(difflib.SequenceMatcher(None, squeezed(header), known).ratio() for known in names), header.strip())
        for header in headers
        if squeezed(header)
    ]
    best = max(rated, default=(0.0, ""), key=lambda pair: pair[0])
    return best[1] if best[0] >= 0.6 else None


@cache
def _table() -> dict[str, dict[str, Any]]:
    text = files("risk.readers").joinpath("data/csv_columns.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
