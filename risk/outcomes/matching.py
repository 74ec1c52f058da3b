"""Which claim each remit answers: by claim control number, then days, charge and payer, then order of submission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from risk.claims.remits import RemitBatch
    from risk.claims.tables import ClaimBatch

REPLACING = ("7", "8")  # CLM05-3 and CLP09: replacement and void of an earlier claim

#: Claims times remits of one number above which it says little: some systems write the same text for everybody.
CROWDED = 10_000


@dataclass(frozen=True)
class Matched:
    """Remits and their claims.

    Parameters
    ----------
    remits
        One row per remit that answers a claim: ``remit_key``, ``claim_key``, ``same_payer`` (of the claim's payer, as
        far as ids or names tell), ``by`` (``number``, ``tie_break`` or ``reference``).
    unmatched
        Keys of the remits that answer no claim.
    before_submission
        How many of those are of a claim, but dated before it was submitted.
    """

    remits: pd.DataFrame
    unmatched: np.ndarray[Any, np.dtype[np.int64]]
    before_submission: int


def match_remits(batch: ClaimBatch, remits: RemitBatch, kept: np.ndarray[Any, Any]) -> Matched:
    """Match remits to claims; ``kept`` masks the remits that count."""
    claims = claim_facts(batch)
    facts = remit_facts(remits)[kept]
    pairs = _compared(_pairs(facts, claims))
    pairs = pairs.assign(several=pairs["remit_key"].duplicated(keep=False))
    pairs = pairs[~(pairs["other_days"] & ~pairs["same_charge"])]
    several = pairs["several"].to_numpy(bool)
    early = (pairs["remit_date"] < pairs["submission_date"]).to_numpy(bool)
    chosen = pd.concat([pairs[~several & ~early].assign(by="number"), _chosen(pairs[several]).assign(by="tie_break")])
    chosen = chosen[["remit_key", "claim_key", "same_payer", "by"]]
    rest = facts[~facts["remit_key"].isin(pairs["remit_key"])]
    chosen = pd.concat([chosen, _by_reference(rest, chosen, facts, claims)])
    chosen = chosen.sort_values("remit_key", ignore_index=True)
    unmatched = np.setdiff1d(facts["remit_key"].to_numpy(), chosen["remit_key"].to_numpy())
    return Matched(chosen, unmatched, int(np.isin(unmatched, pairs["remit_key"].to_numpy()).sum()))


def _pairs(facts: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Every remit with every claim of its number; of a crowded number, only with those of the same first day."""
    ids = facts["claim_id"]
    sizes = [one.value_counts().reindex(ids).to_numpy("float64") for one in (ids, claims["claim_id"])]
    crowded = sizes[0] * sizes[1] > CROWDED
    plain = facts[ids.notna().to_numpy() & ~crowded].merge(claims, on="claim_id", suffixes=("", "_claim"))
    if not crowded.any():
        return plain
    by_day = claims.assign(first_day=claims["from_date"])
    some = facts[crowded].assign(first_day=facts["from_date"]).dropna(subset=["first_day"])
    some = some.merge(by_day, on=["claim_id", "first_day"], suffixes=("", "_claim"))
    return pd.concat([plain, some.drop(columns="first_day")], ignore_index=True)


def claim_facts(batch: ClaimBatch) -> pd.DataFrame:
    """What a claim is matched by, one row per claim."""
    claims = batch.claims
    first, last = (days.reset_index(drop=True) for days in (batch.first_service_date, batch.last_service_date))
    keys = batch.service_lines["claim_key"].to_numpy()
    cents = batch.service_lines["line_charge_cents"].fillna(0).to_numpy("int64")
    sums = np.zeros(len(batch), dtype="int64")
    np.add.at(sums, keys, cents)
    facts = claims[["claim_key", "claim_id", "payer_id", "submission_date", "claim_frequency_code"]].assign(
        payer_name=_plain(claims["payer_name"]),
        original_claim_number=claims["original_claim_number"],
        stated_cents=claims["total_charge_cents"],
        lines_cents=sums,
        from_date=np.fmin(first, last),  # days in the wrong order are the payer's to judge
        to_date=np.fmax(first, last),
    )
    told = claims.drop(columns=["claim_key", "source_file", "source_offset"])
    return facts.assign(digest=pd.util.hash_pandas_object(told, index=False).array)  # an order that no file changes


def remit_facts(remits: RemitBatch) -> pd.DataFrame:
    """What a remit is matched by, one row per remit."""
    claims, lines = remits.remit_claims, remits.remit_lines
    days = lines.groupby("remit_key")[["service_from_date", "service_to_date"]].agg(["min", "max"])
    of_lines = pd.DataFrame({"low": days.min(axis=1), "high": days.max(axis=1)}).reindex(claims["remit_key"])
    stated = claims[["statement_from_date", "statement_to_date"]]
    payment = claims["payment_key"].to_numpy("int64")
    payer_id, payer_name, originator = (
        pd.Series(remits.payments[name].array.take(payment)) for name in ("payer_id", "payer_name", "originator_id")
    )
    f8 = remits.references[
        (remits.references["qualifier"] == "F8").fillna(False) & remits.references["line_number"].isna()
    ].drop_duplicates("remit_key")
    return claims[
        ["remit_key", "claim_id", "claim_frequency_code", "remit_date", "received_date", "claim_status_code"]
    ].assign(
        payer_id=payer_id,
        payer_name=_plain(payer_name),
        payer=payer_id.fillna(originator).fillna(payer_name),
        number=claims["payer_claim_control_number"],
        original_reference=f8.set_index("remit_key")["reference"].reindex(claims["remit_key"]).array,
        charge=claims["total_charge_cents"].abs(),
        from_date=stated.min(axis=1).fillna(of_lines["low"].reset_index(drop=True)),
        to_date=stated.max(axis=1).fillna(of_lines["high"].reset_index(drop=True)),
        decides=claims["claim_status_code"] != "22",
    )


def _plain(names: pd.Series) -> pd.Series:
    return names.str.upper().str.replace(r"[^A-Z0-9]+", " ", regex=True).str.strip()


def _compared(pairs: pd.DataFrame) -> pd.DataFrame:
    """What a remit and a claim of one number have in common; what either leaves unsaid is neither same nor other."""
    apart = (pairs["to_date"] < pairs["from_date_claim"]) | (pairs["from_date"] > pairs["to_date_claim"])
    said = pairs["from_date"].notna() & pairs["from_date_claim"].notna()
    charge = (pairs["charge"] == pairs["stated_cents"]).fillna(False) | (pairs["charge"] == pairs["lines_cents"])
    payer = (pairs["payer_id"] == pairs["payer_id_claim"]).fillna(False) | (
        pairs["payer_name"] == pairs["payer_name_claim"]
    ).fillna(False)
    replaces = pairs["claim_frequency_code"].isin(REPLACING) & pairs["claim_frequency_code_claim"].isin(REPLACING)
    refers = (pairs["original_reference"] == pairs["original_claim_number"]).fillna(False)
    return pairs.assign(
        same_days=said & ~apart,
        other_days=said & apart,
        same_charge=charge.fillna(False).astype(bool),
        same_payer=payer.astype(bool),
        replaces=(replaces | refers).astype(bool),
    )


def _chosen(pairs: pd.DataFrame) -> pd.DataFrame:
    """One claim for each remit whose number several claims have.

    The best by days, charge, payer and being a replacement stay; of claims that agree in all of these, one after the
    other was submitted, and :func:`_by_submission` says which.
    """
    score = (
        pairs["same_days"].astype(int) * 8
        + pairs["same_charge"].astype(int) * 4
        + pairs["same_payer"].astype(int) * 2
        + pairs["replaces"].astype(int)
    )
    best = pairs[score == score.groupby(pairs["remit_key"]).transform("max")]
    tied = best["remit_key"].duplicated(keep=False)
    alone = best[~tied]
    alone = alone[~(alone["remit_date"] < alone["submission_date"])]
    return pd.concat([alone, _by_submission(best[tied])])


def _by_submission(pairs: pd.DataFrame) -> pd.DataFrame:
    """The submission each remit answers, of claims that only their submission tells apart.

    Where the remit says when the payer had the claim, the latest submitted by then. Otherwise the payer's days of
    decision and the submissions are taken in turn: the n-th day answers the n-th submission, or the last one made by
    that day. Remits from before the first submission answer none.
    """
    if pairs.empty:
        return pairs
    known_by = pairs["received_date"].fillna(pairs["remit_date"])
    in_time = (pairs["submission_date"].isna() | (pairs["submission_date"] <= known_by) | known_by.isna()).to_numpy()
    ordered = pairs.assign(in_time=in_time).sort_values(
        ["remit_key", "submission_date", "claim_frequency_code_claim", "digest"], na_position="first"
    )
    ordered = ordered.assign(place=ordered.groupby("remit_key").cumcount())
    sent = ordered.groupby("remit_key")["in_time"].sum()
    of_remit = ordered.drop_duplicates("remit_key")
    day = of_remit["remit_date"].where(of_remit["decides"])
    turn = day.groupby(of_remit["claim_key"]).rank(method="dense")  # the first submission stands for the group
    of_remit = of_remit.assign(turn=turn).sort_values(["claim_key", "remit_date"], kind="stable")
    # A reversal goes with the decision before it.
    turn = of_remit.groupby("claim_key")["turn"].ffill().fillna(1.0).astype("int64") - 1
    turn.index = of_remit["remit_key"]
    dated = of_remit.set_index("remit_key")["received_date"].notna()
    wanted = (sent - 1).where(dated, np.minimum(turn.reindex(sent.index), sent - 1))
    return ordered[ordered["place"] == ordered["remit_key"].map(wanted)]


def _by_reference(rest: pd.DataFrame, chosen: pd.DataFrame, facts: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Claims of remits whose claim control number is no claim's: those their payer's own number leads to.

    That number is CLP07 of a remit of the claim, and stands on a later one as CLP07 or as REF*F8.
    """
    known = facts.merge(chosen, on="remit_key").dropna(subset=["number"])[
        ["payer", "number", "claim_key", "same_payer"]
    ]
    known = known.drop_duplicates(["payer", "number", "claim_key"])
    known = known[~known.duplicated(["payer", "number"], keep=False)]
    found = [
        rest.dropna(subset=[column]).merge(
            known, left_on=["payer", column], right_on=["payer", "number"], suffixes=("", "_known")
        )
        for column in ("original_reference", "number")
    ]
    both = pd.concat(found).drop_duplicates("remit_key")
    submitted = pd.Series(claims["submission_date"].array.take(both["claim_key"].to_numpy("int64")), index=both.index)
    both = both[~(both["remit_date"] < submitted).to_numpy(bool)]
    return both[["remit_key", "claim_key", "same_payer"]].assign(by="reference")
