"""The two lists of a team with room for N claims, the most costly and the likeliest denied, and what each catches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.operating import Caught, caught
from risk.reports.order import dearest_first, riskiest_first
from risk.scoring import ScoredBatch


@dataclass(frozen=True)
class RankedList:
    """The first claims by one ranking.

    ``name`` is its title, ``by`` what it ranks by, in words; ``claim_keys`` the claims, the first one first; ``caught``
    what as large a share of the validation claims caught, None where nobody has measured it.
    """

    name: str
    by: str
    claim_keys: tuple[int, ...]
    caught: Caught | None

    def told(self) -> str:
        """What the list would catch, as a sentence; nothing where that is not known."""
        if self.caught is None:
            return ""
        return (
            f"Of the validation claims the first {_percent(self.caught.share)} in this order held "
            f"{_percent(self.caught.denials)} of the denials and {_percent(self.caught.amount)} of the denied dollars."
        )


@dataclass(frozen=True)
class CapacityLists:
    """The most costly claims and the likeliest denied, as many of each as there is room for."""

    costly: RankedList
    likely: RankedList

    @property
    def both(self) -> tuple[RankedList, RankedList]:
        """The most costly first."""
        return self.costly, self.likely

    @property
    def claim_keys(self) -> tuple[int, ...]:
        """Claims of either list, each once: the most costly first."""
        return tuple(dict.fromkeys((*self.costly.claim_keys, *self.likely.claim_keys)))


def capacity_lists(scored: ScoredBatch, capacity: int) -> CapacityLists:
    """The lists of ``capacity`` claims each, or of all where there are fewer; certain rejects come first on either."""
    share = min(capacity / len(scored.batch), 1.0) if len(scored.batch) else 0.0
    known = scored.capture if len(scored.batch) else None
    by_cost, by_chance = (caught(known, one, share) if known else None for one in ("stake", "risk"))
    costly, likely = (tuple(order(scored.claims).index[:capacity]) for order in (dearest_first, riskiest_first))
    return CapacityLists(
        RankedList("most costly", "expected denied dollars", costly, by_cost),
        RankedList("most likely", "risk", likely, by_chance),
    )


def reached(lists: Sequence[RankedList]) -> list[tuple[str, Caught]]:
    """Title and figures of the lists that have figures."""
    return [(one.name, one.caught) for one in lists if one.caught is not None]


def _percent(share: float) -> str:
    return f"{share:.1%}" if share < 0.1 else f"{share:.0%}"
