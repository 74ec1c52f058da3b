"""Advice on codes as people read it, or as one JSON line."""

from __future__ import annotations

import json
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from risk.advice import Advice, Candidate, TypedCode
from risk.errors import DenialRiskError
from risk.reference.icd10 import Icd10, dotted_code
from risk.reports.output import output_file
from risk.reports.printable import json_safe, printable

FORMATS = ("table", "jsonl")
SUFFIXES = {".txt": "table", ".jsonl": "jsonl"}

#: Codes in place of a typed one that a table shows.
_INSTEAD_SHOWN = 8
#: Places of words not recognised that a table shows.
_PLACES_SHOWN = 6
_STATUSES = {
    "valid": "valid and billable",
    "header": "not billable: it needs more characters",
    "ended": "no longer billable",
    "not_yet": "not billable yet",
    "unknown": "in no edition of ICD-10-CM",
    "undated": "cannot be judged on this date",
}
_STATES = {
    "asserted": "",
    "done_failed": "failed",
    "done_helped": "helped",
    "someone_else": "someone else",
    "hypothetical": "suspected",
}


def advice_format(output: Path | None, format_name: str | None) -> str:
    """Format by name, else by the suffix of the output, else a table; raises :class:`DenialRiskError` for another."""
    name = format_name.lower() if format_name else SUFFIXES.get(output.suffix.lower() if output else ".txt", "")
    if name not in FORMATS:
        where = "--format" if format_name else str(output)
        expected = "table or jsonl" if format_name else "a name that ends in .txt or .jsonl"
        raise DenialRiskError(where, f"expected {expected}", "use -o advice.jsonl or --format jsonl")
    return name


def write_advice(advice: Advice, icd10: Icd10, output: Path | None, format_name: str) -> None:
    """Write advice to a file, or to stdout where there is none."""
    record = advice_record(advice, icd10)
    with output_file(output) as stream:
        if format_name == "jsonl":
            stream.write(json_safe(json.dumps(record, ensure_ascii=False)) + "\n")
        else:
            width = min(max(shutil.get_terminal_size((100, 40)).columns, 60), 120)
            stream.write(printable("\n".join(_table(record, width))) + "\n")


def advice_record(advice: Advice, icd10: Icd10) -> dict[str, Any]:
    """Advice as one JSON object; dates as text, codes with the dot."""
    guide, icd10cm = advice.version.split()
    return {
        "date": advice.on.isoformat(),
        "answer": "candidates" if advice.enough else "not enough to choose",
        "recognised": [{"fact": fact, "term": term, "state": state} for fact, term, state in advice.recognised],
        "not_recognised": [list(place) for place in advice.not_recognised],
        "did_you_mean": [{"place": list(place), "term": term} for place, term in advice.did_you_mean],
        "codes": [_typed(one, icd10) for one in advice.codes],
        "candidates": [_candidate(one, advice, icd10) for one in advice.candidates],
        "candidates_left_out": advice.left_out,
        "questions": [
            {"id": one.question.id, "answer": one.answer, "ask": one.question.ask, "why": one.question.why}
            for one in advice.answers
        ],
        "notes": [{"note": note, "source": source} for note, source in advice.notes],
        "versions": {"guide": guide, "icd10cm": icd10cm},
    }


def _candidate(one: Candidate, advice: Advice, icd10: Icd10) -> dict[str, Any]:
    return {
        "code": dotted_code(one.code),
        "description": _title(one.code, icd10),
        "billable": True,
        "supported": not one.when,
        "when": one.when or None,
        "why": one.why,
        "document": list(one.document),
        "excludes1": [
            {"code": dotted_code(other.code), "noted_at": dotted_code(other.noted_at)}
            for other in advice.conflicts.get(one.code, ())
        ],
        "payers": one.payers or None,
        "source": one.source,
    }


def _typed(one: TypedCode, icd10: Icd10) -> dict[str, Any]:
    return {
        "code": dotted_code(one.code) if one.code else None,
        "description": one.description,
        "place": list(one.place),
        "status": one.status,
        "billable": one.status == "valid",
        "begins": one.begins.isoformat() if one.begins else None,
        "ends": one.ends.isoformat() if one.ends else None,
        "instead": [{"code": dotted_code(code), "description": _title(code, icd10)} for code in one.instead],
    }


def _title(code: str, icd10: Icd10) -> str:
    return str(icd10.describe(pd.Series([code], dtype="str")).iloc[0])


def _table(record: dict[str, Any], width: int) -> Iterator[str]:
    yield f"ICD-10-CM on {record['date']}: {record['answer']}"
    if record["recognised"]:
        told = [f"{one['term']}{_state(one['state'])}" for one in record["recognised"]]
        yield from _wrapped("recognised", ", ".join(dict.fromkeys(told)), width, indent="")
    if unknown := record["not_recognised"]:
        places = ", ".join(f"{start + 1}–{end}" for start, end in unknown[:_PLACES_SHOWN])
        more = ", …" if len(unknown) > _PLACES_SHOWN else ""
        text = f"{len(unknown)} of the words, at characters {places}{more}; English medical terms are expected"
        yield from _wrapped("not recognised", text, width, indent="")
    for one in record["did_you_mean"]:
        start, end = one["place"]
        text = f"{one['term']}? The word at characters {start + 1}–{end} is not read as that unless it is typed so"
        yield from _wrapped("did you mean", text, width, indent="")
    for one in record["codes"]:
        yield from _typed_rows(one, width)
    for supported, heading in (
        (True, "Supported by the words; billable on this date"),
        (False, "Only if the record says more"),
    ):
        chosen = [one for one in record["candidates"] if one["supported"] is supported]
        if chosen:
            yield from ("", heading)
            for one in chosen:
                yield from _candidate_rows(one, width)
    if record["candidates_left_out"]:
        yield f"  … and {record['candidates_left_out']} more; --limit shows them"
    open_questions = [one for one in record["questions"] if one["answer"] == "open"]
    if open_questions:
        yield from ("", "Open questions")
        for one in open_questions:
            yield from _wrapped(one["id"], f"{one['ask']} {one['why']}", width)
    answered = [f"{one['id']} ({one['answer']})" for one in record["questions"] if one["answer"] != "open"]
    if answered:
        yield from _wrapped("answered", ", ".join(answered), width)
    if record["notes"]:
        yield from ("", "Often wrong in code lists and guides")
        for one in record["notes"]:
            yield from _wrapped("-", f"{one['note']} ({one['source']})", width, colon="")


def _state(state: str) -> str:
    shown = _STATES.get(state, state)
    return f" ({shown})" if shown else ""


def _typed_rows(one: dict[str, Any], width: int) -> Iterator[str]:
    where = one["code"] or f"a code at characters {one['place'][0] + 1} to {one['place'][1]}"
    title = f" {one['description']}" if one["description"] else ""
    days = f" since {one['begins']}" if one["begins"] and one["billable"] else ""
    days += f", last day {one['ends']}" if one["ends"] else ""
    yield from _wrapped(f"code in the text: {where}{title}", f"{_STATUSES[one['status']]}{days}", width, indent="")
    for other in one["instead"][:_INSTEAD_SHOWN]:
        yield from _wrapped(f"→ {other['code']}", other["description"], width, colon="")
    if len(one["instead"]) > _INSTEAD_SHOWN:
        yield f"  … and {len(one['instead']) - _INSTEAD_SHOWN} more"


def _candidate_rows(one: dict[str, Any], width: int) -> Iterator[str]:
    yield f"  {one['code']:<9}{one['description']}"
    rows = {
        "only when": one["when"],
        "why": one["why"],
        "document": "; ".join(one["document"]),
        "not with": ", ".join(f"{other['code']} (Excludes1 at {other['noted_at']})" for other in one["excludes1"]),
        "payers": one["payers"],
        "source": one["source"],
    }
    for name, text in rows.items():
        if text:
            yield from _wrapped(name, text, width, indent=" " * 11)


def _wrapped(name: str, text: str, width: int, *, indent: str = "  ", colon: str = ":") -> list[str]:
    return textwrap.wrap(
        f"{name}{colon} {text}",
        width,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_on_hyphens=False,
        break_long_words=False,
    )
