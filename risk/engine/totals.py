"""What a run says of its claims when it is done: counts and sums that parts add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from risk.allowed import ALL_SOURCES
from risk.scoring import ScoredBatch


@dataclass(frozen=True)
class Totals:
    """Sums over scored claims.

    Attributes
    ----------
    claims, flagged
        How many there are, and how many at or above the threshold.
    flagged_cents
        Expected denied amount of the flagged ones.
    lines, lines_at_charge
        Service lines, and those whose expected allowed amount is their charge for want of anything better.
    riskiest
        Highest risk of a claim; 0 where there is none.
    last_served
        Latest first date of service of a claim, ISO; None where no claim has one.
    """

    claims: int = 0
    flagged: int = 0
    flagged_cents: int = 0
    lines: int = 0
    lines_at_charge: int = 0
    riskiest: float = 0.0
    last_served: str | None = None

    @classmethod
    def of(cls, scored: ScoredBatch, threshold: float) -> Totals:
        """Add up the claims of a batch."""
        risk = scored.claims["denial_risk"]
        flagged = risk >= threshold
        served = scored.batch.first_service_date.max()
        return cls(
            claims=len(scored.batch),
            flagged=int(flagged.sum()),
            flagged_cents=int(scored.claims.loc[flagged, "expected_denied_cents"].sum()),
            lines=len(scored.allowed.source),
            lines_at_charge=int((scored.allowed.source == ALL_SOURCES.index("charge")).sum()),
            riskiest=float(risk.max()) if len(risk) else 0.0,
            last_served=None if pd.isna(served) else served.date().isoformat(),
        )

    @classmethod
    def joined(cls, parts: Iterable[Totals]) -> Totals:
        """Add up parts."""
        several = list(parts)

        def summed(name: str) -> int:
            return sum(getattr(one, name) for one in several)

        return cls(
            claims=summed("claims"),
            flagged=summed("flagged"),
            flagged_cents=summed("flagged_cents"),
            lines=summed("lines"),
            lines_at_charge=summed("lines_at_charge"),
            riskiest=max((one.riskiest for one in several), default=0.0),
            last_served=max((one.last_served for one in several if one.last_served), default=None),
        )

    @property
    def last_day(self) -> date | None:
        """The latest first date of service."""
        return None if self.last_served is None else date.fromisoformat(self.last_served)
