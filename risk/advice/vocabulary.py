"""The words the guide understands: its own terms on top of those of the notes, with the same cues."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from risk.advice.levels import level_terms
from risk.notes.lexicon import STEM, Lexicon, Phrase, build_lexicon
from risk.notes.tokens import words_of

#: Facts of the notes that mean the same here.
_SHARED_FACTS = ("treatment", "imaging", "intractable", "radicular_symptom")

#: A word or phrase that is searched for in the code set.
SEARCHED = "word"

#: Facts that are no words of a condition.
_TREATMENTS = ("treatment", "imaging")

#: Words with a number or letter that is part of the condition, and no measure of time.
_NUMBERED = {
    "type": "12345",
    "stage": "12345",
    "grade": "12345",
    "vitamin": "abcdek",
    "hepatitis": "abcde",
    "influenza": "ab",
}


@dataclass(frozen=True)
class Vocabulary:
    """Two lexicons with the same cues.

    Attributes
    ----------
    guide
        The terms of the guide.
    plain
        Treatments and imaging, and phrases for the full text; every other word may be searched for.
    """

    guide: Lexicon
    plain: Lexicon

    def with_words(self, words: Iterable[str]) -> Lexicon:
        """The plain lexicon in which the given words are terms of their own, unless they mean something already."""
        exact = dict(self.plain.exact)
        for word in words:
            if not self._means(word):
                exact[word] = (*exact.get(word, ()), Phrase((word,), (False,), fact=SEARCHED, detail=word))
        return replace(self.plain, exact=exact)

    def _means(self, word: str) -> bool:
        own = any(len(phrase.words) == 1 for phrase in self.plain.exact.get(word, ()))
        stems = self.plain.stems.get(word[:STEM], ())
        return own or any(len(phrase.words) == 1 and word.startswith(phrase.words[0]) for phrase in stems)


@cache
def load_vocabulary() -> Vocabulary:
    """Load the vocabulary; raises :class:`risk.errors.ReferenceDataError` for a phrase that is listed twice."""
    own = [*_parsed("risk.advice", "terms.toml")["term"], *level_terms()]
    own_phrases = {_phrase(text) for term in own for text in term["words"]}
    taken = list(_taken(_parsed("risk.notes", "terms.toml")["term"], own_phrases))
    abbreviations = list(_abbreviations())
    told = {_phrase(text) for term in abbreviations for text in term["words"]}
    terms = [one for term in (*own, *taken) for one in ([term] if term["fact"] else _as_searched(term))]
    kept = [term for term in terms if term["fact"] in (*_TREATMENTS, SEARCHED)]
    kept += [{**term, "fact": SEARCHED} for term in level_terms()]  # a level is searched for by its region
    cues = _parsed("risk.notes", "cues.toml")
    return Vocabulary(
        guide=build_lexicon({"term": [*terms, *_without(abbreviations, own_phrases)]}, cues),
        plain=build_lexicon({"term": [*_without(kept, told), *abbreviations]}, cues),
    )


def _without(terms: Iterable[Mapping[str, Any]], phrases: set[tuple[str, ...]]) -> list[dict[str, Any]]:
    """Terms without the given phrases."""
    left = ({**term, "words": [text for text in term["words"] if _phrase(text) not in phrases]} for term in terms)
    return [term for term in left if term["words"]]


def _parsed(package: str, name: str) -> Mapping[str, Any]:
    return tomllib.loads((files(package) / "data" / name).read_text(encoding="utf-8"))


def _abbreviations() -> Iterator[dict[str, Any]]:
    for text, meaning in _parsed("risk.advice", "abbreviations.toml")["words"].items():
        yield {"fact": SEARCHED, "detail": meaning, "words": [text]}
    for kind, marks in _NUMBERED.items():
        for mark in marks:
            yield {"fact": SEARCHED, "detail": f"{kind} {mark}", "words": [f"{kind} {mark}"]}


def _taken(terms: Iterable[Mapping[str, Any]], own: set[tuple[str, ...]]) -> Iterator[dict[str, Any]]:
    """Terms of the notes that hold here too, without the phrases that are told otherwise."""
    yield from _without((term for term in terms if term["fact"] in (*_SHARED_FACTS, "")), own)


def _as_searched(term: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Phrases that are no term of the guide, each as words of the code set: "aortic stenosis"."""
    return [{"fact": SEARCHED, "detail": text.replace("*", ""), "words": [text]} for text in term["words"]]


def _phrase(text: str) -> tuple[str, ...]:
    return tuple(words_of(text.replace("*", "")))
