"""What the payers of a synthetic world remit, in payments that balance to the cent.

A payer sends one payment for each day on which it decides. A line is denied for the reason it was adjudicated with,
or allowed at the fee schedule of its payer, of which the patient owes a deductible, a copayment or coinsurance. What
follows the first decision stands in :mod:`synthetic_data.later_remits`. Nothing here decides about an initial denial,
and nothing here goes back into claims, labels or truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from risk.claims.remits import RemitBatch, make_remits
from risk.claims.tables import MODIFIERS
from synthetic_data.later_remits import plan_remits
from synthetic_data.remit_payments import payments_of
from synthetic_data.write_837_claim import HIPPS_REVENUE

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.world import SyntheticClaims


class Terms(NamedTuple):
    """What a type of payer pays; all of it assumed.

    Parameters
    ----------
    share
        Mean share of the charge that its fee schedule allows.
    deductible
        Share of the claims that meet a deductible.
    coinsurance
        Share of the allowed amount that the patient owes after it.
    copayment_cents
        Owed instead of coinsurance, once a claim.
    """

    share: float
    deductible: float
    coinsurance: float
    copayment_cents: int


TERMS = {
    "medicare": Terms(0.38, 0.06, 0.2, 0),
    "medicare_advantage": Terms(0.39, 0.03, 0.0, 3500),
    "medicaid": Terms(0.29, 0.0, 0.0, 0),
    "commercial": Terms(0.55, 0.15, 0.2, 0),
    "workers_comp": Terms(0.6, 0.0, 0.0, 0),
    "tricare": Terms(0.37, 0.08, 0.2, 0),
    "other": Terms(0.5, 0.12, 0.1, 0),
}
#: Spread of a payer's fees for single procedures around its share, and the most it allows (assumed).
FEE_SPREAD, HIGHEST_SHARE = 0.15, 0.95
#: Largest deductible that is still open (assumed).
DEDUCTIBLE_CENTS = 60_000

#: Reasons that make the charge the patient's: coverage ended, not insured here, benefit used up. Workers never owe.
PATIENT_REASONS = ("27", "31", "119")
#: An exact duplicate stands in group OA, for workers' compensation in CO: so the description of this reason has it.
DUPLICATE_REASON = "18"


def synthetic_remits(synthetic: SyntheticClaims) -> RemitBatch:
    """Write up the decisions of a sample as remittances.

    Every claim is answered by its payer, some in two parts; some are reversed, corrected, replaced or paid after all
    later. A remit has status 4 where all its lines are denied, else as processed by the primary payer (1, or 19 where
    it was forwarded to a second one, whose remit has 2); 22 where it takes one back. Denied lines are adjusted in full
    with their reason, a remark code where they have one, and no unit is paid. The charge of a remit is what its lines
    add up to, also where the claim states another total. Payments are in the order of date and payer; the providers of
    a world are paid through one office, so that no payment names an NPI. A payment that would be negative is nothing,
    and its balance is taken from the payer's next ones.

    The id of the first claim, which names world and seed, is the seed of what is drawn here; fees are of the world.
    """
    seed = _seed_of(synthetic)
    decided = _decided_lines(synthetic, np.random.default_rng(np.random.SeedSequence([835, *seed])))
    plan = plan_remits(synthetic, decided, np.random.default_rng(np.random.SeedSequence([22, *seed])))
    planned = plan.remits
    payers, _ = pd.factorize(planned["payer_id"], sort=True)
    dates = planned["date"].to_numpy()
    order = np.lexsort((np.arange(len(planned)), planned["claim"], payers, dates))
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (np.diff(dates[order]) != np.timedelta64(0)) | (np.diff(payers[order]) != 0)
    planned = planned.iloc[order].reset_index(drop=True)
    planned = planned.assign(payment_key=np.cumsum(begins) - 1)

    rank = np.empty(len(order), dtype="int64")
    rank[order] = np.arange(len(order))
    of_line = rank[plan.lines["remit"].to_numpy()]
    rows = np.lexsort((plan.lines["line"], of_line))
    lines = _with_their_claims(synthetic, plan.lines.iloc[rows].assign(remit_key=of_line[rows]), planned)
    adjustments = _adjustments(lines)
    remit_claims = _remit_claims(synthetic, planned, lines, adjustments)
    payments = payments_of(remit_claims, planned, np.flatnonzero(begins))
    return make_remits(
        {
            "payments": payments.payments,
            "remit_claims": remit_claims,
            "remit_lines": _remit_lines(lines),
            "adjustments": adjustments,
            "remarks": _remarks(lines, planned),
            "references": _references(lines, planned),
            "provider_adjustments": payments.balances,
        }
    )


def line_amounts(synthetic: SyntheticClaims) -> pd.DataFrame:
    """Amounts that the initial remits of a sample state, one row per service line: ``allowed_cents``, ``paid_cents``.

    Allowed is what payer and patient owe together; 0 of a denied line.
    """
    decided = _decided_lines(synthetic, np.random.default_rng(np.random.SeedSequence([835, *_seed_of(synthetic)])))
    return pd.DataFrame({"allowed_cents": decided["allowed"], "paid_cents": decided["paid"]})


def _seed_of(synthetic: SyntheticClaims) -> bytes:
    return str(synthetic.batch.claims["claim_id"].iloc[0]).encode()


def _world_of(synthetic: SyntheticClaims) -> bytes:
    """The part of a claim id that names the world: fees are the same in all of its samples."""
    return _seed_of(synthetic).partition(b"S")[0]


# ── what is paid ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _decided_lines(synthetic: SyntheticClaims, rng: np.random.Generator) -> pd.DataFrame:
    """Outcome of each service line with the amounts of every kind, in cents; see :func:`plan_remits`."""
    batch = synthetic.batch
    lines = batch.lines_with("payer_id")
    outcomes = synthetic.outcomes
    denied = outcomes["line_denied"].to_numpy() == 1
    key = lines["claim_key"].to_numpy()
    terms = np.array([TERMS[name] for name in batch.claims["payer_type"]])
    charge = lines["line_charge_cents"].to_numpy("int64")
    fee = np.round(charge * _fee_shares(lines, terms[key, 0], _world_of(synthetic))).astype("int64")
    allowed = np.where(denied, 0, fee)

    met = rng.random(len(batch)) < terms[:, 1]
    open_cents = np.where(met, np.round(rng.random(len(batch)) * DEDUCTIBLE_CENTS), 0).astype("int64")
    deductible = _spread(open_cents, allowed, key)
    copayment = _spread(np.where(met, 0, terms[:, 3]).astype("int64"), allowed - deductible, key)
    coinsurance = np.round((allowed - deductible) * terms[key, 2]).astype("int64")
    return pd.DataFrame(
        {
            "claim_key": key,
            "denied": denied,
            "carc": outcomes["carc"].array,
            "rarc": outcomes["rarc"].array,
            "charge": charge,
            "fee": fee,
            "share": terms[key, 2],
            "allowed": allowed,
            "deductible": deductible,
            "coinsurance": coinsurance,
            "copayment": copayment,
            "prior": 0,
            "paid": allowed - deductible - coinsurance - copayment,
        }
    )


def _with_their_claims(synthetic: SyntheticClaims, decided: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    """Lines of the remits, in order, with what the service line says, and the type and status of their remit."""
    service = synthetic.batch.service_lines.iloc[decided["line"].to_numpy()].reset_index(drop=True)
    decided = decided.reset_index(drop=True).drop(columns="claim_key")
    remit = decided["remit_key"].to_numpy()
    of_remit = {name: planned[name].array.take(remit) for name in ("payer_type", "status")}
    return pd.concat([service, decided], axis=1).assign(**of_remit)


def _fee_shares(lines: pd.DataFrame, mean: Array, world: bytes) -> Array:
    """Share of the charge that is allowed: one of each payer of the world for each procedure."""
    service = lines["payer_id"].astype("str").fillna("") + " " + lines["procedure_code"].astype("str").fillna("")
    fee, services = pd.factorize(service)
    seeds = ([45, *world, *name.encode()] for name in services)
    drawn = np.array([np.random.default_rng(np.random.SeedSequence(seed)).standard_normal() for seed in seeds])
    return np.asarray(np.minimum(mean * np.exp(FEE_SPREAD * drawn)[fee], HIGHEST_SHARE))


def _spread(owed: Array, room: Array, claim: Array) -> Array:
    """Take an amount of each claim from its lines in order, from each at most what it has room for."""
    total = np.cumsum(room)
    start = np.searchsorted(claim, claim)
    before = total - room - (total - room)[start]
    return np.asarray(np.clip(owed[claim] - before, 0, room))


# ── the tables ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _adjustments(lines: pd.DataFrame) -> pd.DataFrame:
    """Full charge of denied lines; of the others what another payer settled, the contractual part, the patient's."""
    denied = lines["denied"].to_numpy(bool)
    workers = (lines["payer_type"] == "workers_comp").to_numpy()
    denial_group = np.where(lines["carc"].isin(PATIENT_REASONS).to_numpy() & ~workers, "PR", "CO")
    denial_group[(lines["carc"] == DUPLICATE_REASON).to_numpy() & ~workers] = "OA"
    charge, allowed, prior = (lines[name].to_numpy("int64") for name in ("charge", "allowed", "prior"))
    kinds: list[tuple[Any, Any, Array, Array]] = [
        (denial_group, lines["carc"].to_numpy(object), charge, denied),
        ("OA", "23", prior, ~denied),
        ("CO", "45", charge - allowed, ~denied),
    ]
    kinds += [
        ("PR", carc, lines[name].to_numpy("int64"), ~denied)
        for carc, name in (("1", "deductible"), ("2", "coinsurance"), ("3", "copayment"))
    ]
    parts = []
    for kind, (group, carc, cents, where) in enumerate(kinds):
        found = pd.DataFrame({"row": np.arange(len(lines)), "kind": kind, "group_code": group, "carc": carc})
        parts.append(found.assign(adjustment_cents=cents)[where if kind == 0 else where & (cents != 0)])
    table = pd.concat(parts).sort_values(["row", "kind"], kind="stable", ignore_index=True)
    return _children(lines, table.pop("row").to_numpy(), table.drop(columns="kind"))


def _remarks(lines: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    rows = np.flatnonzero((lines["denied"] & lines["rarc"].notna()).to_numpy(bool))
    of_lines = pd.DataFrame({"segment": "LQ", "rarc": lines["rarc"].array.take(rows)})
    told = planned["remark"].dropna()
    return _children(lines, rows, of_lines, told.index, pd.DataFrame({"segment": "MOA", "rarc": told.array}))


def _references(lines: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    """Line number as control number: what payers give back where the claim has none; what a correction corrects."""
    rows = np.arange(len(lines))
    of_lines = pd.DataFrame({"qualifier": "6R", "reference": lines["line_number"].astype("str")})
    told = planned["original"].dropna()
    return _children(lines, rows, of_lines, told.index, pd.DataFrame({"qualifier": "F8", "reference": told.array}))


def _children(
    lines: pd.DataFrame,
    rows: Array,
    table: pd.DataFrame,
    remits: pd.Index | None = None,
    of_remits: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rows of a table with the keys of their lines and their positions in the remit, after those of the remits."""
    number = _line_numbers(lines)[rows]
    table = table.assign(remit_key=lines["remit_key"].to_numpy()[rows], line_number=number)
    if of_remits is not None and remits is not None:
        table = pd.concat([of_remits.assign(remit_key=remits.to_numpy(), line_number=0), table])
        table = table.sort_values(["remit_key", "line_number"], kind="stable", ignore_index=True)
    table = table.assign(line_number=table["line_number"].astype("Int64").replace(0, pd.NA))
    return table.assign(position=table.groupby("remit_key").cumcount() + 1)


def _line_numbers(lines: pd.DataFrame) -> Array:
    remit = lines["remit_key"].to_numpy()
    return np.asarray(np.arange(len(lines)) - np.searchsorted(remit, remit) + 1)


def _remit_lines(lines: pd.DataFrame) -> pd.DataFrame:
    given = ["remit_key", "procedure_code", *MODIFIERS, "revenue_center_code"]
    denied, units = lines["denied"].astype(bool), lines["quantity"].fillna(1.0)
    start = lines["service_from_date"]
    return lines[[*given, "service_from_date"]].assign(
        line_number=_line_numbers(lines),
        line_control_number=lines["line_number"].astype("str"),
        procedure_qualifier=np.select(
            [lines["procedure_code"].isna(), lines["revenue_center_code"].isin(HIPPS_REVENUE)], ["NU", "HP"], "HC"
        ),
        quantity=units.mask(denied, 0.0),
        original_quantity=units.where(denied),
        line_charge_cents=lines["charge"],
        line_paid_cents=lines["paid"],
        service_to_date=lines["service_to_date"].fillna(start),
    )


def _remit_claims(
    synthetic: SyntheticClaims, planned: pd.DataFrame, lines: pd.DataFrame, adjustments: pd.DataFrame
) -> pd.DataFrame:
    batch = synthetic.batch

    def total(table: pd.DataFrame, values: Any) -> Array:
        sums = np.zeros(len(planned), dtype="int64")
        np.add.at(sums, table["remit_key"].to_numpy(), np.asarray(values, dtype="int64"))
        return sums

    processed = total(lines, ~lines["denied"].to_numpy(bool)) > 0
    owed = total(adjustments, np.where(adjustments["group_code"] == "PR", adjustments["adjustment_cents"], 0))
    order = planned["claim"].to_numpy()
    claims = batch.claims.iloc[order].reset_index(drop=True)
    status = planned["status"].fillna(pd.Series(np.where(processed, "1", "4"), dtype="str"))
    start = batch.first_service_date.iloc[order].array
    reversal = (status == "22").to_numpy(bool)
    return claims[
        ["claim_id", "rendering_npi"]
    ].assign(
        payment_key=planned["payment_key"],
        payer_type=planned["payer_type"],
        claim_frequency_code=planned["frequency"],
        claim_status_code=status,
        is_reversal=reversal,
        total_charge_cents=total(lines, lines["charge"]),
        total_paid_cents=total(lines, lines["paid"]),
        patient_responsibility_cents=pd.Series(owed, dtype="Int64").mask(reversal),  # CLP05 is left out of those
        payer_claim_control_number=planned["number"],
        facility_code=claims["place_of_service_code"].fillna(claims["bill_type_code"].str[:2]),
        remit_date=planned["date"],
        received_date=claims["submission_date"].mask(
            planned["original"].notna()
        ),  # that of a later submission is unknown
        statement_from_date=start,
        statement_to_date=pd.Series(batch.last_service_date.iloc[order].array).fillna(pd.Series(start)),
    )
