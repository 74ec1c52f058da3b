"""What follows a first decision, and the parts it is sent in: reversals, corrections, later payments, second payers.

None of it changes the initial decision: that is what the label of a claim is. Parts of a split decision come on two
days, of which the label has the one on which the outcome was known: of a denied claim the first, of any other the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.world import SyntheticClaims

# All rates and delays are assumed.
#: Claims of two lines and more whose lines are answered in two remits.
SPLIT = 0.03
#: Denied claims that are sent again as a replacement, and those that are appealed with success.
REPLACED, APPEALED = 0.25, 0.15
#: Replacements that are paid; the others are denied as before.
PAID_AGAIN = 0.65
#: Paid claims that are reversed and decided anew, and those of them that are then denied: another payer is liable.
CORRECTED, TAKEN_BACK = 0.02, 0.3
#: Medicare claims with a patient's share that a supplemental payer takes over.
CROSSED_OVER = 0.2
#: Days from the first decision: least, and one more than the most.
DAYS_SPLIT, DAYS_AGAIN, DAYS_CROSSED = (1, 9), (25, 75), (7, 21)
#: Factor on what a corrected line is allowed: least and most.
ALLOWED_ANEW = (0.85, 1.1)

TAKEN_BACK_CARC, TAKEN_BACK_RARC = "22", "MA04"
SPLIT_RARC = "MA15"  # the other services of the claim come separately
SUPPLEMENT = {"payer_id": "SUPP1", "payer_name": "EXAMPLE SUPPLEMENT", "payer_type": "commercial"}
AMOUNTS = ("charge", "allowed", "deductible", "coinsurance", "copayment", "prior", "paid")


class Plan(NamedTuple):
    """Remits before they are put in order.

    Parameters
    ----------
    remits
        One row per remit: ``claim`` (row of the claims), ``serial`` (its number in the whole sample), ``date``,
        ``payer_id``, ``payer_name``, ``payer_type``, ``status`` (null: as its lines say), ``frequency``, ``number``
        (the payer's), ``original`` (that of the remit it follows, or null), ``remark`` (of the claim, or null).
    lines
        One row per line of a remit, in the order of the remits: ``remit``, ``line`` (row of the service lines),
        ``denied``, ``carc``, ``rarc`` and the ``AMOUNTS`` in cents, negative where they are taken back.
    """

    remits: pd.DataFrame
    lines: pd.DataFrame


def plan_remits(synthetic: SyntheticClaims, decided: pd.DataFrame, rng: np.random.Generator) -> Plan:
    """Plan every remit of a sample.

    ``decided`` has one row per service line, in claim and line order: ``claim_key``, the columns of ``Plan.lines`` and
    ``fee``, what would be allowed of the line if it were not denied, and ``share`` of it that the patient owes.
    """
    claims = synthetic.batch.claims
    first = _first_remits(synthetic, decided)
    plan = Plan(first, decided.assign(remit=decided["claim_key"], line=np.arange(len(decided))))
    denied = _any(decided["denied"], decided, len(claims))
    draws = rng.random((4, len(claims)))
    split = (np.bincount(decided["claim_key"], minlength=len(claims)) > 1) & (draws[0] < SPLIT)
    replaced = ~split & denied & (draws[1] < REPLACED)
    appealed = ~split & denied & (draws[1] >= REPLACED) & (draws[1] < REPLACED + APPEALED)
    corrected = ~split & ~denied & (draws[1] < CORRECTED)
    owes = _any(decided["deductible"] + decided["coinsurance"] > 0, decided, len(claims))
    medicare = (claims["payer_type"] == "medicare").to_numpy()
    crossed = ~split & ~denied & ~corrected & medicare & owes & (draws[2] < CROSSED_OVER)

    again = _paid_again(decided)
    upheld = draws[3] >= PAID_AGAIN
    plan = _split(plan, split, denied, claims, rng)
    stays = upheld[decided["claim_key"]]
    plan = _anew(plan, pd.concat([decided[stays], again[~stays]]).sort_index(), replaced, rng, frequency="7")
    plan = _reversed(plan, decided, again, appealed, rng)
    plan = _reversed(plan, decided, _decided_anew(decided, draws[3] < TAKEN_BACK, rng), corrected, rng)
    return _crossed_over(plan, decided, crossed, rng)


def _first_remits(synthetic: SyntheticClaims, decided: pd.DataFrame) -> pd.DataFrame:
    claims = synthetic.batch.claims
    serial = claims["claim_id"].str.rpartition("-")[2].astype("int64")
    lines = np.searchsorted(decided["claim_key"].to_numpy(), np.arange(len(claims)))
    date = pd.Series(synthetic.outcomes["remit_date"].array.take(lines))
    return claims[["payer_id", "payer_name", "payer_type"]].assign(
        claim=np.arange(len(claims)),
        serial=serial,
        date=date,
        status=pd.array([None] * len(claims), "str"),
        frequency=claims["claim_frequency_code"],
        number=_numbers(date, serial, 0),
        original=pd.array([None] * len(claims), "str"),
        remark=pd.array([None] * len(claims), "str"),
    )


def _numbers(date: pd.Series, serial: pd.Series, step: int) -> pd.Series:
    """Control numbers of the payer: year, day of the year, and a number that no other remit of that day has."""
    day = date.dt.year.astype("int64") % 100 * 1000 + date.dt.day_of_year
    return (day * 10**8 + step * 10**7 + serial).astype("str")


def _any(flags: pd.Series, lines: pd.DataFrame, claims: int) -> Array:
    found = np.zeros(claims, dtype=bool)
    found[lines["claim_key"].to_numpy()[flags.to_numpy(bool)]] = True
    return found


def _split(plan: Plan, chosen: Array, denied: Array, claims: pd.DataFrame, rng: np.random.Generator) -> Plan:
    """Answer what is denied, else the first line, in one remit, and the other lines in a second one."""
    days = rng.integers(*DAYS_SPLIT, size=len(chosen)).astype("timedelta64[D]")
    lines, remits = plan.lines, plan.remits
    key = lines["claim_key"].to_numpy()
    some_paid = _any(~lines["denied"], lines, len(chosen))
    first = np.diff(key, prepend=-1) > 0
    one = np.where((denied & some_paid)[key], lines["denied"], first)
    second = chosen[key] & ~one
    rows = np.flatnonzero(chosen)
    date = remits["date"]
    submitted = claims["submission_date"]
    early, late = (date - days).where(date - days > submitted, date), date + days
    remits = remits.assign(date=date.where(~chosen | denied, early), remark=remits["remark"].mask(chosen, SPLIT_RARC))
    added = remits.iloc[rows].assign(date=late.where(denied, date).iloc[rows])
    added = added.assign(number=_numbers(added["date"], added["serial"], 1))
    place = np.full(len(chosen), -1)
    place[rows] = len(remits) + np.arange(len(rows))
    lines = lines.assign(remit=np.where(second, place[key], lines["remit"]))
    return Plan(pd.concat([remits, added], ignore_index=True), lines)


def _added(plan: Plan, decided: pd.DataFrame, chosen: Array, date: pd.Series, **columns: Any) -> Plan:
    """One more remit for each chosen claim, with all its lines as ``decided``."""
    rows = np.flatnonzero(chosen)
    added = plan.remits.iloc[rows].assign(date=date.iloc[rows], **columns)
    place = np.full(len(chosen), -1)
    place[rows] = len(plan.remits) + np.arange(len(rows))
    key = decided["claim_key"].to_numpy()
    lines = decided.assign(remit=place[key], line=np.arange(len(decided)))[chosen[key]]
    return Plan(
        pd.concat([plan.remits, added], ignore_index=True),
        pd.concat([plan.lines, lines[plan.lines.columns]], ignore_index=True),
    )


def _later(plan: Plan, chosen: Array, days: tuple[int, int], rng: np.random.Generator) -> pd.Series:
    """A day after the first remit of each claim."""
    date = plan.remits["date"].iloc[: len(chosen)]
    return date + rng.integers(*days, size=len(chosen)).astype("timedelta64[D]")


def _anew(plan: Plan, decided: pd.DataFrame, chosen: Array, rng: np.random.Generator, *, frequency: str) -> Plan:
    """The answer to a replacement: with a number of its own, and a reference to the first."""
    date = _later(plan, chosen, DAYS_AGAIN, rng)
    rows = np.flatnonzero(chosen)
    number = _numbers(date.iloc[rows], plan.remits["serial"].iloc[rows], 2)
    original = plan.remits["number"].iloc[rows]
    return _added(plan, decided, chosen, date, frequency=frequency, number=number, original=original)


def _reversed(plan: Plan, decided: pd.DataFrame, anew: pd.DataFrame, chosen: Array, rng: np.random.Generator) -> Plan:
    """Take the first remit back and decide anew, on one day."""
    date = _later(plan, chosen, DAYS_AGAIN, rng)
    taken = decided.assign(**{name: -decided[name] for name in AMOUNTS})
    rows = np.flatnonzero(chosen)
    number = _numbers(date.iloc[rows], plan.remits["serial"].iloc[rows], 2)
    original = plan.remits["number"].iloc[rows]
    plan = _added(plan, taken, chosen, date, status="22")
    return _added(plan, anew, chosen, date, number=number, original=original)


def _crossed_over(plan: Plan, decided: pd.DataFrame, chosen: Array, rng: np.random.Generator) -> Plan:
    """Forward claims to a second payer, who pays what the patient would owe."""
    rows = np.flatnonzero(chosen)
    status = plan.remits["status"].to_numpy(object)
    status[rows] = "19"
    plan = plan._replace(remits=plan.remits.assign(status=pd.array(status, "str")))
    date = _later(plan, chosen, DAYS_CROSSED, rng)
    share = decided["deductible"] + decided["coinsurance"] + decided["copayment"]
    nothing = dict.fromkeys(("deductible", "coinsurance", "copayment"), 0)
    second = decided.assign(**nothing, allowed=decided["charge"], prior=decided["charge"] - share, paid=share)
    number = _numbers(date.iloc[rows], plan.remits["serial"].iloc[rows], 3)
    return _added(plan, second, chosen, date, status="2", number=number, **SUPPLEMENT)


def _paid_again(decided: pd.DataFrame) -> pd.DataFrame:
    """Every line allowed at its fee: the deductible is met by then."""
    return _allowed(decided, decided["fee"])


def _decided_anew(decided: pd.DataFrame, taken_back: Array, rng: np.random.Generator) -> pd.DataFrame:
    """Paid claims decided otherwise: lines allowed more or less, or all denied."""
    factor = rng.uniform(*ALLOWED_ANEW, size=len(decided))
    allowed = np.minimum(np.round(decided["allowed"] * factor).astype("int64"), decided["charge"])
    back = taken_back[decided["claim_key"]]
    paid = _allowed(decided, allowed.where(~back, 0))
    return paid.assign(
        denied=back,
        carc=pd.Series(TAKEN_BACK_CARC, index=paid.index, dtype="str").where(back),
        rarc=pd.Series(TAKEN_BACK_RARC, index=paid.index, dtype="str").where(back),
    )


def _allowed(decided: pd.DataFrame, allowed: pd.Series) -> pd.DataFrame:
    coinsurance = np.round(allowed * decided["share"]).astype("int64")
    nothing = pd.array([None] * len(decided), "str")
    return decided.assign(
        denied=False, carc=nothing, rarc=nothing, allowed=allowed, deductible=0, coinsurance=coinsurance, copayment=0,
        paid=allowed - coinsurance,
    )  # fmt: skip
