"""Labelled claims as a file, and what of the claims and remits given is not in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from risk.claims.tables import MODIFIERS, ClaimBatch
from risk.errors import InputError
from risk.outcomes import Labels, labelled_table
from risk.readers import ReadResult, Reject
from risk.readers.sources import STDIN, SourceKind
from risk.reports.claims_file import _reject, carried
from risk.reports.output import output_file
from risk.reports.structure import in_file_order

if TYPE_CHECKING:
    from risk.claims.remits import RemitBatch
    from risk.readers.remit_result import RemitResult

#: What makes two claims the same submission, whatever kind of file each stands in.
_SAME_CLAIM = ["claim_id", "payer_id", "member_id", "patient_birth_date", "submission_date", "total_charge_cents"]
_SAME_LINES = ["line_number", "procedure_code", *MODIFIERS, "quantity", "line_charge_cents", "service_from_date"]


def require_labels_name(out: Path, files: Sequence[str]) -> None:
    """Raise :class:`InputError` where labels cannot go under a name: its suffix, its folder, or a file that is read."""
    if out.suffix.lower() != ".parquet":
        raise InputError(str(out), "expected a name that ends in .parquet", "use --out labels.parquet")
    if not out.parent.is_dir():
        raise InputError(str(out.parent), "no such folder", "make it, or choose another --out")
    if out.exists() and any(file != STDIN and Path(file).exists() and out.samefile(file) for file in files):
        raise InputError(str(out), "expected an output other than the files that are read", "choose another --out")


def labelled_claims(result: ReadResult, kinds: Mapping[str, SourceKind]) -> ReadResult:
    """Claims that a labelled file can hold: each once, and as :func:`risk.reports.claims_file.carried` has it.

    A claim that stands twice, as in an 837 and the CSV made of it, is a reject the second time: what was decided once
    must not be learnt twice. ``kinds`` as there.
    """
    batch = result.batch
    again = pd.Series(_digests(batch)).duplicated().to_numpy()
    if again.any():
        rejects = [
            _reject(batch, int(key), "expected each claim once", None, kinds.get(batch.claims["source_file"].iat[key]))
            for key in np.flatnonzero(again)
        ]
        files = [*kinds, *batch.claims["source_file"].unique()]
        kept = batch.select(np.flatnonzero(~again))
        result = replace(result, batch=kept, rejects=in_file_order([*result.rejects, *rejects], files))
    return carried(result, kinds)


def require_matches(result: ReadResult, answers: RemitResult, labels: Labels) -> None:
    """Raise :class:`InputError` where there is nothing to label: no claims, no remits, or none that belong together."""
    counts = labels.treatments
    if not len(result.batch):
        raise InputError("--claims", "expected at least one claim that can be read", "`denial-risk check` says why not")
    if not len(answers.batch):
        raise InputError(
            "--remits", "expected at least one remit that can be read", "what each lacks stands in CLP01 to CLP04"
        )
    if counts.remits_matched:
        return
    if counts.remits_before_submission:
        expected = "expected remits dated on or after the submission of their claims, all are earlier"
        raise InputError("--remits", expected, "is the submission date of the claims the day they were exported?")
    none = f"none of {len(answers.batch)} has the control number of a claim and its days or charge"
    raise InputError(
        "--remits",
        f"expected remits of the claims given, {none}",
        "CLP01 of the 835 is CLM01 of the 837, claim_id of the CSV",
    )


def unmatched_rejects(remits: RemitBatch, labels: Labels) -> list[Reject]:
    """Each remit of no claim, with its place."""
    claims = remits.remit_claims.iloc[labels.unmatched]
    nowhere = Reject("", "expected a claim that this remit answers", segment="CLP", element="CLP01", loop="2100")
    return [
        replace(nowhere, file=str(file), claim_id=str(claim_id), byte_offset=int(offset))
        for file, claim_id, offset in claims[["source_file", "claim_id", "source_offset"]].itertuples(index=False)
    ]


def write_labels(batch: ClaimBatch, labels: Labels, out: Path) -> None:
    """Write the labelled file as Parquet; it appears under its name only when complete."""
    import pyarrow.parquet as pq

    table = labelled_table(batch, labels)
    with output_file(out, binary=True) as stream:
        pq.write_table(table, stream)


def _digests(batch: ClaimBatch) -> np.ndarray:
    claims = batch.claims[_SAME_CLAIM].assign(frequency=batch.claims["claim_frequency_code"].fillna("1"))
    total = pd.util.hash_pandas_object(claims, index=False).to_numpy(copy=True)
    lines = pd.util.hash_pandas_object(batch.service_lines[_SAME_LINES], index=False).to_numpy()
    np.add.at(total, batch.service_lines["claim_key"].to_numpy(), lines)
    return np.asarray(total)
