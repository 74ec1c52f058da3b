"""The folder of a run that is not done yet: beside its output, and gone when that is complete.

    plan.json       what the run was asked to do; a run that was asked something else does not go on with it
    read.json       what reading the files told; written when all claims are on disk
    rejects.jsonl   rejects, in the order of the input

Beside these lie the units and parts. Whoever may read it could read the claims: it belongs to its owner alone.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from risk.engine.reading import Reading
from risk.errors import DenialRiskError, InputError
from risk.files import written_whole
from risk.readers.notes import Notes
from risk.readers.rejects import Reject
from risk.reports.printable import json_safe

_PLAN, _READ, _REJECTS = "plan.json", "read.json", "rejects.jsonl"


def work_folder(output: Path) -> Path:
    """Where the work for an output lies."""
    return output.with_name(f".{output.name}.work")


class Work:
    """The work folder of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def clear(self) -> None:
        """Take away units, parts and rejects; the plan stays."""
        for path in self.folder.iterdir():
            if path.name == _PLAN or path.name == _LOCK:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def keep_rejects(self, reading: Reading) -> None:
        """Move the rejects of a reading to disk."""
        with (self.folder / _REJECTS).open("a", encoding="utf-8", newline="\n") as stream:
            stream.writelines(
                json_safe(json.dumps(one.to_json(), ensure_ascii=False)) + "\n" for one in reading.rejects
            )
        reading.rejects.clear()

    def rejects(self) -> Iterator[Reject]:
        """Rejects in the order of the input."""
        with (self.folder / _REJECTS).open(encoding="utf-8", newline="\n") as stream:
            for line in stream:
                yield Reject(**json.loads(line))

    def keep_reading(self, reading: Reading, units: int) -> None:
        """Say that all claims are on disk."""
        told = {
            "units": units,
            "claims_read": reading.claims_read,
            "scored": reading.scored,
            "ignored_columns": reading.ignored_columns,
            "extras": sorted(reading.extras),
            "refused": {file: error.args for file, error in reading.refused.items()},
            "notes": [[asdict(note), count] for note, count in reading.notes],
        }
        with written_whole(self.folder / _READ) as stream:
            stream.write(json.dumps(told))

    def what_was_read(self) -> tuple[Reading, int] | None:
        """What reading told, and how many units there are; None where it had not ended."""
        path = self.folder / _READ
        if not path.exists():
            return None
        told = json.loads(path.read_text(encoding="utf-8"))
        notes = Notes.counted((Reject(**note), count) for note, count in told["notes"])
        refused = {file: InputError(*error) for file, error in told["refused"].items()}
        counts = told["claims_read"], told["scored"]
        reading = Reading(*counts, [], notes, told["ignored_columns"], refused, set(told["extras"]))
        return reading, told["units"]


_LOCK = "lock"


@contextmanager
def work_for(output: Path | None, plan: Mapping[str, Any], *, resume: bool, tell: Any) -> Iterator[Work]:
    """The work folder for an output; without one (stdout), a folder that goes whatever happens.

    With ``resume`` work that was left by a run of the same ``plan`` is gone on with; without, it is taken away, and
    that is told. Raises :class:`DenialRiskError` where the plan is another one or another run is at work on it.
    """
    if output is None:
        with tempfile.TemporaryDirectory(prefix="denial-risk-") as passing:
            yield Work(Path(passing))
        return
    folder = work_folder(output)
    there = folder.is_dir()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise InputError(str(output), f"cannot write here: {error.strerror}", "choose another --output") from None
    work = Work(folder)
    with _locked(folder / _LOCK, output):
        known = _plan_of(folder) if there else None
        if resume and known is not None:
            _require_same(known, plan, output)
        else:
            if there and known is not None:
                tell(f"note: {output}: a run that was not finished is begun anew; --resume would go on with it")
            work.clear()
            with written_whole(folder / _PLAN) as stream:
                stream.write(json.dumps(plan))
        yield work
    shutil.rmtree(folder)


def _plan_of(folder: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads((folder / _PLAN).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def _require_same(known: Mapping[str, Any], plan: Mapping[str, Any], output: Path) -> None:
    wanted = json.loads(json.dumps(plan))
    differing = sorted(name for name in {*known, *wanted} if known.get(name) != wanted.get(name))
    if differing:
        raise DenialRiskError(
            f"--resume, {output}",
            f"expected the run that was begun; another: {', '.join(differing)}",
            "ask for the same again, or begin anew without --resume",
        )


@contextmanager
def _locked(path: Path, output: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, where the system has such; two runs would spoil each other's work."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with path.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise DenialRiskError(str(output), "another run is at work on this output", "wait for it") from None
        yield
