"""`denial-risk advise`: from the words of a record to candidate ICD-10-CM codes."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from risk.errors import InputError

#: Bytes of standard input that are read: more is no record's words, and need not be taken in to say so.
_MOST_BYTES = 1_000_000


def advise(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The words of the record; - reads them from stdin.")],
    on: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Date of service; today unless given.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="Most candidates to name.")] = 10,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write here, as .txt or .jsonl.")] = None,
    format_name: Annotated[str | None, typer.Option("--format", help="table or jsonl.")] = None,
) -> None:
    """Name the ICD-10-CM codes that the words of a record may support, what each needs, and the questions still open.

    It never guesses: what the words do not settle is a question. It knows pain best; for the rest it searches the
    titles and inclusion terms of the whole code set. docs/advise.md tells how.

    Example: denial-risk advise "intractable low back pain, failed PT and NSAIDs, right leg" --date 2026-11-30
    """
    from risk.advice import advise as advise_on
    from risk.reference.icd10 import load_icd10
    from risk.reports.advice import advice_format, write_advice

    name = advice_format(output, format_name)
    day = _day(on)
    words = _stdin() if text == "-" else text
    icd10 = load_icd10()
    write_advice(advise_on(words, icd10, day, limit), icd10, output, name)


def _day(text: str | None) -> date:
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("--date", "expected a date such as 2026-11-30") from None


def _stdin() -> str:
    content = sys.stdin.buffer.read(_MOST_BYTES)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if len(content) == _MOST_BYTES:  # cut within a character: what follows says that it is too long
            return content.decode("utf-8-sig", errors="ignore")
        raise InputError("stdin", "expected text in UTF-8") from None
