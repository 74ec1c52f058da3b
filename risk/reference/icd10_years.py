"""Tabular lists that the user has imported, laid over the built-in ICD-10-CM.

A list newer than the built-in one tells when codes began and ended, and their titles and terms from then on; an older
one decides nothing but its own days. Codes are compared as they stand in the lists, so that where a year was left out
the day of a change lies between two dates, as in the built-in table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from risk.reference.icd10_build import DATE_COLUMNS, sides
from risk.reference.icd10_excludes import NOTE_COLUMNS, NoteArrays, conflicts, note_arrays
from risk.reference.published.lookups import DatedEditions, Table, dx_code

#: From then on the list that is built in tells; what was imported for a later day is newer.
BUILT_IN_FROM = date(2026, 4, 1)

Array = np.ndarray[Any, Any]


def newer_lists(lists: Sequence[Table]) -> list[Table]:
    """Lists for days from that of the built-in list on."""
    return [one for one in lists if one.edition.begins >= BUILT_IN_FROM.isoformat()]


def with_lists(nodes: pd.DataFrame, lists: Sequence[Table], known_until: date) -> pd.DataFrame:
    """Lay lists over the built-in codes.

    Parameters
    ----------
    nodes
        As :func:`risk.reference.icd10_build.compile_icd10` gives them.
    lists
        Newer lists, the earliest first.
    known_until
        Last day of the built-in editions.

    Returns
    -------
    Codes of any of them in the same columns: title and terms of the newest list that has a code; first and last days
    as the lists show; sides as the titles of the codes in force say, and as they were of those that ended.
    """
    before = nodes.set_index("code")
    merged = before
    for one in lists:
        begins, ends = (date.fromisoformat(day) for day in (one.edition.begins, one.edition.ends))
        merged = _with_list(merged, _frame(one), begins, ends, known_until)
        known_until = max(known_until, ends)
    in_force = merged["billable"] & merged["to_latest"].isna()
    side, group = sides(merged)
    old_group = merged["side_group"].where(merged["side_group"] < 0, merged["side_group"] + int(group.max()) + 1)
    merged["side"] = side.where(in_force, merged["side"]).astype("int8")
    merged["side_group"] = group.where(in_force, old_group).astype("int32")
    return merged.sort_index().reset_index(names="code")


def _frame(one: Table) -> pd.DataFrame:
    codes = pd.Index([dx_code(number) for number in one.columns["code"].tolist()], dtype="str")
    texts = {name: pd.array(values.to_pylist(), dtype="str") for name, values in one.texts.items()}
    return pd.DataFrame({"billable": one.columns["billable"] == 1, **texts}, index=codes)


def _with_list(nodes: pd.DataFrame, tabular: pd.DataFrame, begins: date, ends: date, known_until: date) -> pd.DataFrame:
    day_before = begins - timedelta(days=1)
    told_until = min(known_until, day_before)  # the editions we hold tell of the days up to then
    first, last = pd.Timestamp(begins), pd.Timestamp(ends)
    listed = nodes.index.isin(tabular.index)
    # A code of these days that the list does not have never was one.
    nodes = nodes[listed | ~nodes["from_earliest"].between(first, last)]
    added = tabular.index.difference(nodes.index)
    empty = {"side": 0, "side_group": -1} | dict.fromkeys(DATE_COLUMNS, pd.NaT)
    new = tabular.loc[added].assign(**empty)[nodes.columns].astype(nodes.dtypes.to_dict())
    merged = pd.concat([nodes, new])
    here = tabular.index
    billable = tabular["billable"].reindex(merged.index, fill_value=False)
    begun = merged.index.isin(added) | (billable & ~merged["billable"])
    merged.loc[begun, "from_earliest"] = pd.Timestamp(told_until + timedelta(days=1))
    merged.loc[begun, "from_latest"] = first
    ended = merged["billable"] & merged["to_latest"].isna() & ~billable & ~(merged["from_earliest"] > last)
    merged.loc[ended, "to_earliest"] = pd.Timestamp(told_until)
    merged.loc[ended, "to_latest"] = pd.Timestamp(day_before)
    lasting = billable & merged["to_latest"].between(pd.Timestamp(day_before), last, inclusive="left")  # it goes on
    merged.loc[lasting, ["to_earliest", "to_latest"]] = pd.NaT
    merged["billable"] = merged["billable"] | billable
    for column in ("description", "inclusion_terms"):
        merged.loc[here, column] = tabular[column]
    return merged


@dataclass(frozen=True, eq=False)
class ListedNotes:
    """Excludes1 notes of the imported lists, the earliest first; false where there are none."""

    tables: tuple[Table, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tables)

    def conflicts(self, diagnoses: pd.DataFrame, on: pd.Series, built_in: NoteArrays) -> pd.DataFrame:
        """Pairs as :func:`risk.reference.icd10_excludes.conflicts`, by the notes of the list of each claim's day.

        A day of no imported list is judged by the newest one before it, the built-in one among them, or else by that.
        """
        days = on.to_numpy(dtype="datetime64[D]").astype("int64")
        editions = DatedEditions(self.tables)
        positions = editions.of_days(days)
        newer = np.array([*(one.edition.begins >= BUILT_IN_FROM.isoformat() for one in self.tables), False])
        positions = np.where(editions.told_by_own(days) | newer[positions], positions, -1)
        parts = [
            conflicts(diagnoses[positions == at], built_in if at < 0 else self._notes[at])
            for at in np.unique(positions).tolist()
        ]
        if not parts:
            return conflicts(diagnoses, built_in)
        found = pd.concat(parts) if len(parts) > 1 else parts[0]
        return found.sort_values(["claim_key", "dx_position", "other_position"], kind="stable", ignore_index=True)

    @cached_property
    def _notes(self) -> list[NoteArrays]:
        return [note_arrays(_excludes1(one)) for one in self.tables]


def _excludes1(one: Table) -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.array(values.to_pylist(), dtype="str") for name, values in one.texts.items()})
    frame = frame.reindex(columns=NOTE_COLUMNS).astype("str")
    return frame.where(frame != "")
