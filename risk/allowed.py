"""Expected allowed amount of each service line, were it paid: what a denial puts at stake.

The user's own table counts first (:mod:`risk.allowed_table`), then what the model has learnt of the payer: for the
procedure, for its family or revenue centre, for all it bills; then of its type, of all payers; where nothing is known
it is the charge. An amount of the table is never more than the charge.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.payment import SOURCES, PaymentRatios
from models.services import services_of
from risk.allowed_table import LEVELS, AllowedTable
from risk.claims.tables import ClaimBatch
from risk.reference import Reference

Floats = NDArray[np.float64]

#: What an amount stands on: those of a model, and the user's table.
TABLE = "table"
ALL_SOURCES = (*SOURCES, TABLE)


@dataclass(frozen=True)
class Allowed:
    """Expected allowed cents of each service line, and the position in ``ALL_SOURCES`` of what each stands on."""

    cents: Floats
    source: NDArray[np.int64]


def allowed_cents(batch: ClaimBatch, ratios: PaymentRatios, table: AllowedTable, reference: Reference) -> Allowed:
    """Expected allowed amount of each service line, in the order of ``batch.service_lines``.

    A line without a charge, or with a negative one, is expected to bring nothing, unless the table has an amount for
    its procedure: then that times its units (one where none is stated).
    """
    lines = batch.service_lines
    payer = {name: batch.of_claim(name, lines["claim_key"]) for name in ("payer_id", "payer_type")}
    stated = lines["line_charge_cents"].to_numpy("float64", na_value=np.nan)
    charge = np.nan_to_num(stated).clip(min=0.0)
    ratio, source = ratios.of(payer | services_of(lines, reference))
    cents = ratio * charge
    units = lines["quantity"].to_numpy("float64", na_value=1.0).clip(min=0.0)
    for level in LEVELS:
        for entries, worth in ((table.ratios, charge), (table.cents, units)):
            if level not in entries:
                continue
            found = _found(payer | {"procedure_code": lines["procedure_code"]}, level, entries[level])
            there = ~np.isnan(found)
            cents[there] = found[there] * worth[there]
            if worth is units:
                cents[there] = np.fmin(cents[there], stated[there]).clip(min=0.0)
            source[there] = ALL_SOURCES.index(TABLE)
    return Allowed(cents, source)


def expected_denied_cents(batch: ClaimBatch, line_risks: pd.Series, allowed: Allowed) -> NDArray[np.int64]:
    """Risk of each line times its expected allowed amount, summed by claim, in whole cents."""
    weights = line_risks.to_numpy() * allowed.cents
    sums = np.bincount(batch.service_lines["claim_key"].to_numpy(), weights=weights, minlength=len(batch))
    return np.round(sums).astype("int64")


def _found(lines: Mapping[str, pd.Series], level: tuple[str, ...], entries: Mapping[tuple[str, ...], float]) -> Floats:
    """Entry of each line; NaN where there is none."""
    own = pd.DataFrame({name: lines[name] for name in level}, dtype="object")
    distinct = own.drop_duplicates()
    known = [entries.get(key, math.nan) for key in distinct.itertuples(index=False, name=None)]
    found = own.merge(distinct.assign(found=known), on=list(level), how="left")["found"]
    return np.asarray(found.to_numpy("float64"))
