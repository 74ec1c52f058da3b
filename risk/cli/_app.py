"""The `denial-risk` command and what its failures look like.

Exit codes: 0 done · 1 `check` found something or `--fail-above` was reached · 2 the input or the command line is wrong,
told in one line · 3 a bug.
"""

from __future__ import annotations

import gc
import io
import os
import sys
import traceback
from collections.abc import Sequence

import typer

from risk import __version__
from risk.cli import (
    advise,
    check,
    config,
    convert,
    evaluate,
    explain,
    history,
    label,
    model,
    note,
    reference,
    rule,
    score,
    synth,
    train,
)
from risk.cli._several import SeveralValues
from risk.errors import DenialRiskError
from risk.reports.printable import printable

#: Commands and options that are agreed on and not built: to ask for one is no misspelling.
PLANNED = ("monitor", "serve")

app = typer.Typer(
    name="denial-risk",
    help="How likely each claim is to be denied, why, and what to fix, before it is sent.",
    add_completion=False,
    pretty_exceptions_enable=False,  # a pretty traceback prints local variables: patients
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command("score")(score.score)
app.command("check")(check.check)
app.command("explain")(explain.explain)
app.command("convert")(convert.convert)
app.command("rule")(rule.rule)
app.command("advise")(advise.advise)
app.command("config")(config.config)
app.command("synth")(synth.synth)
app.command("label", cls=SeveralValues)(label.label)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(note.app, name="note")
app.add_typer(model.app, name="model")
app.add_typer(reference.app, name="reference")
app.add_typer(history.app, name="history")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"denial-risk {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """Options of the command itself."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; prints at most one line about a failure, never a value."""
    try:
        code = app(list(arguments) or ["--help"], prog_name="denial-risk", standalone_mode=False)
        sys.stdout.flush()
    except DenialRiskError as error:
        return _fail(str(error))
    except BrokenPipeError:
        _discard_output()  # its reader has gone
        return 0
    except KeyboardInterrupt:
        return 130
    except typer.Abort:
        return 130
    except OSError as error:  # no permission, a full disk, a device that is gone: nobody's bug
        return _fail(f"{error.filename or 'reading or writing'}: {error.strerror or 'not possible here'}")
    except Exception as error:
        if hasattr(error, "format_message"):  # the command line itself was wrong
            return _fail(_usage(error.format_message(), arguments))
        if _is_of_the_store(error):
            return _fail("model store: cannot be read or written; check mlruns, or what MLFLOW_TRACKING_URI names")
        return _bug(error)
    return code if isinstance(code, int) else 0


def _usage(message: str, arguments: Sequence[str]) -> str:
    planned = next((word for word in (one.split("=")[0] for one in arguments) if word in PLANNED), None)
    if planned and message.startswith("No such"):
        return f"{planned}: not in this version yet; see `denial-risk --help` for what is"
    return f"{message.rstrip('.')}; see `denial-risk --help`" if message else "a command is missing"


def _is_of_the_store(error: Exception) -> bool:
    """Whether MLflow, or the database behind it, gave up; told by name, since importing either takes seconds."""
    return any(kind.__module__.split(".")[0] in ("mlflow", "sqlalchemy", "alembic") for kind in type(error).__mro__)


def _discard_output() -> None:
    """What is left in the buffer of stdout has nowhere to go; Python must not try again, and fail, when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str) -> int:
    if sys.stdout is not None:  # else it was closed by the caller
        try:
            sys.stdout.flush()
        except OSError:
            _discard_output()
    line = printable(" ".join(f"denial-risk: {message}".split()))
    print(line, file=sys.stderr)  # noqa: T201  stderr is where failures belong
    return 2


def _bug(error: Exception) -> int:
    """Say where it happened but not with which values; the full traceback only when asked for."""
    if os.environ.get("DENIAL_RISK_DEBUG"):
        traceback.print_exception(error)
        return 3
    print(  # noqa: T201
        f"denial-risk: a bug: {_place(error)}; set DENIAL_RISK_DEBUG=1 to see the traceback "
        "(it may show claim data), and report it",
        file=sys.stderr,
    )
    return 3


def _place(error: Exception) -> str:
    if (told := getattr(error, "place", None)) is not None:  # it happened in another process
        return str(told)
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename]
    frame = (ours or frames)[-1]
    name = os.path.basename(frame.filename)  # noqa: PTH119  no Path needed for a name
    return f"{type(error).__name__} at {name}:{frame.lineno} in {frame.name}"


def main() -> None:
    """Entry point of the console script."""
    # A command makes millions of small objects and hardly a cycle: looking for cycles at the usual pace takes a tenth
    # of its time and finds nothing.
    gc.set_threshold(1_000_000, 50, 1000)
    if sys.stderr is None:  # closed by the caller; print would take stdout instead
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  as long as the process lives
    if sys.stdout is None:
        sys.exit(_fail("stdout: expected an output that is open"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Files and pipes get the same bytes everywhere; a terminal keeps its own encoding.
            encoding, newline = (None, None) if stream.isatty() else ("utf-8", "\n")
            stream.reconfigure(encoding=encoding, errors="backslashreplace", newline=newline)
    sys.exit(run(sys.argv[1:]))
