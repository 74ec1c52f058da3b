"""Labels of claims: the initial decision on each claim and line, as their remittances tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from risk.outcomes.decisions import initial_lines, remits_in_order
from risk.outcomes.matching import match_remits
from risk.outcomes.maturity import immature, newest_remits
from risk.outcomes.reasons import reason_of
from risk.outcomes.repeats import content_hashes, first_of_repeats
from risk.outcomes.treatments import Treatments, count_treatments

if TYPE_CHECKING:
    import pyarrow as pa

    from risk.claims.remits import RemitBatch
    from risk.claims.tables import ClaimBatch

#: Columns of a labelled file after those of the CSV layout.
LABEL_COLUMNS = (
    "denied",
    "line_denied",
    "denial_reason",
    "carc",
    "rarc",
    "remit_date",
    "label_status",
    "line_allowed_amount",
    "line_paid_amount",
)


@dataclass(frozen=True)
class Labels:
    """Labels of a batch of claims.

    Parameters
    ----------
    lines
        One row per service line, in the order of ``batch.service_lines``, with ``LABEL_COLUMNS``. ``denied``,
        ``denial_reason``, ``remit_date`` and ``label_status`` are the claim's and repeat on its lines; the others are
        the line's.
    treatments
        How many claims and remits were treated in which way.
    unmatched
        Keys of the remits that answer no claim.
    """

    lines: pd.DataFrame
    treatments: Treatments
    unmatched: np.ndarray[Any, np.dtype[np.int64]]


def label_claims(batch: ClaimBatch, remits: RemitBatch) -> Labels:
    """Join claims and remittances, and label each claim with its initial decision; docs/labels.md states every case.

    Neither the order of files nor that of claims and remits in them changes a label. Raises nothing: what does not
    match is counted.
    """
    hashes = content_hashes(remits)
    kept = first_of_repeats(hashes)
    matched = match_remits(batch, remits, kept)
    ordered = remits_in_order(batch, remits, matched.remits, hashes)
    answered = initial_lines(batch, remits, ordered)
    claims = _claims(batch, remits, ordered, answered)
    lines = _lines(batch, claims, answered)
    treatments = count_treatments(batch, remits, matched, ordered, answered, claims, repeated=int((~kept).sum()))
    return Labels(lines, treatments, matched.unmatched)


def labelled_table(batch: ClaimBatch, labels: Labels) -> pa.Table:
    """The labelled file: one row per service line, the columns of the CSV layout as text, then ``LABEL_COLUMNS``."""
    import pyarrow as pa

    from risk.claims.csv_layout import csv_layout

    table = csv_layout(batch)
    columns = pa.Table.from_pandas(labels.lines[list(LABEL_COLUMNS)], preserve_index=False)
    for name in LABEL_COLUMNS:
        table = table.append_column(name, columns[name])
    return table


def initial_decisions(batch: ClaimBatch, remits: RemitBatch) -> pd.DataFrame:
    """What the remits given say of each claim so far, by claim_key; whether it is too early to tell is left open.

    ``denied`` (nullable), ``remit_date`` (as :func:`label_claims` has it), ``awaited`` (some of its lines have no
    answer yet) and ``latest``, the day of the latest remit of the claim, of whatever kind.
    """
    hashes = content_hashes(remits)
    matched = match_remits(batch, remits, first_of_repeats(hashes))
    ordered = remits_in_order(batch, remits, matched.remits, hashes)
    return _decided(batch, ordered, initial_lines(batch, remits, ordered))


def _decided(batch: ClaimBatch, ordered: pd.DataFrame, answered: pd.DataFrame) -> pd.DataFrame:
    keys = range(len(batch))
    by_claim = answered.groupby("claim_key")
    date = answered[answered["line_denied"]].groupby("claim_key")["remit_date"].min().reindex(keys)
    return pd.DataFrame(
        {
            "denied": by_claim["line_denied"].any().reindex(keys),
            "remit_date": date.fillna(by_claim["remit_date"].max().reindex(keys)),
            "awaited": _lines_of(batch) > by_claim.size().reindex(keys, fill_value=0).to_numpy(),
            "latest": ordered.groupby("claim_key")["remit_date"].max().reindex(keys),
        }
    )


def _claims(batch: ClaimBatch, remits: RemitBatch, ordered: pd.DataFrame, answered: pd.DataFrame) -> pd.DataFrame:
    """Decision on each claim, by claim_key: ``denied`` (nullable), ``remit_date``, ``denial_reason``, ``label_status``.

    The date is the one on which the outcome was known: of the first denied line, else of the last line answered.
    """
    keys = range(len(batch))
    decided = _decided(batch, ordered, answered)
    denied, date = decided["denied"], decided["remit_date"]
    refused = answered[answered["line_denied"]]
    reasons = (
        refused.assign(reason=reason_of(refused["carc"])).groupby("claim_key")["reason"].first()
    )  # first that is known
    claims = batch.claims
    submitted = claims["submission_date"].fillna(batch.last_service_date.reset_index(drop=True))
    newest = newest_remits(claims["payer_id"], decided["latest"], remits)
    known = denied.notna().to_numpy()
    recent = immature(claims["payer_id"], submitted, date, newest).to_numpy()
    paid_so_far = known & decided["awaited"].to_numpy() & ~denied.fillna(False).to_numpy(bool)
    immatures = recent & (~known | paid_so_far)
    known = known & ~immatures
    status = np.where(known, "matched", np.where(immatures, "immature", "unmatched"))
    return pd.DataFrame(
        {
            "denied": pd.array(denied.fillna(False).to_numpy("int64"), dtype="Int64"),
            "denial_reason": pd.array(reasons.reindex(keys), dtype="str"),
            "remit_date": date.astype("datetime64[s]"),
            "label_status": pd.array(status, dtype="str"),
        }
    ).mask(pd.DataFrame(dict.fromkeys(("denied", "denial_reason", "remit_date"), ~known)).assign(label_status=False))


def _lines_of(batch: ClaimBatch) -> np.ndarray[Any, Any]:
    return np.bincount(batch.service_lines["claim_key"].to_numpy(), minlength=len(batch))


def _lines(batch: ClaimBatch, claims: pd.DataFrame, answered: pd.DataFrame) -> pd.DataFrame:
    keys = batch.service_lines["claim_key"].to_numpy()
    of_claim = claims.iloc[keys].reset_index(drop=True)
    own = answered[["line_denied", "carc", "rarc"]].reindex(range(len(keys)))
    known = of_claim["denied"].notna().to_numpy()
    line_denied = own["line_denied"].astype("Float64").round().astype("Int64")
    return pd.DataFrame(
        {
            "denied": of_claim["denied"],
            "line_denied": line_denied.where(known),
            "denial_reason": of_claim["denial_reason"],
            "carc": own["carc"].astype("str").where(known),
            "rarc": own["rarc"].astype("str").where(known),
            "remit_date": of_claim["remit_date"],
            "label_status": of_claim["label_status"],
            "line_allowed_amount": _dollars(answered["allowed_cents"], len(keys)).where(known),
            "line_paid_amount": _dollars(answered["paid_cents"], len(keys)).where(known),
        }
    )


def _dollars(cents: pd.Series, lines: int) -> pd.Series:
    return cents.reindex(range(lines)).astype("float64") / 100
