"""Known terms one edit away from a word that is not known: a question to whoever typed it, and never a correction."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from string import ascii_lowercase

from risk.advice.search import Search
from risk.advice.vocabulary import load_vocabulary

#: Letters of the shortest word that is asked about: shorter ones are near too many others.
SHORTEST = 4


def meant(word: str, search: Search) -> str | None:
    """The one term a word of small letters may stand for; null where there is none, or more than one.

    Terms of the guide come before words of the code set's titles. Typing errors seldom hit the first letter, so it has
    to be the same: that keeps names out that are near a term by chance.
    """
    if len(word) < SHORTEST:
        return None
    near = {one for one in one_edit_away(word) if len(one) >= SHORTEST and one[0] == word[0]}
    known = near & _terms() or near & search.title_words()
    return known.pop() if len(known) == 1 else None


def one_edit_away(word: str) -> Iterator[str]:
    """Words with one letter more, less or other, or two neighbours exchanged (Damerau's distance of one)."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase if letter != after[0])
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in ascii_lowercase)


@cache
def _terms() -> frozenset[str]:
    """Whole words of the phrases of the guide, cues among them; no stems."""
    vocabulary = load_vocabulary()
    phrases = {
        phrase
        for lexicon in (vocabulary.guide, vocabulary.plain)
        for table in (lexicon.exact, lexicon.stems)
        for own in table.values()
        for phrase in own
    }
    return frozenset(
        word
        for phrase in phrases
        for word, ends_open in zip(phrase.words, phrase.open_ended, strict=True)
        if not ends_open
    )
