"""What is said of a rule that fails: which claim, where in its file, what kind of error; never the error's own text.

A rule is code that meets data nobody thought of. When it raises, or returns what is no list of offenders, the run goes
on without it. The text of an exception may hold what was on the claim, so it is told nowhere.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.claims.tables import ClaimBatch
from risk.rules._rule import Rule

Result = TypeVar("Result")

#: What a failing rule may raise. Running out of memory is nobody's defect and ends the run as anywhere else.
FAILING = (Exception, SystemExit)


class UnexpectedResultError(Exception):
    """A rule or repair returned something else than it should; the text is ours and holds no value."""


@dataclass(frozen=True)
class RuleFailure:
    """One rule that did not run.

    ``claim_id`` is the claim it fails on, null where it fails on ``claims`` claims together and on neither half of
    them; ``place`` the file and line (none where no line of the rule's file raised), ``error`` the kind of error.
    ``during`` is empty for the rule itself.
    """

    rule_id: str
    claim_id: str | None
    claims: int
    place: str
    error: str
    during: str = ""

    def __str__(self) -> str:
        if self.claim_id is not None:
            where = f"claim {self.claim_id}"
        elif self.claims:
            where = f"{self.claims} claims together and on neither half of them"
        else:
            where = "a batch of no claims"
        during = f" {self.during}" if self.during else ""
        return f"rule {self.rule_id} failed{during} on {where} ({self.place}): {self.error}"


def guarded(
    one: Rule,
    claim_ids: pd.Series,
    whole: Callable[[], Result],
    part: Callable[[NDArray[np.int64]], object],
    failures: list[RuleFailure] | None,
    during: str = "",
) -> Result | None:
    """Run a rule, or what belongs to it; null where it fails, which is then told in ``failures``.

    ``whole`` runs it on all claims, whose ids are ``claim_ids``, ``part`` on those at the given positions. Without a
    list of failures whatever is raised goes on its way.
    """
    try:
        return whole()
    except MemoryError:
        raise
    except FAILING as error:
        if failures is None:
            raise
        failures.append(_located(one, claim_ids, error, part, during))
        return None


def _located(
    one: Rule, claim_ids: pd.Series, error: BaseException, part: Callable[[NDArray[np.int64]], object], during: str
) -> RuleFailure:
    """Find the claim a rule fails on by trying halves: some 2·log2(n) tries, together of about two whole batches."""
    start, stop = 0, len(claim_ids)
    while stop - start > 1:
        middle = (start + stop) // 2
        for first, last in ((start, middle), (middle, stop)):
            raised = _raised(part, np.arange(first, last))
            if raised is not None:
                error, start, stop = raised, first, last
                break
        else:
            break
    alone = str(claim_ids.iat[start]) if stop - start == 1 else None
    told = str(error) if isinstance(error, UnexpectedResultError) else type(error).__name__
    return RuleFailure(one.id, alone, stop - start, _place(one, error), told, during)


def checked_offenders(offenders: Any, batch: ClaimBatch) -> pd.DataFrame | None:
    """What a rule returned, if it is rows of claims; null where there is none.

    Raises :class:`UnexpectedResultError` for anything else.
    """
    if not isinstance(offenders, pd.DataFrame):
        raise UnexpectedResultError("expected a DataFrame")
    if offenders.empty:
        return None
    if list(offenders.columns).count("claim_key") != 1:
        raise UnexpectedResultError("expected a column claim_key")
    keys = offenders["claim_key"]
    if not pd.api.types.is_numeric_dtype(keys.dtype) or pd.api.types.is_bool_dtype(keys.dtype):
        raise UnexpectedResultError("expected numbers in claim_key")
    values = keys.to_numpy(dtype="float64", na_value=np.nan)
    if not ((values >= 0) & (values < len(batch)) & (values == np.floor(values))).all():
        raise UnexpectedResultError("expected claims of the batch in claim_key")
    return offenders


def source_file(one: Rule) -> Path:
    """The file a rule is written in."""
    return Path(inspect.getfile(inspect.unwrap(one.query)))


def line_within(error: BaseException, file: str) -> int | None:
    """Line of ``file`` that raised, or that called what raised; null where none did."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def _raised(part: Callable[[NDArray[np.int64]], object], positions: NDArray[np.int64]) -> BaseException | None:
    try:
        part(positions)
    except MemoryError:
        raise
    except FAILING as error:
        return error
    return None


def _place(one: Rule, error: BaseException) -> str:
    file = source_file(one)
    line = line_within(error, str(file))
    return file.name if line is None else f"{file.name}:{line}"
