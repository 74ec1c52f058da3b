"""Claims whose outcome is known, and where they come from: labelled files, or the synthetic world."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features import History
from risk.amounts import LINE_AMOUNTS, claim_amounts
from risk.claims.tables import ClaimBatch, rows_of_claims
from risk.errors import InputError
from risk.extras import kinds_of, require_allowed
from risk.readers import read_claim_data

#: World of the default model.
DEFAULT_WORLD = 1

#: Row of a file's first record: the header is row 1.
FIRST_ROW = 2

#: Columns of a labelled file beyond the CSV contract.
LABEL_COLUMNS = (
    "denied",
    "line_denied",
    "denial_reason",
    "carc",
    "rarc",
    "remit_date",
    "label_status",
    *LINE_AMOUNTS,
)


@dataclass(frozen=True)
class Labelled:
    """Claims whose initial outcome is known.

    Attributes
    ----------
    batch
        The claims, one outcome each.
    outcomes
        By claim_key: ``denied`` (0 or 1), ``denial_reason``, ``carc`` (null where paid), ``remit_date``, and what
        :func:`risk.amounts.claim_amounts` gives.
    source
        What the claims are, for the record: a file name, or which synthetic world.
    digest
        Digest of the data.
    left_out
        Claims of the file that could not be read, or whose outcome is not known yet.
    extras
        Columns beyond the contract that are learnt from, by name: ``number`` or ``target``.
    line_denied
        Whether each service line was denied, in the order of ``batch.service_lines``: 1, 0, NaN where nobody said. None
        where no line says.
    """

    batch: ClaimBatch
    outcomes: pd.DataFrame
    source: str
    digest: str
    left_out: int = 0
    extras: Mapping[str, str] = field(default_factory=dict)
    line_denied: NDArray[np.float64] | None = None

    def select(self, claim_keys: NDArray[np.int64]) -> Labelled:
        """Keep some claims, in the given order, with their outcomes."""
        of_lines = self.batch.service_lines["claim_key"].to_numpy()
        rows, _ = rows_of_claims(of_lines, len(self.batch), claim_keys)
        return replace(
            self,
            batch=self.batch.select(claim_keys),
            outcomes=self.outcomes.iloc[claim_keys].reset_index(drop=True),
            line_denied=None if self.line_denied is None else self.line_denied[rows],
        )


@dataclass(frozen=True)
class Past:
    """Past claims of a labelled file: all of them, for the rules; and the outcomes that are known, for the features."""

    claims: ClaimBatch
    outcomes: History


def synthetic_claims(claims: int, *, seed: int, world: int = DEFAULT_WORLD) -> Labelled:
    """Labelled synthetic claims; their true probabilities stay behind."""
    from synthetic_data import simulate
    from synthetic_data.remit import line_amounts

    drawn = simulate(claims, seed=seed, world=world)
    by_claim = drawn.outcomes.drop_duplicates("claim_id").set_index("claim_id").loc[drawn.batch.claims["claim_id"]]
    outcomes = by_claim[["denied", "denial_reason", "carc", "remit_date"]].reset_index(drop=True)
    line_denied, allowed = drawn.outcomes["line_denied"], line_amounts(drawn)["allowed_cents"]
    outcomes = outcomes.join(claim_amounts(drawn.batch, outcomes["denied"], line_denied, allowed))
    source = f"synthetic world {world}, seed {seed}"
    digest = hashlib.sha256(f"{source}, {claims} claims".encode()).hexdigest()[:12]
    return Labelled(drawn.batch, outcomes, source, digest, line_denied=line_denied.to_numpy("float64"))


def read_labelled(path: Path, extras: Sequence[str] | Mapping[str, str] = ()) -> Labelled:
    """Read labelled claims: the CSV layout plus ``LABEL_COLUMNS``, as Parquet or CSV.

    ``extras`` names columns beyond these to learn from; their kinds, where they are known, come with them. No other
    column is read.

    Claims whose ``denied`` is null are counted and left out. Raises :class:`InputError` for a file that is neither,
    lacks ``denied``, or has a value other than 0 and 1 there; claims that cannot be read are counted and left out too.
    """
    if not isinstance(extras, Mapping):
        require_allowed(extras)
    batch, outcomes, line_denied, claims_read = _read_claims(path, list(extras))
    known = np.flatnonzero(outcomes["denied"].notna())
    if not len(known):
        raise InputError(f"{path}, column denied", "expected at least one claim with a known outcome")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    labelled = Labelled(batch, outcomes, path.name, digest, claims_read - len(known), line_denied=line_denied)
    if len(known) < len(batch):
        labelled = labelled.select(known)
    return replace(labelled, extras=dict(extras) if isinstance(extras, Mapping) else kinds_of(labelled.batch, extras))


def read_past(path: Path) -> Past:
    """Past claims from a labelled file, those without an outcome yet among them.

    Raises :class:`InputError` for a file that is no labelled one or of which no claim can be read.
    """
    batch, outcomes, *_ = _read_claims(path)
    if not len(batch):
        raise InputError(str(path), "expected at least one past claim that can be read")
    return Past(batch, History.of(batch, outcomes["denied"], known_on(batch, outcomes["remit_date"])))


def _read_claims(
    path: Path, extras: Sequence[str] = ()
) -> tuple[ClaimBatch, pd.DataFrame, NDArray[np.float64] | None, int]:
    """Claims of a labelled file, outcomes of claims and lines (null where not known), and how many claims it has."""
    frame = _read_frame(path)
    if "denied" not in frame:
        raise InputError(
            f"{path}, column denied", "expected labelled claims", "make them with `denial-risk label` or `synth`"
        )
    denied = pd.to_numeric(frame["denied"], errors="coerce")
    if not (denied.isin([0, 1]) | frame["denied"].isna()).all():
        raise InputError(f"{path}, column denied", "expected 0, 1 or nothing")
    frame["denied"] = denied
    for name in ("line_denied", *LINE_AMOUNTS):
        if name in frame:
            frame[name] = _numbers(frame[name], f"{path}, column {name}")
    claims_part = frame.drop(columns=[name for name in LABEL_COLUMNS if name in frame])
    result = read_claim_data(claims_part.to_csv(index=False).encode(), path.name, extras=extras)
    outcomes, line_denied = _outcomes(frame, result.batch)
    return result.batch, outcomes, line_denied if "line_denied" in frame else None, result.claims_read


def read_truth(path: Path, labelled: Labelled) -> pd.Series:
    """True probabilities of labelled synthetic claims, by claim_key.

    Raises :class:`InputError` when a claim has none: the files are of two different draws.
    """
    try:
        truth = pd.read_parquet(path, columns=["claim_id", "true_probability"]).set_index("claim_id")[
            "true_probability"
        ]
    except (OSError, ValueError, KeyError) as error:
        raise InputError(str(path), "expected the truth.parquet of `denial-risk synth`") from error
    aligned = truth.reindex(labelled.batch.claims["claim_id"]).reset_index(drop=True)
    if aligned.isna().any():
        raise InputError(str(path), "expected the truth of the same claims as --data")
    return aligned


def history_of(labelled: Labelled) -> History:
    """Outcomes of labelled claims as a history; features see of it only what was known on a claim's submission."""
    batch, outcomes = labelled.batch, labelled.outcomes
    return History.of(batch, outcomes["denied"], known_on(batch, outcomes["remit_date"]))


def submitted_on(batch: ClaimBatch) -> pd.Series:
    """Day each claim was submitted, one per claim in claim order; without one its last date of service."""
    served = batch.last_service_date.reset_index(drop=True)
    return batch.claims["submission_date"].reset_index(drop=True).fillna(served)


def known_on(batch: ClaimBatch, remit_date: pd.Series) -> pd.Series:
    """Day each outcome became known: that of the remittance, but never before the claim was submitted.

    A remittance dated before its claim is a clock that runs backwards. Taken at its word, the claim's own outcome
    would be past on the day of submission, and a rate of the past would give it away.
    """
    told = pd.Series(pd.to_datetime(remit_date).to_numpy())
    submitted = submitted_on(batch)
    return told.mask(told < submitted, submitted)


def early_remits(labelled: Labelled) -> int:
    """Claims whose remittance is dated before their submission."""
    told = pd.Series(pd.to_datetime(labelled.outcomes["remit_date"]).to_numpy())
    return int((told < submitted_on(labelled.batch)).sum())


def _read_frame(path: Path) -> pd.DataFrame:
    """All columns of a Parquet or CSV file: labels as they are, claim columns as text."""
    if not path.is_file():
        raise InputError(str(path), "expected a labelled Parquet or CSV file", "check the path")
    if path.suffix == ".parquet":
        try:
            return pd.read_parquet(path)
        except (OSError, ValueError) as error:
            raise InputError(str(path), "expected a Parquet file") from error
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, na_values=[""])
    except (OSError, ValueError) as error:
        raise InputError(str(path), "expected a CSV file with a header") from error


def _numbers(values: pd.Series, where: str) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    if (numbers.isna() & values.notna()).any():
        raise InputError(where, "expected numbers or nothing")
    return numbers


def _outcomes(frame: pd.DataFrame, batch: ClaimBatch) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Outcome of each claim: its first row says whether it was denied, the first row with a reason says why.

    And whether each line was denied.
    """
    first_rows = batch.claims["source_offset"].to_numpy("int64") - FIRST_ROW
    keys = batch.service_lines["claim_key"]
    rows = first_rows[keys] + keys.groupby(keys).cumcount().to_numpy()
    labels = frame.reindex(columns=list(LABEL_COLUMNS))
    first = labels.iloc[np.minimum(rows, len(frame) - 1)].groupby(keys.to_numpy()).first()  # the first non-null of each
    denied = pd.Series(labels["denied"].to_numpy("float64", na_value=np.nan)[first_rows])
    lines = labels[["line_denied", "line_allowed_amount"]].astype("float64").iloc[np.minimum(rows, len(frame) - 1)]
    outcomes = pd.DataFrame(
        {
            "denied": denied,
            "denial_reason": first["denial_reason"].astype("str").array,
            "carc": first["carc"].astype("str").array,
            "remit_date": pd.to_datetime(first["remit_date"]).astype("datetime64[s]").array,
        }
    )
    allowed_cents = (lines["line_allowed_amount"] * 100).round()
    amounts = claim_amounts(batch, denied, lines["line_denied"], allowed_cents)
    return outcomes.join(amounts), lines["line_denied"].to_numpy("float64")
