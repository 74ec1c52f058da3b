"""Whether a note can be read at all: is it English, and how many of its abbreviations the reader does not know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from risk.notes.lexicon import STEM, load_element_lexicon

#: Share of known words below which a note is no English, and below which doubt is said. Of our own gold notes none is
#: below 0.6; running text in Spanish, Portuguese, French, Italian, German, Dutch, Polish or Latin stays below 0.3
#: (tests/notes/test_legibility.py).
#: Words of one or two letters, which languages share, are left out.
NOT_ENGLISH, DOUBTFUL = 0.35, 0.5

_WORD = re.compile(r"[^\W\d_]{3,}(?:['’][^\W\d_]+)?")
_CAPITALS = re.compile(r"(?<![\w/-])[A-Z][A-Z&/]{1,5}(?![\w-])")
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Legibility:
    """Words of a note and how many of them are known, distinct unknown abbreviations and how often they stand."""

    words: int
    known: int
    unknown_abbreviations: int
    unknown_abbreviation_places: tuple[tuple[int, int], ...]

    @property
    def share(self) -> float:
        """Share of known words, 0 to 1; 0 where there are no words."""
        return self.known / self.words if self.words else 0.0


def legibility(text: str) -> Legibility:
    """Measure one note; holds numbers and places, no word of it."""
    words = [match[0].lower().replace("’", "'") for match in _WORD.finditer(text)]
    unknown = [match for match in _abbreviations(text) if not _is_known(match[0].lower())]
    return Legibility(
        words=len(words),
        known=sum(map(_is_known, words)),
        unknown_abbreviations=len({match[0].lower() for match in unknown}),
        unknown_abbreviation_places=tuple(match.span() for match in unknown),
    )


def _abbreviations(text: str) -> list[re.Match[str]]:
    """What is written as an abbreviation: in capitals, or, where all of the note is, short and without a vowel."""
    found = list(_CAPITALS.finditer(text))
    letters = [one for one in text if one.isalpha()]
    if sum(map(str.isupper, letters)) * 2 > len(letters):
        return [match for match in found if _VOWELS.isdisjoint(match[0].lower())]
    return found


def _is_known(word: str) -> bool:
    exact, stems = _vocabulary()
    plain = word.removesuffix("'s")
    if plain in exact or any(plain.startswith(stem) for stem in stems.get(plain[:STEM], ())):
        return True
    return any(part in exact for part in (plain.removesuffix("s"), plain.removesuffix("'t"))) or (
        "/" in plain and all(part in exact or len(part) == 1 for part in plain.split("/"))
    )


@cache
def _vocabulary() -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """Known words, and beginnings of known words by their first letters."""
    lines = (files("risk.notes") / "data" / "words.txt").read_text(encoding="utf-8").splitlines()
    exact = {word for line in lines if not line.startswith("#") for word in line.split()}
    lexicon = load_element_lexicon()
    stems: dict[str, set[str]] = {}
    for table in (lexicon.exact, lexicon.stems):
        for phrases in table.values():
            for phrase in phrases:
                for word, ends_open in zip(phrase.words, phrase.open_ended, strict=True):
                    if ends_open:
                        stems.setdefault(word[:STEM], set()).add(word)
                    elif len(word) > 1:
                        exact.add(word)
    if lexicon.scores:
        exact |= lexicon.scores.pain | lexicon.scores.strength
    exact |= lexicon.people | lexicon.units.keys() | lexicon.numbers.keys() | lexicon.subjects.keys()
    exact |= lexicon.patient_always | lexicon.outcome_between | lexicon.outcome_nouns
    exact |= {word for name in lexicon.sections for word in name.split()}
    return frozenset(exact), {key: tuple(sorted(own)) for key, own in stems.items()}
