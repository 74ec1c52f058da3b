"""What the payers of a synthetic world remit: each decided claim once, in payments that balance to the cent.

A payer sends one payment for each day on which it decides. A line is denied for the reason it was adjudicated with,
or allowed at the fee schedule of its payer, of which the patient owes a deductible, a copayment or coinsurance.
Nothing here decides about a denial, and nothing here goes back into claims, labels or truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from risk.claims.remits import RemitBatch, make_remits
from risk.claims.tables import MODIFIERS
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

_ORIGINATOR = "1999999999"  # TRN03: 1 and a tax number, invented


def synthetic_remits(synthetic: SyntheticClaims) -> RemitBatch:
    """Write up the decisions of a sample as remittances.

    Every claim is remitted once: with status 4 where all its lines are denied, else as processed by the primary payer
    (1). Denied lines are adjusted in full with their reason, a remark code where they have one, and no unit is paid.
    The charge of a remit is what its lines add up to, also where the claim states another total. Payments are in the
    order of date and payer; the providers of a world are paid through one office, so that no payment names an NPI.

    The id of the first claim, which names world and seed, is the seed of what is drawn here.
    """
    claims = synthetic.batch.claims
    first_lines = np.searchsorted(synthetic.batch.service_lines["claim_key"].to_numpy(), np.arange(len(claims)))
    dates = synthetic.outcomes["remit_date"].to_numpy()[first_lines]
    payers, _ = pd.factorize(claims["payer_id"], sort=True)
    order = np.lexsort((np.arange(len(claims)), payers, dates))
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (np.diff(dates[order]) != np.timedelta64(0)) | (np.diff(payers[order]) != 0)
    payment = np.cumsum(begins) - 1

    rank = np.empty(len(order), dtype="int64")
    rank[order] = np.arange(len(order))
    of_line = rank[synthetic.batch.service_lines["claim_key"].to_numpy()]
    rows = np.argsort(of_line, kind="stable")
    lines = _decided_lines(synthetic, rows, of_line[rows])
    adjustments = _adjustments(lines)
    remit_claims = _remit_claims(synthetic, order, payment, dates, lines, adjustments)
    return make_remits(
        {
            "payments": _payments(remit_claims, claims.iloc[order], np.flatnonzero(begins), payment),
            "remit_claims": remit_claims,
            "remit_lines": _remit_lines(lines),
            "adjustments": adjustments,
            "remarks": _remarks(lines),
            "references": _references(lines),
        }
    )


# ── what is paid ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _decided_lines(synthetic: SyntheticClaims, rows: Array, remit: Array) -> pd.DataFrame:
    """Service lines in the order of the remits, with their outcome and the amounts of every kind, in cents."""
    batch = synthetic.batch
    lines = batch.lines_with("payer_id", "payer_type").assign(
        denied=synthetic.outcomes["line_denied"].to_numpy() == 1,
        carc=synthetic.outcomes["carc"].array,
        rarc=synthetic.outcomes["rarc"].array,
    )
    rng = np.random.default_rng(np.random.SeedSequence([835, *batch.claims["claim_id"].iloc[0].encode()]))
    key = lines["claim_key"].to_numpy()
    terms = np.array([TERMS[name] for name in batch.claims["payer_type"]])
    charge = lines["line_charge_cents"].to_numpy("int64")
    allowed = np.round(charge * _fee_shares(lines, terms[key, 0], rng)).astype("int64")
    allowed[lines["denied"].to_numpy()] = 0

    met = rng.random(len(batch)) < terms[:, 1]
    open_cents = np.where(met, np.round(rng.random(len(batch)) * DEDUCTIBLE_CENTS), 0).astype("int64")
    deductible = _spread(open_cents, allowed, key)
    copayment = _spread(np.where(met, 0, terms[:, 3]).astype("int64"), allowed - deductible, key)
    coinsurance = np.round((allowed - deductible) * terms[key, 2]).astype("int64")
    lines = lines.assign(
        allowed=allowed,
        deductible=deductible,
        coinsurance=coinsurance,
        copayment=copayment,
        paid=allowed - deductible - coinsurance - copayment,
    )
    return lines.iloc[rows].assign(remit_key=remit).reset_index(drop=True)


def _fee_shares(lines: pd.DataFrame, mean: Array, rng: np.random.Generator) -> Array:
    """Share of the charge that is allowed: one of each payer for each procedure."""
    service = lines["payer_id"].astype("str").fillna("") + " " + lines["procedure_code"].astype("str").fillna("")
    fee, services = pd.factorize(service, sort=True)
    drawn = rng.lognormal(sigma=FEE_SPREAD, size=len(services))
    return np.asarray(np.minimum(mean * drawn[fee], HIGHEST_SHARE))


def _spread(owed: Array, room: Array, claim: Array) -> Array:
    """Take an amount of each claim from its lines in order, from each at most what it has room for."""
    total = np.cumsum(room)
    start = np.searchsorted(claim, claim)
    before = total - room - (total - room)[start]
    return np.asarray(np.clip(owed[claim] - before, 0, room))


# ── the tables ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _adjustments(lines: pd.DataFrame) -> pd.DataFrame:
    """Full charge of denied lines; of the others the contractual part and the patient's, where there is one."""
    denied = lines["denied"].to_numpy()
    charge = lines["line_charge_cents"].to_numpy("int64")
    workers = (lines["payer_type"] == "workers_comp").to_numpy()
    denial_group = np.where(lines["carc"].isin(PATIENT_REASONS).to_numpy() & ~workers, "PR", "CO")
    denial_group[(lines["carc"] == DUPLICATE_REASON).to_numpy() & ~workers] = "OA"
    kinds: list[tuple[Any, Any, Array, Array]] = [
        (denial_group, lines["carc"].to_numpy(object), charge, denied),
        ("CO", "45", charge - lines["allowed"].to_numpy(), ~denied),
    ]
    kinds += [
        ("PR", carc, lines[name].to_numpy(), ~denied)
        for carc, name in (("1", "deductible"), ("2", "coinsurance"), ("3", "copayment"))
    ]
    parts = []
    for kind, (group, carc, cents, where) in enumerate(kinds):
        found = pd.DataFrame({"row": np.arange(len(lines)), "kind": kind, "group_code": group, "carc": carc})
        parts.append(found.assign(adjustment_cents=cents)[where if kind == 0 else where & (cents != 0)])
    table = pd.concat(parts).sort_values(["row", "kind"], kind="stable", ignore_index=True)
    return _children(lines, table.pop("row").to_numpy(), table.drop(columns="kind"))


def _remarks(lines: pd.DataFrame) -> pd.DataFrame:
    rows = np.flatnonzero((lines["denied"] & lines["rarc"].notna()).to_numpy())
    return _children(lines, rows, pd.DataFrame({"segment": "LQ", "rarc": lines["rarc"].array.take(rows)}))


def _references(lines: pd.DataFrame) -> pd.DataFrame:
    """Line number as control number: what payers give back where the claim has no control number of the line."""
    rows = np.arange(len(lines))
    return _children(lines, rows, pd.DataFrame({"qualifier": "6R", "reference": lines["line_number"].astype("str")}))


def _children(lines: pd.DataFrame, rows: Array, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of a table with the keys of their lines and their positions in the remit."""
    remit = lines["remit_key"].to_numpy()[rows]
    position = np.arange(len(rows)) - np.searchsorted(remit, remit) + 1
    number = _line_numbers(lines)[rows]
    return table.assign(remit_key=remit, line_number=number, position=position)


def _line_numbers(lines: pd.DataFrame) -> Array:
    remit = lines["remit_key"].to_numpy()
    return np.asarray(np.arange(len(lines)) - np.searchsorted(remit, remit) + 1)


def _remit_lines(lines: pd.DataFrame) -> pd.DataFrame:
    given = ["remit_key", "procedure_code", *MODIFIERS, "revenue_center_code", "line_charge_cents"]
    denied, units = lines["denied"].to_numpy(), lines["quantity"].fillna(1.0)
    start = lines["service_from_date"]
    return lines[[*given, "service_from_date"]].assign(
        line_number=_line_numbers(lines),
        line_control_number=lines["line_number"].astype("str"),
        procedure_qualifier=np.select(
            [lines["procedure_code"].isna(), lines["revenue_center_code"].isin(HIPPS_REVENUE)], ["NU", "HP"], "HC"
        ),
        quantity=units.mask(denied, 0.0),
        original_quantity=units.where(denied),
        line_paid_cents=lines["paid"],
        service_to_date=lines["service_to_date"].fillna(start),
    )


def _remit_claims(
    synthetic: SyntheticClaims,
    order: Array,
    payment: Array,
    dates: Array,
    lines: pd.DataFrame,
    adjustments: pd.DataFrame,
) -> pd.DataFrame:
    batch = synthetic.batch

    def total(table: pd.DataFrame, values: Array) -> Array:
        sums = np.zeros(len(order), dtype="int64")
        np.add.at(sums, table["remit_key"].to_numpy(), values)
        return sums

    processed = total(lines, ~lines["denied"].to_numpy()) > 0
    owed = np.where(adjustments["group_code"] == "PR", adjustments["adjustment_cents"], 0)
    claims = batch.claims.iloc[order].reset_index(drop=True)
    decided = pd.Series(dates[order])
    day = decided.dt.year.astype("int64") % 100 * 1000 + decided.dt.day_of_year
    control = day * 10**8 + order + 1
    kept = ["claim_id", "payer_type", "claim_frequency_code", "rendering_npi"]
    start = batch.first_service_date.iloc[order].array
    return claims[kept].assign(
        payment_key=payment,
        claim_status_code=np.where(processed, "1", "4"),
        total_charge_cents=total(lines, lines["line_charge_cents"].to_numpy("int64")),
        total_paid_cents=total(lines, lines["paid"].to_numpy()),
        patient_responsibility_cents=total(adjustments, owed),
        payer_claim_control_number=control.astype("str"),
        facility_code=claims["place_of_service_code"].fillna(claims["bill_type_code"].str[:2]),
        remit_date=decided,
        received_date=claims["submission_date"],
        statement_from_date=start,
        statement_to_date=pd.Series(batch.last_service_date.iloc[order].array).fillna(pd.Series(start)),
    )


def _payments(remits: pd.DataFrame, claims: pd.DataFrame, first: Array, payment: Array) -> pd.DataFrame:
    """One row per payer and day; of nothing, a notice without transfer."""
    cents = np.zeros(len(first), dtype="int64")
    np.add.at(cents, payment, remits["total_paid_cents"].to_numpy())
    dates = remits["remit_date"].array.take(first)
    return pd.DataFrame(
        {
            "handling_code": np.where(cents > 0, "I", "H"),
            "payment_cents": cents,
            "credit_debit_code": "C",
            "payment_method_code": np.where(cents > 0, "ACH", "NON"),
            "payment_date": dates,
            "production_date": dates,
            "trace_number": ("P-" + remits["claim_id"].astype("str")).array.take(first),
            "originator_id": _ORIGINATOR,
            "payer_name": claims["payer_name"].array.take(first),
            "payer_id": claims["payer_id"].array.take(first),
        }
    )
