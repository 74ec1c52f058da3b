"""The words the reader knows, from ``data/terms.toml`` and ``data/cues.toml``, as a look-up by phrase.

Whole notes are read with ``data/elements.toml``, ``vocabulary.toml`` and ``combined.toml`` as well.

Phrases lie under their first word, the longest first; :mod:`risk.notes.meanings` finds them in a note.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING, Any

from risk.errors import ReferenceDataError
from risk.notes.tokens import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: Letters by which words with an open end (``herniat*``) are found; shorter stems are refused.
STEM = 4


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say what became of a mention; the keys of ``[[cue]]`` in ``cues.toml``."""

    state: str
    side: str  # before | after | either
    reach: str = "list"  # list | segment | next
    condition: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of the lexicon: a term (``fact``), a cue, both, or neither (a boundary, or words to pass over)."""

    words: tuple[str, ...]
    open_ended: tuple[bool, ...]
    fact: str = ""
    detail: str = ""
    needs: str = ""
    cue: Cue | None = None
    boundary: bool = False

    def matches(self, words: Sequence[str], at: int) -> bool:
        """Whether the phrase stands at a position of a note's words."""
        stand = tuple(words[at : at + len(self.words)])
        if not self.stemmed:
            return stand == self.words
        return len(stand) == len(self.words) and all(
            word.startswith(own) if ends_open else word == own
            for word, own, ends_open in zip(stand, self.words, self.open_ended, strict=True)
        )

    @property
    def stemmed(self) -> bool:
        """Whether a word of the phrase has an open end."""
        return True in self.open_ended


@dataclass(frozen=True)
class Lexicon:
    """Phrases by first word, and the word lists of ``cues.toml`` that are no cues.

    ``scores`` is what levels, sides and scores are told by; None where a note is read for the facts of a claim alone.
    """

    exact: Mapping[str, tuple[Phrase, ...]] = field(repr=False)
    stems: Mapping[str, tuple[Phrase, ...]] = field(repr=False)
    people: frozenset[str]
    people_reports: frozenset[str]
    people_companions: frozenset[str]
    sections: Mapping[str, str]
    patient_always: frozenset[str]
    patient_where_mention_follows: frozenset[str]
    subjects: Mapping[str, str]
    numbers: Mapping[str, float]
    units: Mapping[str, float]
    not_duration_before: frozenset[str]
    not_duration_after: frozenset[str]
    onset: frozenset[str]
    outcome_openers: Mapping[str, Cue] = field(repr=False)
    outcome_auxiliaries: frozenset[str]
    outcome_between: frozenset[str]
    outcome_nouns: frozenset[str]
    relief: frozenset[str]
    below: frozenset[str]
    scores: Scores | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Words around levels, sides and scores; the tables of ``elements.toml`` that are neither terms nor cues."""

    pain: frozenset[str]
    strength: frozenset[str]
    not_a_level: frozenset[str]
    sided: frozenset[str]


@cache
def load_lexicon() -> Lexicon:
    """Load the built-in lexicon.

    Raises :class:`risk.errors.ReferenceDataError` if a phrase is listed twice or a stem is too short.
    """
    return build_lexicon(_table("terms"), _table("cues"))


@cache
def load_element_lexicon() -> Lexicon:
    """Load the lexicon of whole notes: the built-in one with every element of documentation beside its facts.

    A phrase of ``elements.toml`` or ``vocabulary.toml`` takes the place of the same phrase elsewhere; those that
    ``combined.toml`` makes take no place that is taken. Errors as for :func:`load_lexicon`.
    """
    base_terms, cues, elements = _table("terms"), _table("cues"), _table("elements")
    elements["term"] += _table("vocabulary")["term"]
    restated = {text for entry in (*elements["term"], *elements["cue"]) for text in entry["words"]}
    base, base_cues = (
        [{**entry, "words": [one for one in entry["words"] if one not in restated]} for entry in entries]
        for entries in (base_terms["term"], cues["cue"])
    )
    sections, relief = cues["sections"], cues["relief"]
    written = {text for entry in (*base, *base_cues, *elements["term"], *elements["cue"]) for text in entry["words"]}
    combined = [*_combined(_table("combined")["combined"], written)]
    wider = {
        **cues,
        "cue": [*base_cues, *elements["cue"], *(one for one in combined if "state" in one)],
        "sections": {state: [*names, *elements["sections"].get(state, ())] for state, names in sections.items()},
        "relief": {**relief, "words": [*relief["words"], *elements["relief"]["words"]]},
        "outcomes": _joined(cues["outcomes"], elements["outcomes"]),
        "not_a_duration": _joined(cues["not_a_duration"], elements["not_a_duration"]),
        "people": _joined(cues["people"], elements["people"]),
    }
    scores = Scores(
        pain=frozenset(elements["scores"]["pain"]),
        strength=frozenset(elements["scores"]["strength"]),
        not_a_level=frozenset(elements["not_a_level"]["after"]),
        sided=frozenset(elements["sides"]["before"]),
    )
    terms = [*base, *elements["term"], *(one for one in combined if "fact" in one)]
    return build_lexicon({"term": terms}, wider, scores)


def _joined(base: Mapping[str, Sequence[str]], more: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {key: [*words, *(one for one in more.get(key, ()) if one not in words)] for key, words in base.items()}


def _combined(entries: Sequence[Mapping[str, Any]], written: set[str]) -> Iterator[dict[str, Any]]:
    """Entries of ``[[combined]]`` as terms and cues: every choice of one part from each list; "" leaves a part out.

    What is written out elsewhere, or was combined before, is left as it is.
    """
    seen = set(written)
    for entry in entries:
        words = dict.fromkeys(" ".join(filter(None, parts)) for parts in product(*entry["parts"]))
        yield {**entry, "words": [text for text in words if text and text not in seen]}
        seen.update(words)


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("risk.notes") / "data" / f"{name}.toml").read_text(encoding="utf-8"))


def build_lexicon(terms: Mapping[str, Any], cues: Mapping[str, Any], scores: Scores | None = None) -> Lexicon:
    """Build a lexicon from the parsed files; errors as for :func:`load_lexicon`."""
    exact, stems = _index(_phrases(terms, cues))
    return Lexicon(
        exact=exact,
        stems=stems,
        people=frozenset(cues["people"]["words"]),
        people_reports=frozenset(cues["people"]["reports"]),
        people_companions=frozenset(cues["people"]["companions"]),
        sections={name: state for state, names in cues["sections"].items() for name in names},
        patient_always=frozenset(cues["patient"]["always"]),
        patient_where_mention_follows=frozenset(cues["patient"]["where_mention_follows"]),
        subjects={word: subject for subject, words in cues["subjects"].items() for word in words},
        numbers=cues["numbers"],
        units=cues["units"],
        not_duration_before=frozenset(cues["not_a_duration"]["before"]),
        not_duration_after=frozenset(cues["not_a_duration"]["after"]),
        onset=frozenset(cues["not_a_duration"]["onset"]),
        outcome_openers={
            word: Cue(state, "either") for state in ("failed", "helped") for word in cues["outcomes"][state]
        },
        outcome_auxiliaries=frozenset(cues["outcomes"]["auxiliaries"]),
        outcome_between=frozenset(cues["outcomes"]["between"] + cues["outcomes"]["verbs"]),
        outcome_nouns=frozenset(cues["outcomes"]["nouns"]),
        relief=frozenset(cues["relief"]["words"]),
        below=frozenset(cues["relief"]["below"]),
        scores=scores,
    )


def _phrases(terms: Mapping[str, Any], cues: Mapping[str, Any]) -> list[Phrase]:
    found = [Phrase(*_split(text), boundary=True) for text in cues["boundaries"]["words"]]
    for entry in cues["cue"]:
        cue = Cue(entry["state"], entry["side"], entry.get("reach", "list"), entry.get("condition", False))
        found += [Phrase(*_split(text), cue=cue) for text in entry["words"]]
    for entry in terms["term"]:
        cue_state = entry.get("cue")
        own = Cue(cue_state, "before") if cue_state else None
        found += [
            Phrase(*_split(text), fact=entry["fact"], detail=entry["detail"], needs=entry.get("needs", ""), cue=own)
            for text in entry["words"]
        ]
    return found


def _split(text: str) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    words: list[str] = []
    open_ended: list[bool] = []
    for part in text.split():
        own = _words_of_part(part.removesuffix("*"))
        words += own
        open_ended += [False] * (len(own) - 1) + [part.endswith("*")]
    return tuple(words), tuple(open_ended)


@cache
def _words_of_part(part: str) -> tuple[str, ...]:
    return tuple(words_of(part))


def _index(phrases: Sequence[Phrase]) -> tuple[dict[str, tuple[Phrase, ...]], dict[str, tuple[Phrase, ...]]]:
    seen: set[tuple[tuple[str, ...], tuple[bool, ...]]] = set()
    exact: dict[str, list[Phrase]] = {}
    stems: dict[str, list[Phrase]] = {}
    for phrase in sorted(phrases, key=lambda one: -len(one.words)):
        where = f"note lexicon, phrase {' '.join(phrase.words)!r}"
        if (phrase.words, phrase.open_ended) in seen:
            raise ReferenceDataError(where, "expected to be listed once")
        if any(end and len(word) < STEM for word, end in zip(phrase.words, phrase.open_ended, strict=True)):
            raise ReferenceDataError(where, f"expected at least {STEM} letters before *")
        seen.add((phrase.words, phrase.open_ended))
        first = phrase.words[0]
        table, key = (stems, first[:STEM]) if phrase.open_ended[0] else (exact, first)
        table.setdefault(key, []).append(phrase)
    return {key: tuple(own) for key, own in exact.items()}, {key: tuple(own) for key, own in stems.items()}
