"""What goes wrong on an executor, told to the driver without a value of a claim.

Spark writes the text of a Python exception into its logs and shows it on its pages. So nothing but these leaves a task:
what was expected, in words of ours, or the kind of error and the place in the code.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from risk.errors import DenialRiskError

_MARK = "denial-risk-task"
_TOLD = re.compile(rf"{_MARK} (\{{[^\n]*?\}}) {_MARK}")

Batches = Iterator[Any]


class TaskError(Exception):
    """What a task failed of; its text is for :func:`told_by`."""


class TaskBugError(Exception):
    """A bug that a task met: what kind of error at which ``place``, such as ``KeyError at ptp.py:12 in pairs``."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def guarded(task: Callable[[Batches], Batches]) -> Callable[[Batches], Batches]:
    """A task whose failures carry no values."""

    def within(batches: Batches) -> Batches:
        try:
            yield from task(batches)
        except Exception as error:
            raise TaskError(f"{_MARK} {json.dumps(_told(error))} {_MARK}") from None

    return within


def told_by(text: str) -> Exception | None:
    """What the text of Spark's exception tells of a task of ours; None where it tells of something else."""
    found = _TOLD.search(text)
    if found is None:
        return None
    told = json.loads(found[1])
    return TaskBugError(told["bug"]) if "bug" in told else DenialRiskError(*told["told"])


def _told(error: Exception) -> dict[str, Any]:
    if isinstance(error, DenialRiskError):
        return {"told": [error.where, error.expected, error.hint]}
    frames = traceback.extract_tb(error.__traceback__)
    frame = ([one for one in frames if "site-packages" not in one.filename] or frames)[-1]
    return {"bug": f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno} in {frame.name}"}
