"""Facts of a batch's notes, as one table that holds no text of any note."""

from __future__ import annotations

import re
import weakref
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from risk.claims.frames import frame_of, texts_of
from risk.claims.tables import empty_batch, rows_of_claims
from risk.notes.lexicon import load_lexicon
from risk.notes.sentences import Fact, NoteReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from risk.claims.tables import ClaimBatch

#: One row per mention. ``line_number`` is null for a note of the claim; ``start`` and ``end`` are places in the note.
FACT_COLUMNS = {
    "claim_key": "int64",
    "line_number": "Int64",
    "fact": "str",
    "detail": "str",
    "state": "str",
    "start": "int64",
    "end": "int64",
}

#: Facts of the batches alive, so that every rule and feature that asks shares one reading.
_read: dict[int, tuple[weakref.ref[ClaimBatch], pd.DataFrame]] = {}


def note_facts(batch: ClaimBatch) -> pd.DataFrame:
    """Facts that the notes of a batch state: one row per mention, in the order claim, note, place; ``FACT_COLUMNS``.

    ==================  ===================================================  ======================
    fact                detail                                               states
    ==================  ===================================================  ======================
    intractable         pain, headache_or_epilepsy, other, unspecified       of a finding
    cause               kind of cause: stenosis, herniation, …               of a finding
    radicular_symptom   radiating pain, numbness, weakness, …                of a finding
    imaging             MRI, CT, X-ray, …                                    of a finding, or intent
    treatment           kind of treatment: physical therapy, NSAID, …        outcome, intent, none
    duration            weeks, as text; of a range the lower end             its treatment's
    relief_percent      per cent, as text; of a range the lower end          of a finding
    ==================  ===================================================  ======================

    States of a finding: asserted, denied, hypothetical, someone_else. Outcomes: done_failed, done_helped, done (not
    said). Intents: planned, offered, refused. None: denied, contraindicated, hypothetical, someone_else. A duration is
    asserted unless its treatment is not past.

    The table is read once per batch and shared: it is not to be changed in place. It holds places, never text.
    """
    known = _read.get(id(batch))
    if known is not None and known[0]() is batch:
        return known[1]
    return _kept(batch, _facts_table(batch.notes) if len(batch.notes) else _no_facts())


def carry_note_facts(batch: ClaimBatch, copies: ClaimBatch, originals: NDArray[np.int64]) -> None:
    """Let ``copies`` of claims of the batch have their facts, so that no note is read twice.

    ``originals`` are the keys of the claims the copies were made of. A copy has the notes of its original, but for
    those of lines it lacks.
    """
    if not len(copies.notes):
        return
    facts = note_facts(batch)
    rows, counts = rows_of_claims(facts["claim_key"].to_numpy(), len(batch), originals)
    carried = facts.take(rows).assign(claim_key=np.repeat(np.arange(len(copies)), counts))
    if carried["line_number"].notna().any():
        place = ["claim_key", "line_number"]
        there = pd.MultiIndex.from_frame(carried[place]).isin(pd.MultiIndex.from_frame(copies.service_lines[place]))
        carried = carried[there | carried["line_number"].isna().to_numpy()]
    _kept(copies, carried.reset_index(drop=True))


def _kept(batch: ClaimBatch, facts: pd.DataFrame) -> pd.DataFrame:
    """The facts of a batch, remembered for as long as it lives."""
    key = id(batch)
    _read[key] = (weakref.ref(batch, lambda _: _read.pop(key, None)), facts)
    return facts


def facts_of_text(text: str) -> list[Fact]:
    """Facts of one note: (fact, detail, state, start, end) by place. The note is not kept."""
    return NoteReader(load_lexicon()).facts_of(text)


def _facts_table(notes: pd.DataFrame) -> pd.DataFrame:
    places, texts = notes["note_text"].array.factorize()
    telling = pc.match_substring_regex(pa.array(texts), _any_fact()).to_pylist()
    reader = NoteReader(load_lexicon())  # remembers sentences of notes, so it goes when this table is done
    by_text = [reader.facts_of(text) if tells else [] for text, tells in zip(texts, telling, strict=True)]
    counts = np.array([len(facts) for facts in by_text] + [0], dtype="int64")  # place -1 is a note without text
    rows = np.repeat(np.arange(len(notes)), counts[places])
    found = [fact for place in places[counts[places] > 0] for fact in by_text[place]]
    columns = list(zip(*found, strict=True)) if found else [()] * 5
    told = {
        name: _column(values, FACT_COLUMNS[name])
        for name, values in zip(("fact", "detail", "state", "start", "end"), columns, strict=True)
    }
    of_note = {
        "claim_key": notes["claim_key"].to_numpy()[rows],
        "line_number": notes["line_number"].array.take(rows),
    }
    return frame_of({**of_note, **told}, pd.RangeIndex(len(rows)))


def _column(values: Sequence[object], dtype: str) -> Any:
    """Texts or places of facts as a column."""
    return texts_of(pa.array(values, pa.large_string())) if dtype == "str" else np.array(values, dtype=dtype)


@cache
def _no_facts() -> pd.DataFrame:
    return _facts_table(empty_batch().notes)


@cache
def _any_fact() -> str:
    """Pattern that every note with a fact matches: the beginning of a term, a unit of time or a per cent sign."""
    lexicon = load_lexicon()
    terms = [
        phrase for table in (lexicon.exact, lexicon.stems) for own in table.values() for phrase in own if phrase.fact
    ]
    first = {phrase.words[0] for phrase in terms}
    words = sorted(re.escape(word) for word in first)
    units = sorted(re.escape(unit) for unit in lexicon.units)
    return rf"(?i)\b(?:{'|'.join(words)})|(?:{'|'.join(units)})\b|%|percent|pct"
