"""The initial decision on each claim: which remits can be one, and what the first of them says line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from risk.outcomes.amounts import line_amounts
from risk.outcomes.lines import NONE, place_lines
from risk.outcomes.matching import REPLACING
from risk.outcomes.reasons import INFORMATIONAL_RARCS, treatment_of

if TYPE_CHECKING:
    from risk.claims.remits import RemitBatch
    from risk.claims.tables import ClaimBatch

REVERSAL, DENIED = "22", "4"
#: CLP02 of the second and later payers; 20 and 21 also say that the claim went on to another one.
LATER_PAYERS = ("2", "3", "20", "21")
#: CLP02 that decide nothing: pended and received (before 005010), not ours but forwarded, a predetermination.
UNDECIDED = ("5", "10", "13", "15", "16", "17", "23", "25", "27")

Flags = np.ndarray[Any, np.dtype[np.bool_]]


def remits_in_order(
    batch: ClaimBatch, remits: RemitBatch, matched: pd.DataFrame, hashes: np.ndarray[Any, Any]
) -> pd.DataFrame:
    """Remits that answer claims, as they came: by claim, day, and then by what does not depend on files.

    Adds to ``matched`` what decides which is the initial one: ``remit_date``, ``decides`` (the claim's own payer
    decided), ``reverses``, ``corrects`` (answers a replacement, or refers to an earlier remit), ``paid_cents``,
    ``initial`` (may be, or be part of, the initial decision).
    """
    claims = remits.remit_claims.iloc[matched["remit_key"].to_numpy()].reset_index(drop=True)
    of_claim = batch.claims.iloc[matched["claim_key"].to_numpy()].reset_index(drop=True)
    status = claims["claim_status_code"]
    references = remits.references[remits.references["line_number"].isna()]
    refers = references.loc[(references["qualifier"] == "F8").fillna(False), "remit_key"]
    replaces = claims["claim_frequency_code"].isin(REPLACING)
    found = matched.reset_index(drop=True).assign(
        remit_date=claims["remit_date"],
        reverses=(status == REVERSAL).to_numpy(bool),
        corrects=(replaces | matched["remit_key"].reset_index(drop=True).isin(refers)).to_numpy(bool),
        charge_cents=claims["total_charge_cents"].to_numpy("int64"),
        paid_cents=claims["total_paid_cents"].to_numpy("int64"),
        digest=hashes[matched["remit_key"].to_numpy()],
    )
    found = found.assign(decides=_own(found, status, of_claim["payer_responsibility_code"]))
    found = found.sort_values(["claim_key", "remit_date", "corrects", "digest"], ignore_index=True)
    return found.assign(initial=_initial(found, batch))


def _own(found: pd.DataFrame, status: pd.Series, responsibility: pd.Series) -> Flags:
    """Whether a remit is a decision of the payer the claim was sent to, in the place it was sent to it in."""
    decision = ~found["reverses"].to_numpy() & ~status.isin(UNDECIDED).to_numpy()
    later = status.isin(LATER_PAYERS).to_numpy()
    same = found["same_payer"].to_numpy(bool)
    first_place = decision & ~later
    answered = _any(found, first_place & same)
    unsaid = responsibility.isna().to_numpy()
    primary = (responsibility == "P").fillna(False).to_numpy(bool)
    # A CSV does not say in which place its payer is: where that payer answers as a later one and never as the first,
    # the claim was sent to it as such.
    in_place = np.where(primary, ~later, np.where(unsaid, ~later | (same & ~answered), later | (status == DENIED)))
    own = decision & in_place
    return np.asarray(own & (same | ~_any(found, own & same)), dtype=bool)


def _any(found: pd.DataFrame, rows: Flags) -> Flags:
    """Whether any remit of the same claim is among the rows."""
    return np.asarray(found["claim_key"].isin(found["claim_key"].to_numpy()[rows]).to_numpy(), dtype=bool)


def _initial(found: pd.DataFrame, batch: ClaimBatch) -> Flags:
    """Decisions before anything was taken back, and on the claim as it was sent first."""
    frequency = batch.claims["claim_frequency_code"].iloc[found["claim_key"].to_numpy()]
    own = found["decides"].to_numpy()
    replacing = frequency.isin(REPLACING).to_numpy()
    first_sent = own & (replacing | ~found["corrects"].to_numpy())
    # Where nobody says what the claim was, a replacement may be all there ever was.
    first_sent |= own & frequency.isna().to_numpy() & ~_any(found, first_sent) & ~_any(found, found["reverses"])
    taken_back = found.loc[found["reverses"]].groupby("claim_key")[["remit_date", "paid_cents", "charge_cents"]].first()
    reversal = taken_back.reindex(found["claim_key"]).reset_index(drop=True)
    reversed_ever = _any(found, found["reverses"])
    before = (found["remit_date"] < reversal["remit_date"]).to_numpy(bool)
    same_day = (found["remit_date"] == reversal["remit_date"]).to_numpy(bool)
    mirrored = (found["paid_cents"] == -reversal["paid_cents"]) & (
        found["charge_cents"].abs() == reversal["charge_cents"].abs()
    )
    that_one = same_day & mirrored.fillna(False).to_numpy(bool)
    void = (frequency == "8").fillna(False).to_numpy(bool)  # a void asks for nothing that could be denied
    return np.asarray(first_sent & ~void & (~reversed_ever | before | that_one), dtype=bool)


def initial_lines(batch: ClaimBatch, remits: RemitBatch, ordered: pd.DataFrame) -> pd.DataFrame:
    """What the initial decision says of each service line it reaches.

    A line takes the first remit that answers it, so that the parts of a split claim add up to one decision. A remit
    without service lines answers every line of its claim; what is still pending answers nothing.

    Returns one row per answered line, indexed by row of ``batch.service_lines``: ``claim_key``, ``remit_key``,
    ``remit_date``, ``line_denied``, ``patient_only`` (paid nothing because the patient owes it), ``in_part`` (paid, and
    a part of it refused), ``carc``, ``rarc``, and the amounts of :func:`risk.outcomes.amounts.line_amounts`.
    """
    answers = ordered.loc[ordered["initial"], ["remit_key", "claim_key", "remit_date"]].reset_index(drop=True)
    placed = place_lines(batch, remits, answers[["remit_key", "claim_key"]])
    placed = pd.concat([placed[placed["row"] != NONE], _whole_claims(batch, remits, answers)], ignore_index=True)
    placed = placed[~_pending(remits, placed)]
    turn = pd.Series(np.arange(len(answers)), index=answers["remit_key"])
    placed = placed.assign(turn=turn.reindex(placed["remit_key"]).to_numpy())
    placed = placed[placed["turn"] == placed.groupby("row")["turn"].transform("min")].reset_index(drop=True)
    amounts = _amounts(remits, placed).join(line_amounts(batch, remits, placed))
    answered = placed.drop_duplicates("row").set_index("row")[["remit_key"]].join(amounts).sort_index()
    answers = answers.set_index("remit_key")
    return answered.assign(
        claim_key=answers["claim_key"].reindex(answered["remit_key"]).to_numpy("int64"),
        remit_date=answers["remit_date"].reindex(answered["remit_key"]).array,
    )


def _whole_claims(batch: ClaimBatch, remits: RemitBatch, answers: pd.DataFrame) -> pd.DataFrame:
    """Every line of claims whose remit has none."""
    bare = answers[~answers["remit_key"].isin(remits.remit_lines["remit_key"])]
    lines = batch.service_lines[["claim_key"]].assign(row=np.arange(len(batch.service_lines)))
    return bare.merge(lines, on="claim_key")[["remit_key", "row"]].assign(remit_line=NONE)


def _pending(remits: RemitBatch, placed: pd.DataFrame) -> Flags:
    """Placed lines that are paid nothing because the payer has yet to decide."""
    table = remits.adjustments[remits.adjustments["remit_key"].isin(placed["remit_key"])]
    table = table[(treatment_of(table["carc"]) == "pending").fillna(False).to_numpy(bool)]
    of_claim = placed["remit_key"].isin(table.loc[table["line_number"].isna(), "remit_key"]).to_numpy()
    first = np.searchsorted(remits.remit_lines["remit_key"].to_numpy(), table["remit_key"].to_numpy())
    rows = (first + table["line_number"].fillna(0).to_numpy("int64") - 1)[table["line_number"].notna().to_numpy()]
    at = placed["remit_line"].to_numpy("int64")
    paid = np.append(remits.remit_lines["line_paid_cents"].to_numpy("int64"), 0)[at]  # -1 finds the 0
    return np.asarray((of_claim | np.isin(at, rows)) & (paid == 0), dtype=bool)


def _amounts(remits: RemitBatch, placed: pd.DataFrame) -> pd.DataFrame:
    """Decision on each placed line, indexed by row; see :func:`initial_lines`."""
    codes = _adjustments(remits, placed)
    of_line, of_claim = codes[codes["line_number"].notna()], codes[codes["line_number"].isna()]
    refused, of_claim_refused = (one[one["treatment"] == "denial"] for one in (of_line, of_claim))
    rows = pd.Index(np.unique(placed["row"].to_numpy()), name="row")
    paid = _sums(remits.remit_lines["line_paid_cents"], placed).reindex(rows, fill_value=0)
    share = _share(of_line, "row").reindex(rows, fill_value=0)
    remit = placed.drop_duplicates("row").set_index("row")["remit_key"].reindex(rows)
    claims = remits.remit_claims
    claim_paid = pd.Series(claims["total_paid_cents"].to_numpy("int64")[remit.to_numpy()], index=rows)
    claim_share = _share(of_claim, "remit_key").reindex(remit.to_numpy(), fill_value=0).to_numpy()
    status = claims["claim_status_code"].array.take(remit.to_numpy()) == DENIED

    nothing = (paid == 0) & (share == 0)
    own = nothing & rows.isin(refused["row"])
    # Without lines, or with nothing said of one, the adjustments of the claim decide, or its status.
    unpaid_claim = nothing & (claim_paid == 0) & (claim_share == 0)
    by_claim = unpaid_claim & ~own & remit.isin(of_claim_refused["remit_key"])
    by_status = unpaid_claim & ~own & ~by_claim & np.asarray(status, dtype=bool)
    denied = own | by_claim | by_status
    carc = _costliest(refused, "row").reindex(rows).where(own)
    of_claim_carc = _costliest(of_claim_refused, "remit_key").reindex(remit.to_numpy())
    carc = carc.where(~by_claim, pd.Series(of_claim_carc.array, index=rows))
    return pd.DataFrame(
        {
            "line_denied": denied,
            "patient_only": ~denied & (paid == 0) & ((share > 0) | (claim_share > 0)),
            "in_part": ~denied & ((paid > 0) | (share > 0)) & rows.isin(refused["row"]),
            "carc": carc,
            "rarc": _remarks(remits, placed, rows, remit, by_claim).where(denied),
        }
    )


def _adjustments(remits: RemitBatch, placed: pd.DataFrame) -> pd.DataFrame:
    """Adjustments of the placed lines by ``row``, and those of their claims, that take something off."""
    table = remits.adjustments[remits.adjustments["remit_key"].isin(placed["remit_key"])]
    table = table[(table["adjustment_cents"] > 0).fillna(False).to_numpy(bool)]
    table = table.assign(treatment=treatment_of(table["carc"]), row=_rows(remits, placed, table))
    return table[table["line_number"].isna() | (table["row"] != NONE)]


def _rows(remits: RemitBatch, placed: pd.DataFrame, table: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Service line of the claim that each row of a table of the remits belongs to."""
    of_line = np.full(len(remits.remit_lines) + 1, NONE)
    with_line = placed[placed["remit_line"] != NONE]
    of_line[with_line["remit_line"].to_numpy("int64")] = with_line["row"].to_numpy()
    first = np.searchsorted(remits.remit_lines["remit_key"].to_numpy(), table["remit_key"].to_numpy())
    number = table["line_number"].fillna(0).to_numpy("int64")
    return of_line[np.where(number > 0, first + number - 1, len(remits.remit_lines))]


def _sums(cents: pd.Series, placed: pd.DataFrame) -> pd.Series:
    with_line = placed[placed["remit_line"] != NONE]
    values = cents.to_numpy("int64")[with_line["remit_line"].to_numpy("int64")]
    return pd.Series(values).groupby(with_line["row"].to_numpy()).sum()


def _share(codes: pd.DataFrame, by: str) -> pd.Series:
    """What the patient owes of an allowed amount."""
    owed = codes[codes["treatment"] == "patient_share"]
    return owed["adjustment_cents"].astype("int64").groupby(owed[by]).sum()


def _costliest(refused: pd.DataFrame, by: str) -> pd.Series:
    """CARC with the most of each line or claim refused for it; of equals the one named first."""
    table = refused[[by, "carc", "adjustment_cents", "position"]].dropna(subset=["carc"])
    sums = table.groupby([by, "carc"], as_index=False).agg({"adjustment_cents": "sum", "position": "min"})
    sums = sums.sort_values([by, "adjustment_cents", "position"], ascending=[True, False, True])
    return sums.drop_duplicates(by).set_index(by)["carc"]


def _remarks(remits: RemitBatch, placed: pd.DataFrame, rows: pd.Index, remit: pd.Series, by_claim: pd.Series) -> Any:
    """First remark code of each line; of the claim, but for the merely informational, where the claim was refused."""
    table = remits.remarks[remits.remarks["remit_key"].isin(placed["remit_key"])]
    of_line = table.assign(row=_rows(remits, placed, table))
    of_line = of_line[of_line["row"] != NONE].sort_values(["row", "position"])
    own = of_line.drop_duplicates("row").set_index("row")["rarc"].reindex(rows)
    of_claim = table[table["line_number"].isna() & ~table["rarc"].isin(INFORMATIONAL_RARCS)].sort_values("position")
    claims = of_claim.drop_duplicates("remit_key").set_index("remit_key")["rarc"].reindex(remit.to_numpy())
    return own.where(own.notna() | ~by_claim, pd.Series(claims.array, index=rows))
