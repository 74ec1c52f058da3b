"""Where articles of the coverage database hold: states and kinds of claim, from the contractors they belong to.

A contractor's jurisdiction is a state, or a part of one (``New York - Upstate``). A claim tells only its state: where
an article's contractors have the whole of it, or all of its parts, the article holds for the claim; where they have
some parts, it may.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from risk.reference.published.coverage_csv import CsvTable

#: Kinds of claim: those of practitioners (Part B), and of institutions (Part A).
PROFESSIONAL, INSTITUTIONAL = 0, 1
_STATE = re.compile(r"[A-Z]{2}")
_WHOLE = "entire state"
_NOT_TOLD = -1

Contractor = tuple[int, int, int]
#: Document, number of the state, kind of claim, whether it holds in the whole of the state.
Area = tuple[int, int, int, bool]


def state_number(state: str) -> int:
    """Number of a state of two capital letters; −1 for what is none."""
    if not _STATE.fullmatch(state):
        return _NOT_TOLD
    first, second = (ord(letter) - ord("A") for letter in state)
    return first * 26 + second


@dataclass(frozen=True)
class States:
    """States by their id in the export.

    Parameters
    ----------
    of_area
        State of each id, as a number.
    parts
        Ids of the parts that make a state up; none where it is not divided.
    """

    of_area: Mapping[int, int]
    parts: Mapping[int, frozenset[int]]

    def whole(self, areas: set[int]) -> dict[int, bool]:
        """States that areas lie in, and whether they make up the whole of each."""
        lie_in = {self.of_area[one] for one in areas if one in self.of_area}
        return {state: self._is_whole(state, areas) for state in lie_in}

    def _is_whole(self, state: int, areas: set[int]) -> bool:
        parts = self.parts.get(state, frozenset())
        undivided = any(one not in parts for one in areas if self.of_area.get(one) == state)
        return undivided or parts <= areas


def read_states(table: CsvTable) -> States:
    """Read ``state_lookup``; a part takes the letters of the row of its whole state."""
    ids = table.numbers("state_id", 10_000).tolist()
    rows = list(zip(ids, table.list_of("state_abbrev"), table.list_of("description"), strict=True))
    named = [(one, letters.upper(), *_split(description)) for one, letters, description in rows]
    letters_of = {name: letters for _, letters, name, part in named if part in ("", _WHOLE)}
    of_area, parts = {}, defaultdict(set)
    for one, _, name, part in named:
        state = state_number(letters_of.get(name, ""))
        if state == _NOT_TOLD:
            continue
        of_area[one] = state
        if part not in ("", _WHOLE):
            parts[state].add(one)
    return States(of_area, {state: frozenset(own) for state, own in parts.items()})


def _split(description: str) -> tuple[str, str]:
    name, _, part = description.lower().partition(" - ")
    return name.strip(), part.strip()


def read_kinds(table: CsvTable) -> dict[int, tuple[int, ...]]:
    """Kinds of claim each type of contractor decides; none for equipment and home health alone."""
    ids = table.numbers("contractor_type_id", 10_000).tolist()
    return {one: _kinds(words.lower()) for one, words in zip(ids, table.list_of("description"), strict=True)}


def _kinds(words: str) -> tuple[int, ...]:
    both = "a and b" in words
    found = {
        PROFESSIONAL: both or "part b" in words or words == "carrier",
        INSTITUTIONAL: both or "part a" in words or words == "fiscal intermediary",
    }
    return tuple(kind for kind, is_so in found.items() if is_so)


def read_jurisdictions(table: CsvTable, day: int) -> dict[Contractor, set[int]]:
    """Areas each contractor has on a day (days since 1970-01-01), as ids of ``state_lookup``."""
    areas = table.numbers("state_id", 10_000).tolist()
    begins, ends = table.days("active_date"), table.days("term_date")
    found: dict[Contractor, set[int]] = defaultdict(set)
    for contractor, area, begin, end in zip(_contractors(table), areas, begins, ends, strict=True):
        if (begin is None or begin <= day) and (end is None or day <= end):
            found[contractor].add(area)
    return found


def areas_of(
    links: CsvTable,
    documents: list[int],
    kinds: Mapping[int, tuple[int, ...]],
    jurisdictions: Mapping[Contractor, set[int]],
    narrower: Mapping[int, set[int]],
    states: States,
) -> list[Area]:
    """Areas of every document, in order.

    Parameters
    ----------
    links
        ``article_x_contractor``.
    documents
        Document of each of its rows.
    kinds, jurisdictions, states
        As read here.
    narrower
        Areas of documents that hold in a part of their only contractor's jurisdiction.
    """
    of_document: dict[int, set[Contractor]] = defaultdict(set)
    for document, contractor in zip(documents, _contractors(links), strict=True):
        of_document[document].add(contractor)
    found: list[Area] = []
    for document, contractors in sorted(of_document.items()):
        for kind in (PROFESSIONAL, INSTITUTIONAL):
            deciding = [one for one in contractors if kind in kinds.get(one[1], ())]
            areas = {area for one in deciding for area in jurisdictions.get(one, ())}
            if document in narrower:
                areas &= narrower[document]
            found += [(document, state, kind, whole) for state, whole in sorted(states.whole(areas).items())]
    return found


def _contractors(table: CsvTable) -> list[Contractor]:
    parts = [table.numbers(f"contractor_{name}", 1_000_000).tolist() for name in ("id", "type_id", "version")]
    return list(zip(*parts, strict=True))
