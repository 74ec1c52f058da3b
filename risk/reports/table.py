"""The worklist as people read it in a terminal: the riskiest claim first, why, and what to do."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Collection, Iterator, Sequence

import pandas as pd

from risk.reports.capacity import CapacityLists, RankedList
from risk.reports.do_first import first_fixes, first_ones_first, holds_only_if
from risk.reports.printable import printable
from risk.reports.records import Record, claim_records
from risk.scoring import ScoredBatch

#: Claims a table shows unless told to show all.
SCREENFUL = 50

#: How a claim is marked that no payer will adjudicate.
CERTAIN_REJECT = "certain reject"

#: Width where the output is not a terminal.
WIDTH = 120


def worklist_table(
    scored: ScoredBatch,
    fixes: pd.DataFrame,
    claim_keys: Sequence[int],
    *,
    whole: bool,
    lists: CapacityLists | None = None,
) -> str:
    """Text table of the given claims in the given order: a head line for each, its findings and fixes below.

    With ``lists``, both of them under a title each instead; a claim of both has its findings in the first. What a file
    says is shown as :func:`risk.reports.printable.printable` makes it.
    """
    if lists is None:
        return "\n".join(_section(scored, fixes, claim_keys, whole=whole)) + "\n"
    costly = _section(scored, fixes, lists.costly.claim_keys, whole=whole)
    above = lists.costly.claim_keys if whole else lists.costly.claim_keys[:SCREENFUL]
    likely = _section(scored, fixes, lists.likely.claim_keys, whole=whole, above=frozenset(above))
    return "\n".join([*_title(lists.costly), *costly, "", *_title(lists.likely), *likely]) + "\n"


def _title(one: RankedList) -> list[str]:
    count = f"{len(one.claim_keys)} claim{'s' * (len(one.claim_keys) != 1)}"
    return textwrap.wrap(f"{one.name.upper()}: {count}, by {one.by}. {one.told()}", _width())


def _section(
    scored: ScoredBatch,
    fixes: pd.DataFrame,
    claim_keys: Sequence[int],
    *,
    whole: bool,
    above: Collection[int] = (),
) -> list[str]:
    """Lines of one list; claims that stand ``above`` have their head line alone."""
    shown = claim_keys if whole else claim_keys[:SCREENFUL]
    records = [record | {"claim_id": _one_line(record["claim_id"])} for record in claim_records(scored, fixes, shown)]
    column = max([len("claim"), *(len(record["claim_id"]) for record in records)])
    head = f"{'risk':>5} {'90 % interval':<13}  {'band':<8}  {'at stake':>11}  {'claim':<{column}}  {'queue':<22}"
    parts = [f"{head}  likeliest reason"]
    for key, record in zip(shown, records, strict=True):
        parts += _rows(record, column, _width())[: 1 if key in above else None]
    if len(shown) < len(claim_keys):
        parts.append(f"… and {len(claim_keys) - len(shown)} more claims further down; -o FILE writes them all")
    return parts


def _width() -> int:
    return min(max(shutil.get_terminal_size((WIDTH, 40)).columns, 80), 160)


def _rows(record: Record, column: int, width: int) -> list[str]:
    low, high = record["denial_risk_interval"]
    likeliest = record["reasons"][0] if record["reasons"] else None
    why = ""
    if likeliest:
        carc = f", CARC {likeliest['carcs'][0]['code']}" if likeliest["carcs"] else ""
        why = f"{likeliest['reason']} ({likeliest['probability']:.0%}{carc})"
    if record["certain_reject"]:
        why = f"{CERTAIN_REJECT}; {why}".removesuffix("; ")
    stake = f"{record['expected_denied_amount']:>11,.2f}"
    who = f"{record['claim_id']:<{column}}  {record['queue']:<22}"
    risk = f"{record['denial_risk']:>5.0%} {f'{low:.0%}–{high:.0%}':<13}"
    rows = [f"{risk}  {record['risk_band']:<8}  {stake}  {who}  {why}".rstrip()]
    for finding in record["findings"]:
        rows += _wrapped(f"{finding['rule_id']} {finding['message']}", width)
    for text in _fixes(record):
        rows += _wrapped(text, width)
    return rows


def _fixes(record: Record) -> Iterator[str]:
    """What to do first, and what the risk is then; below it the other fixes."""
    first = len(first_fixes(record))
    for number, fix in enumerate(first_ones_first(record), start=1):
        after = "" if fix["denial_risk_after"] is None else f" → {fix['denial_risk_after']:.0%}"
        after += f", if: {fix['requires']}" if fix["conditional"] else ""
        place = f" ({number} of {first})" if first > 1 else ""
        yield f"{f'do first{place}' if number <= first else 'fix'}: {fix['change']}{after}"
        if number == first > 1:
            holds = ", if all of that is so" if holds_only_if(record) else ""
            yield f"with these {first} together → {record['risk_after_smallest_set']:.0%}{holds}"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        _one_line(text), width, initial_indent=" " * 7, subsequent_indent=" " * 9, break_on_hyphens=False
    )


def _one_line(text: str) -> str:
    return printable(text.replace("\n", " "))
