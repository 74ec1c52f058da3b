"""Reviewed notes as a table or JSON lines: elements, states, normalised values and places, never a word of a note."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

from risk.errors import DenialRiskError
from risk.notes.legibility import DOUBTFUL
from risk.reports.output import output_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from risk.notes.elements import Element
    from risk.notes.review import Check, NoteReview

FORMATS = ("table", "jsonl")
_SUFFIXES = {".txt": "table", ".jsonl": "jsonl"}
#: Width of the table; the same everywhere, so that the same note gives the same bytes.
WIDTH = 110
_ORDER = ("contradicted", "above", "not_met", "below", "copied", "missing", "met")
_SHOWN = {
    "met": "ok",
    "missing": "missing",
    "below": "too little",
    "above": "too many",
    "not_met": "not met",
    "copied": "copied only",
    "contradicted": "contradicted",
}


def chosen_format(output: Path | None, format_name: str | None) -> str:
    """Format by name, else by the suffix of the output, else a table.

    Raises :class:`DenialRiskError` for a format that is not known.
    """
    suffix = output.suffix.lower() if output is not None else ".txt"
    name = format_name.lower() if format_name else _SUFFIXES.get(suffix, "")
    if name not in FORMATS:
        where = "--format" if format_name else str(output)
        expected = ", ".join(FORMATS) if format_name else f"a name that ends in {', '.join(_SUFFIXES)}"
        raise DenialRiskError(where, f"expected {expected}", "use -o note.jsonl or --format jsonl")
    return name


def write_reviews(reviews: Iterable[NoteReview], output: Path | None, format_name: str, asked: dict[str, Any]) -> None:
    """Write reviews in their order; notes go by their number, since file names can name patients.

    ``asked`` says what they were held against: procedures, payer_type, date, documentation version.
    """
    with output_file(output) as stream:
        for number, review in enumerate(reviews, start=1):
            if format_name == "jsonl":
                stream.write(json.dumps(note_record(number, review, asked), ensure_ascii=False) + "\n")
            else:
                stream.write(("\n" if number > 1 else "") + "\n".join(note_lines(number, review)) + "\n")


def note_record(number: int, review: NoteReview, asked: dict[str, Any]) -> dict[str, Any]:
    """One note as a JSON record."""
    legible = review.legibility
    return {
        "note": number,
        **asked,
        "words": legible.words,
        "words_known": legible.known,
        "reads_as_english": legible.share >= DOUBTFUL,
        "unknown_abbreviations": legible.unknown_abbreviations,
        "unknown_abbreviation_places": [list(place) for place in legible.unknown_abbreviation_places],
        "elements": [_element_record(one) for one in review.elements],
        "checks": [_check_record(one) for one in review.checks],
        "remarks": list(review.remarks),
    }


def _element_record(one: Element) -> dict[str, Any]:
    return {
        "element": one.element,
        "value": one.value,
        "state": one.state,
        "copied": one.copied,
        "start": one.start,
        "end": one.end,
    }


def _check_record(one: Check) -> dict[str, Any]:
    asks = one.status not in ("met", "not_applicable")
    return {
        "scope": one.scope,
        "procedures": list(one.procedures),
        "requirement": one.requirement.name,
        "asks": one.requirement.asks,
        "status": one.status,
        "elements": list(one.found),
        "question": one.requirement.question if asks else None,
        "source": one.requirement.source,
    }


def note_lines(number: int, review: NoteReview) -> Iterator[str]:
    """One note as lines of a table: what is there, then what is asked for, and the questions that are open."""
    open_checks = [one for one in review.checks if one.status not in ("met", "not_applicable")]
    asked = [one for one in review.checks if one.status != "not_applicable"]
    yield f"note {number}: {len(asked) - len(open_checks)} of {len(asked)} documented, {len(open_checks)} open"
    yield from _indented(review.remarks)
    yield ""
    yield from _element_lines(review.elements)
    for scope in dict.fromkeys(one.scope for one in review.checks):
        own = [one for one in review.checks if one.scope == scope]
        codes = f"{', '.join(own[0].procedures)}, " if own[0].procedures else ""
        yield ""
        yield from textwrap.wrap(f"{codes}{scope} ({own[0].requirement.source})", WIDTH, subsequent_indent="    ")
        for one in sorted(own, key=lambda one: _ORDER.index(one.status) if one.status in _ORDER else len(_ORDER)):
            yield from _check_lines(one, review.elements)


def legibility_lines(reviews: Sequence[NoteReview]) -> Iterator[str]:
    """What there is to say of how far each note could be read: doubtful English, abbreviations not known."""
    for number, review in enumerate(reviews, start=1):
        legible = review.legibility
        if legible.words and legible.share < DOUBTFUL:
            yield (
                f"warning: note {number} hardly reads as English: {legible.known} of {legible.words} words known; "
                "what it says in other words was not read"
            )
        if unknown := legible.unknown_abbreviations:
            yield (
                f"note {number}: {unknown} abbreviation{'s are' if unknown > 1 else ' is'} not known and passed over "
                "(places: --format jsonl)"
            )


def _element_lines(elements: Sequence[Element]) -> Iterator[str]:
    if not elements:
        yield "  nothing the reader knows was found"
        return
    width = max(len(one.value) for one in elements)
    yield f"  {'element':<20} {'value':<{width}}  {'state':<15} place"
    for one in elements:
        copied = "  copied" if one.copied else ""
        yield f"  {one.element:<20} {one.value:<{width}}  {one.state:<15} {one.start}-{one.end}{copied}"


def _check_lines(one: Check, elements: Sequence[Element]) -> Iterator[str]:
    if one.status == "not_applicable":
        return
    found = dict.fromkeys(_told(elements[place], one.status) for place in one.found)
    told = f": {', '.join(found)}" if found else ""
    yield from _wrapped(f"{_SHOWN[one.status]:<13} {one.requirement.asks}{told}", 16)
    if one.status != "met":
        yield from _wrapped(f"{'':<13} → {one.requirement.question}", 18)


def _told(one: Element, status: str) -> str:
    usual = one.state in ("asserted", "done") or (one.state == "done_failed" and status == "met")
    return one.value if usual else f"{one.value} ({one.state.replace('_', ' ')})"


def _indented(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _wrapped(text: str, hanging: int) -> list[str]:
    return (
        textwrap.wrap(
            text,
            WIDTH,
            initial_indent="  ",
            subsequent_indent=" " * hanging,
            drop_whitespace=True,
            break_on_hyphens=False,
        )
        if text.strip()
        else []
    )


def asked_record(procedures: Sequence[str], payer_type: str | None, on: date | None, version: str) -> dict[str, Any]:
    """What notes were held against, as JSON lines carry it."""
    return {
        "procedures": list(procedures),
        "payer_type": payer_type,
        "date_of_service": on.isoformat() if on else None,
        "documentation": version,
    }
