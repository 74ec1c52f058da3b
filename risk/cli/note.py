"""`denial-risk note`: what a clinical note documents, what it lacks, and a note with blanks."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(help="Check what a clinical note documents, and write one with blanks.", rich_markup_mode=None)

#: CPT and HCPCS codes: five characters; of category II and III the last is a letter, of HCPCS the first.
_PROCEDURE = re.compile(r"[0-9A-V]\d{3}[0-9A-Z]")


def _codes(values: list[str] | None) -> list[str]:
    codes = [word.upper() for value in values or [] for word in value.replace(",", " ").split()]
    if any(not _PROCEDURE.fullmatch(code) for code in codes):
        raise typer.BadParameter("expected procedure codes of five characters, such as 64483")
    return list(dict.fromkeys(codes))


def _payer_type(value: str | None) -> str | None:
    from risk.claims.tables import PAYER_TYPES

    if value is not None and value.lower() not in PAYER_TYPES:
        raise typer.BadParameter(f"expected one of {', '.join(PAYER_TYPES)}")
    return value.lower() if value else None


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter("expected a date such as 2026-11-30") from None


Procedures = Annotated[
    list[str] | None,
    typer.Option("--procedure", callback=_codes, help="Procedure the note is for; may be repeated, or by commas."),
]
PayerType = Annotated[
    str | None,
    typer.Option(
        "--payer-type", callback=_payer_type, help="Type of payer; without it, as Medicare's contractors ask."
    ),
]
ServiceDate = Annotated[
    date | None,
    typer.Option("--date", parser=_date, metavar="DATE", help="Date of service: policies and codes in force then."),
]


@app.command("check")
def check(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Notes as plain text; - is stdin.")],
    procedure: Procedures = None,
    payer_type: PayerType = None,
    service_date: ServiceDate = None,
    format_name: Annotated[str | None, typer.Option("--format", help="table or jsonl.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write here, as .txt or .jsonl.")] = None,
) -> None:
    """Say what each note documents, what is missing, and what to ask the clinician; no word of a note is repeated.

    Values are normalised ("6 weeks", "8/10", "L4-L5 right"), places are characters of the note, and notes go by their
    number in the order given. Without a procedure: the elements that any note on spinal pain is asked for.

    Example: denial-risk note check examples/note.txt --procedure 64483
    """
    from risk.notes import asked_for, review_note
    from risk.reference.documentation import load_documentation
    from risk.reports.note_check import asked_record, chosen_format, legibility_lines, write_reviews

    chosen = chosen_format(output, format_name)
    asked = asked_for(procedure or [], payer_type, service_date)
    reviews = [review_note(text, asked, service_date) for text in _texts(files)]
    held_against = asked_record(procedure or [], payer_type, service_date, load_documentation().version)
    write_reviews(reviews, output, chosen, held_against)
    for line in legibility_lines(reviews):
        typer.echo(line, err=True)


@app.command("template")
def template(
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="A note to fill in from; - is stdin.")] = None,
    procedure: Procedures = None,
    payer_type: PayerType = None,
    service_date: ServiceDate = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write here.")] = None,
) -> None:
    """Write a note with blanks, filled with what was found in a note where one is given: normalised values alone.

    Example: denial-risk note template examples/note.txt --procedure 64483
    """
    from risk.notes import asked_for, review_note
    from risk.reports.note_template import filled_template
    from risk.reports.output import output_file

    asked = asked_for(procedure or [], payer_type, service_date)
    texts = list(_texts([file])) if file else []
    page = filled_template(asked, [review_note(text, asked, service_date) for text in texts])
    with output_file(output) as stream:
        stream.write(page)


def _texts(files: list[str]) -> Iterator[str]:
    from risk.notes import note_text
    from risk.notes.source import MOST_BYTES
    from risk.readers.sources import damage_reported, open_source, source_name

    for file in files:
        with damage_reported(file), open_source(file) as stream:
            content = stream.read(MOST_BYTES + 1)
        yield note_text(content, source_name(file))
