"""Excludes1 notes of the tabular list, turned from prose into intervals of codes.

A note reads "radiculopathy with spondylosis (M47.2-)". What it names are codes, prefixes, ranges and, now and then,
codes with a condition ("E08-E13 with .44", "S02.- with 7th character B"). Codes without the dot sort so that a prefix
is an interval: ``[start, end)``. A note that names nothing we can read yields no interval and so no conflict.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Sorts behind every character of a code: ``prefix + END`` closes the interval of a prefix.
END = "~"

NOTE_COLUMNS = ["noted_at", "scope_start", "scope_end", "excluded_start", "excluded_end"]

_CODE = r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{0,4})?\.?"
# A range needs its hyphen glued on, or free on the left: "I69.81- I69.91-" are two prefixes, "P28.3- - P28.4-" a range.
_TOKEN = re.compile(rf"\b({_CODE})-?(?:(?:\s+-\s*|-)({_CODE}))?-?(?![0-9A-Za-z])")
_PARENTHESES = re.compile(r"\(([^()]*)\)?")
_ORDINAL = r"(?:(\d)th|(fourth|fifth|sixth|seventh))"
_CHARACTER = re.compile(rf"^{_ORDINAL}(?:\s+to\s+\w+)?[\s-]characters?\s+-?([0-9A-Z]+)$")
_FINAL = re.compile(r"^final characters -([0-9A-Z]+)$")
_SUFFIX = re.compile(r"^\.([0-9A-Z]+)-?(?:-\.([0-9A-Z]+)-?)?$")
_ORDINALS = {"fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}

Interval = tuple[str, str]
Array = np.ndarray[Any, Any]
NoteArrays = dict[str, Array]


def excludes1_intervals(
    notes: Iterable[tuple[str, Sequence[str], str]], categories: Sequence[str], leaves: Sequence[str]
) -> pd.DataFrame:
    """Spell out every Excludes1 note.

    Parameters
    ----------
    notes
        (where the note stands, code prefixes it holds for, text).
    categories, leaves
        All three-character and all billable codes, sorted: what conditions are spelled out against.

    Returns
    -------
    One row per scope and excluded interval: noted_at, scope_start, scope_end, excluded_start, excluded_end. A note
    without a readable code keeps one row with null intervals, so that it can be counted.
    """
    rows: list[tuple[str, str | None, str | None, str | None, str | None]] = []
    for noted_at, scope, text in notes:
        intervals = sorted(set(excluded_intervals(text, categories, leaves)))
        if not intervals:
            rows.append((noted_at, None, None, None, None))
        rows += [(noted_at, prefix, prefix + END, start, end) for prefix in scope for start, end in intervals]
    return pd.DataFrame(rows, columns=NOTE_COLUMNS, dtype="str")


def excluded_intervals(text: str, categories: Sequence[str], leaves: Sequence[str]) -> list[Interval]:
    """Intervals of codes that one note names; empty where it names none, or under a condition we cannot read."""
    groups = [group for group in _PARENTHESES.findall(text) if _TOKEN.search(group)]
    # Without parentheses, codes count only where the note ends with them: "torticollis NOS M43.6".
    if not groups:
        first = _TOKEN.search(text)
        groups = [text[first.start() :]] if first else []
    return [interval for group in groups for interval in _group_intervals(group, categories, leaves)]


def _group_intervals(group: str, categories: Sequence[str], leaves: Sequence[str]) -> list[Interval]:
    named, _, condition = group.partition("with ")
    tokens = [_interval(match) for match in _TOKEN.finditer(named)]
    rest = _TOKEN.sub("", named)
    if re.sub(r"\b(?:and|or|to)\b|[,;.\s-]", "", rest):
        return []  # words between the codes: a condition of another kind
    return _conditioned(tokens, condition.strip(), categories, leaves) if condition else tokens


def _interval(match: re.Match[str]) -> Interval:
    start, end = (part.replace(".", "") if part else "" for part in match.groups())
    return start, (end or start) + END


def _conditioned(
    tokens: list[Interval], condition: str, categories: Sequence[str], leaves: Sequence[str]
) -> list[Interval]:
    if suffix := _SUFFIX.match(condition):
        low, high = suffix[1], suffix[2] or suffix[1]
        inside = [code for code in categories if any(start <= code < end for start, end in tokens)]
        return [(code + low, code + high + END) for code in inside]
    inside = [code for code in leaves if any(start <= code < end for start, end in tokens)]
    if final := _FINAL.match(condition):
        return [(code, code + END) for code in inside if code.endswith(final[1])]
    if character := _CHARACTER.match(condition):
        at = (int(character[1]) if character[1] else _ORDINALS[character[2]]) - 1
        wanted = character[3]
        prefixes = {code[: at + len(wanted)] for code in inside if code[at : at + len(wanted)] == wanted}
        return [(prefix, prefix + END) for prefix in sorted(prefixes)]
    return []


def note_arrays(excludes1: pd.DataFrame) -> NoteArrays:
    """Readable notes by column, narrowest scope first, so that the most specific note is met first."""
    notes = excludes1.dropna(subset=["scope_start"])
    depth = notes["noted_at"].str.len().where(~notes["noted_at"].str.contains("-"), 0)
    notes = notes.iloc[np.argsort(-depth.to_numpy(), kind="stable")]
    return {name: notes[name].to_numpy(dtype=object).astype(str) for name in notes.columns}


def conflicts(diagnoses: pd.DataFrame, notes: NoteArrays) -> pd.DataFrame:
    """Pairs of diagnoses of one claim that a note keeps apart, as ``Icd10.excludes1_conflicts`` returns them.

    Which of the distinct codes exclude each other is settled once; then the pairs that stand together on a claim are
    looked up in it.
    """
    first, second = _together(diagnoses["claim_key"].to_numpy())
    if not len(first):
        return _no_conflicts().copy(deep=False)
    coded, distinct = pd.factorize(diagnoses["dx_code"])
    pairs, noted_at = _excluded_pairs(np.asarray(distinct, dtype=object), notes)
    wanted = coded[first].astype("int64") * len(distinct) + coded[second]
    place = np.minimum(np.searchsorted(pairs, wanted), max(len(pairs) - 1, 0))
    both_coded = (coded[first] >= 0) & (coded[second] >= 0)
    hit = np.flatnonzero(both_coded & (pairs[place] == wanted)) if len(pairs) else np.empty(0, dtype="int64")
    if not len(hit):
        return _no_conflicts().copy(deep=False)
    left, right = diagnoses.iloc[first[hit]], diagnoses.iloc[second[hit]]
    found = pd.DataFrame(
        {
            "claim_key": left["claim_key"].to_numpy(),
            "dx_position": left["dx_position"].array,
            "dx_code": left["dx_code"].array,
            "other_position": right["dx_position"].array,
            "other_dx_code": right["dx_code"].array,
            "noted_at": pd.array(noted_at[place[hit]], dtype="str"),
        }
    )
    found = found.sort_values(["claim_key", "dx_position", "other_position"], kind="stable", ignore_index=True)
    # Both codes may exclude each other: one pair is one conflict.
    ends = np.sort(found[["dx_position", "other_position"]].to_numpy(dtype="int64"), axis=1)
    repeated = pd.DataFrame({"claim": found["claim_key"], "low": ends[:, 0], "high": ends[:, 1]}).duplicated()
    return found[~repeated.to_numpy()].reset_index(drop=True)


@cache
def _no_conflicts() -> pd.DataFrame:
    kinds = {"claim_key": "int64", "dx_position": "Int64", "dx_code": "str"}
    kinds |= {"other_position": "Int64", "other_dx_code": "str", "noted_at": "str"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _excluded_pairs(distinct: Array, notes: NoteArrays) -> tuple[Array, Array]:
    """Excluded pairs among some codes, as ``under × n + excluded`` in ascending order, and where each is noted."""
    order = np.argsort(distinct.astype(str), kind="stable")
    codes = distinct[order].astype(str)
    bounds = {name: np.searchsorted(codes, values) for name, values in notes.items() if name != "noted_at"}
    under_count = bounds["scope_end"] - bounds["scope_start"]
    excluded_count = bounds["excluded_end"] - bounds["excluded_start"]
    sizes = under_count * excluded_count
    note = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(note)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    under = bounds["scope_start"][note] + within // excluded_count[note]
    excluded = bounds["excluded_start"][note] + within % excluded_count[note]
    # A code that is itself among the excluded ones stands outside the note.
    inside = (under < bounds["excluded_start"][note]) | (under >= bounds["excluded_end"][note])
    pairs = order[under[inside]].astype("int64") * len(distinct) + order[excluded[inside]]
    pairs, first_met = np.unique(pairs, return_index=True)
    return pairs, notes["noted_at"][note[inside][first_met]]


def _together(claim_keys: Array) -> tuple[Array, Array]:
    """Ordered pairs of rows of the same claim; rows of a claim lie together."""
    first, second = [np.empty(0, dtype="int64")], [np.empty(0, dtype="int64")]
    for distance in range(1, len(claim_keys)):
        near = np.flatnonzero(claim_keys[distance:] == claim_keys[:-distance])
        if not len(near):
            break
        first += [near, near + distance]
        second += [near + distance, near]
    return np.concatenate(first), np.concatenate(second)
