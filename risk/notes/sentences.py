"""From notes to facts, each distinct run of sentences read once.

Notes repeat themselves: templates, phrases, whole histories carried forward. What a sentence says depends on its own
words and on the section it stands in, with two exceptions that are settled for the whole note: a clause that tells a
bare outcome ("No improvement.") completes the treatments of the clause before it, and the subject of "intractable" may
stand in the sentence before or after.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from risk.notes.assertion import bare_outcomes, clause_states, completed
from risk.notes.clauses import read_clauses
from risk.notes.meanings import Meanings
from risk.notes.mentions import NAMED_BEFORE, NEEDS_SUBJECT
from risk.notes.tokens import ENDS, tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.notes.lexicon import Lexicon
    from risk.notes.mentions import Clause

#: Fact, detail, state, start, end: the places are characters of the note.
Fact = tuple[str, str, str, int, int]

#: Where a sentence may end; whether it does, the last token before says ("approx. 6 weeks" goes on).
_MAY_END = re.compile(r"[.;!?](?=\s)")
#: Facts that can be planned.
_DEEDS = ("treatment", "evaluation", "imaging")
#: Words on each side in which the subject of "intractable" is looked for.
_SUBJECT_WINDOW = 6


@dataclass(frozen=True, slots=True)
class _Passage:
    """Whole sentences as read in one section; the places in ``clauses`` count from the passage's own beginning."""

    words: Sequence[str]
    ended: bool
    section_after: str
    clauses: Sequence[tuple[Sequence[str], bool, Sequence[Fact]]]  # bare outcomes, whether a fragment, facts
    intractable: Sequence[tuple[int, int, int]]  # number among the passage's facts, token places at and until


class NoteReader:
    """Reads notes; remembers every passage it has met, so it is to live no longer than the reading of one batch."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._meanings = Meanings(lexicon)
        self._passages: dict[tuple[str, str], _Passage] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._passages)} passages)"

    def facts_of(self, text: str) -> list[Fact]:
        """Facts of one note: (fact, detail, state, start, end) by place."""
        passages = self._passages_of(text)
        found: list[Fact] = []
        offset, before = 0, range(0)  # the facts of the clause before
        for length, passage in passages:
            for outcomes, fragment, facts in passage.clauses:
                if outcomes:
                    for place in before:
                        found[place] = _with_outcomes(found[place], outcomes)
                own = facts
                if fragment and any(found[place][2] == "planned" and found[place][0] in _DEEDS for place in before):
                    own = [_planned(fact) for fact in own]
                if any(fact[1] == NAMED_BEFORE for fact in own):
                    own = _named(own, found)
                before = range(len(found), len(found) + len(own))
                found += [(name, detail, state, at + offset, end + offset) for name, detail, state, at, end in own]
            offset += length
        if any(passage.intractable for _, passage in passages):
            self._name_subjects(found, [passage for _, passage in passages])
        return found

    def _passages_of(self, text: str) -> list[tuple[int, _Passage]]:
        """Passages of a note in order, each with its length."""
        found = []
        section, begun = "", ""
        start = 0
        for until in (*(mark.end() for mark in _MAY_END.finditer(text)), len(text)):
            part, start = text[start:until], until
            passage = self._passage(section, part)
            if not passage.ended:
                begun += part
                continue
            if begun:
                part = begun + part
                passage = self._passage(section, part)
            found.append((len(part), passage))
            section, begun = passage.section_after, ""
        if begun:
            found.append((len(begun), self._passage(section, begun)))
        return found

    def _passage(self, section: str, text: str) -> _Passage:
        known = self._passages.get((section, text))
        if known is None:
            known = self._passages[section, text] = self._read(section, text)
        return known

    def _read(self, section: str, text: str) -> _Passage:
        tokens = tokenize(text)
        clauses, section_after = read_clauses(tokens.words, section, self._meanings)
        starts, ends = tokens.places() if clauses else ([], [])
        mentions = [mention for clause in clauses for mention in clause.mentions]
        return _Passage(
            words=tokens.words,
            ended=bool(tokens.words) and tokens.words[-1] in ENDS,
            section_after=section_after,
            clauses=[(bare_outcomes(clause), clause.fragment, _facts(clause, starts, ends)) for clause in clauses],
            intractable=[
                (number, one.at, one.until) for number, one in enumerate(mentions) if one.fact == "intractable"
            ],
        )

    def _name_subjects(self, found: list[Fact], passages: Sequence[_Passage]) -> None:
        """Put the subject into the detail of each "intractable" of a note."""
        words = [word for passage in passages for word in passage.words]
        facts_before = words_before = 0
        for passage in passages:
            for number, at, until in passage.intractable:
                fact, detail, state, start, end = found[facts_before + number]
                subject = self._subject(words, words_before + at, words_before + until)
                unnamed = "other" if detail == NEEDS_SUBJECT else "unspecified"
                found[facts_before + number] = (fact, subject or unnamed, state, start, end)
            facts_before += sum(len(facts) for *_, facts in passage.clauses)
            words_before += len(passage.words)

    def _subject(self, words: Sequence[str], at: int, until: int) -> str:
        """Subject of "intractable": pain, headache_or_epilepsy, other; "" where the words around do not say."""
        subjects = self._meanings.lexicon.subjects
        before = words[max(0, at - _SUBJECT_WINDOW) : at]
        around = (*words[until : until + _SUBJECT_WINDOW], *reversed(before))
        return next((subjects[word] for word in around if word in subjects), "")


def _facts(clause: Clause, starts: Sequence[int], ends: Sequence[int]) -> list[Fact]:
    return [
        (mention.fact, mention.detail, state, starts[mention.at], ends[mention.until - 1])
        for mention, state in zip(clause.mentions, clause_states(clause), strict=True)
    ]


def _planned(fact: Fact) -> Fact:
    """A fact of a fragment that goes on with a plan: "Start naproxen. Heat."."""
    name, detail, state, start, end = fact
    return (name, detail, "planned" if name in _DEEDS and state in ("done", "asserted") else state, start, end)


def _named(facts: Sequence[Fact], before: Sequence[Fact]) -> list[Fact]:
    """Facts where "the first one" is the treatment last named; left out where none is, or nothing is said of it."""
    last = next((detail for name, detail, *_ in reversed(before) if name == "treatment"), "")
    return [
        (name, last if detail == NAMED_BEFORE else detail, state, start, end)
        for name, detail, state, start, end in facts
        if detail != NAMED_BEFORE or (last and state != "done")
    ]


def _with_outcomes(fact: Fact, outcomes: Sequence[str]) -> Fact:
    name, detail, state, start, end = fact
    told = name == "treatment" or (name in ("imaging", "evaluation") and not {"denied", "refused"}.isdisjoint(outcomes))
    return (name, detail, completed(state, outcomes) if told else state, start, end)
