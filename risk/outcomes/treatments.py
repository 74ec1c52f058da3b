"""How many claims and remits were treated in which way: what the user is told of a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from risk.outcomes.decisions import LATER_PAYERS

if TYPE_CHECKING:
    from risk.claims.remits import RemitBatch
    from risk.claims.tables import ClaimBatch
    from risk.outcomes.matching import Matched


@dataclass(frozen=True)
class Treatments:
    """Counts of claims, then of remits; a claim may be in several. Each is one line of the table on stderr.

    ``matched``, ``unmatched`` and ``immature`` add up to all claims labelled; ``remits_matched``,
    ``remits_unmatched`` and ``remits_repeated`` to all remits read.
    """

    matched: int
    denied: int
    by_number: int
    by_tie_break: int
    by_reference: int
    reversed: int
    corrected: int
    split: int
    later_paid: int
    later_payer_only: int
    patient_only: int
    partly_denied: int
    paid_in_part: int
    unmatched: int
    immature: int
    remits_matched: int
    remits_unmatched: int
    remits_before_submission: int
    remits_repeated: int

    def table(self) -> list[tuple[str, int]]:
        """What each count is called, and the count, in the order of the fields."""
        return [(name, getattr(self, field)) for field, name in _NAMES.items()]


_NAMES = {
    "matched": "claims with a known initial decision",
    "denied": "  denied",
    "by_number": "  matched at once",
    "by_tie_break": "  matched by tie-break",
    "by_reference": "  of them with remits matched by the payer's number alone",
    "reversed": "  reversed later",
    "corrected": "  corrected or replaced later",
    "split": "  split over several remits",
    "later_paid": "  denied first, paid later",
    "patient_only": "  with a line the patient owes in full (no denial)",
    "partly_denied": "  denied in part (some lines)",
    "paid_in_part": "  with a line paid in part (no denial)",
    "unmatched": "claims without a decision, though it is time",
    "later_payer_only": "  of claims without one: later payers alone have answered",
    "immature": "claims whose decision need not have come yet",
    "remits_matched": "remits of these claims",
    "remits_unmatched": "remits of no claim given",
    "remits_before_submission": "  of a claim submitted after them",
    "remits_repeated": "remits that stand more than once, counted once",
}


def count_treatments(
    batch: ClaimBatch,
    remits: RemitBatch,
    matched: Matched,
    ordered: pd.DataFrame,
    answered: pd.DataFrame,
    claims: pd.DataFrame,
    *,
    repeated: int,
) -> Treatments:
    """Count; the tables are those :func:`risk.outcomes.labels.label_claims` makes on its way."""
    known = set(claims.index[claims["denied"].notna()])
    denied = set(claims.index[(claims["denied"] == 1).fillna(False)])
    answered = answered[answered["claim_key"].isin(known)]
    by_claim = answered.groupby("claim_key")
    refused = by_claim["line_denied"].sum()
    used = ordered["remit_key"].isin(answered["remit_key"])
    later = ordered[~used & ~ordered["reverses"]]
    first_day = answered.groupby("claim_key")["remit_date"].max()
    before = first_day.reindex(later["claim_key"]).to_numpy("datetime64[s]")
    later = later[~(later["remit_date"].to_numpy("datetime64[s]") < before)]
    own = later[later["decides"]]
    status = remits.remit_claims["claim_status_code"].iloc[ordered["remit_key"].to_numpy()]
    others = ordered[status.isin(LATER_PAYERS).to_numpy()]
    ways = {way: set(rows["claim_key"]) & known for way, rows in ordered[used].groupby("by")}
    references = set(ordered.loc[ordered["by"] == "reference", "claim_key"]) & known
    tied = ways.get("tie_break", set())
    lines = batch.service_lines.groupby("claim_key").size()
    return Treatments(
        matched=len(known),
        denied=len(denied),
        by_number=len(known - tied),
        by_tie_break=len(tied),
        by_reference=len(references),
        reversed=len(set(ordered.loc[ordered["reverses"], "claim_key"]) & known),
        corrected=len(set(own["claim_key"]) & known),
        split=int((by_claim["remit_key"].min() < by_claim["remit_key"].max()).sum()),
        later_paid=len(denied & set(own.loc[own["paid_cents"] > 0, "claim_key"])),
        later_payer_only=len(set(others["claim_key"]) - known),
        patient_only=len(set(answered.loc[answered["patient_only"], "claim_key"]) - denied),
        partly_denied=int((refused.gt(0) & (refused < lines.reindex(refused.index))).sum()),
        paid_in_part=int(by_claim["in_part"].any().sum()),
        unmatched=int((claims["label_status"] == "unmatched").sum()),
        immature=int((claims["label_status"] == "immature").sum()),
        remits_matched=len(matched.remits),
        remits_unmatched=len(matched.unmatched),
        remits_before_submission=matched.before_submission,
        remits_repeated=repeated,
    )
