"""A record's words → what they say: conditions, regions, sides, treatments and their states. The text is not kept."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files

from risk.advice.vocabulary import SEARCHED, load_vocabulary
from risk.notes.sentences import NoteReader
from risk.notes.tokens import words_of

#: What parts the words of a record, from the strongest mark to the weakest.
SEPARATORS = (re.compile(r"[.;!?\n]"), re.compile(r","), re.compile(r"\b(?:and|but|with|plus)\b|[&+/]", re.IGNORECASE))

#: What is past, up to the next comma: "history of", "s/p", "after a stroke".
_PAST = re.compile(
    r"\b(?:history of|hx of|h/o|s/p|status post|after|following|previous|prior)\b[^,.;!?\n]*", re.IGNORECASE
)
#: What is to be ruled out, or suspected, stands before the first comma; behind it the symptoms may follow.
_RULED_OUT = re.compile(
    r"\b(?:r/o|rule out|eval(?:uate)? for|assess for|suspect(?:ed)?|suspicious for|suspicion (?:of|for)"
    r"|concern(?:ing)? for|possibl[ey]|probabl[ey]|likely|questionable)\b[^,.;!?\n]*,(?P<behind>[^.;!?\n]*)",
    re.IGNORECASE,
)
#: State of a word behind what is to be ruled out: the patient's if it names a symptom, else one more to be ruled out.
BEHIND = "behind what is ruled out"
_NOT_READ = re.compile(r"\w*[^\x00-\x7f\W]\w*")
_ITEM = re.compile(r"[^,]+")
_STRETCH = re.compile(r"[.;!?\n,]")


@dataclass(frozen=True, slots=True)
class Mention:
    """One thing the record says; ``stretch`` counts the commas and full stops before it, places are characters."""

    fact: str
    detail: str
    state: str
    start: int
    end: int
    stretch: int

    @property
    def asserted(self) -> bool:
        """Whether the record says it of the patient, as a fact."""
        return self.state == "asserted"


@dataclass(frozen=True)
class Record:
    """What a text says.

    Attributes
    ----------
    mentions
        Terms of the guide, in the order of the text.
    searched
        Words of the text that may be those of a condition, in order, those that are denied, or past, among them.
    breaks
        Places of the separators, by strength as in ``SEPARATORS``.
    unread
        Places of words in letters that the reader of notes does not read.
    """

    mentions: tuple[Mention, ...]
    searched: tuple[Mention, ...] = field(repr=False)  # words of the text
    breaks: tuple[tuple[int, ...], ...] = field(repr=False)
    unread: tuple[tuple[int, int], ...]

    def said(self, fact: str, state: str = "asserted") -> list[str]:
        """Details of a fact in a state, each once, in the order of the text."""
        return list(dict.fromkeys(one.detail for one in self.mentions if one.fact == fact and one.state == state))

    def of(self, fact: str) -> list[Mention]:
        """Mentions of a fact that the record asserts."""
        return self._asserted.get(fact, [])

    @cached_property
    def _asserted(self) -> dict[str, list[Mention]]:
        by_fact: dict[str, list[Mention]] = {}
        for one in self.mentions:
            if one.asserted:
                by_fact.setdefault(one.fact, []).append(one)
        return by_fact

    def around(self, condition: Mention, fact: str) -> tuple[list[Mention], list[Mention]]:
        """Mentions of a fact before and after a condition, in its stretch and no further than the next condition."""
        here = [one for one in self.of(fact) if one.stretch == condition.stretch]
        others = [one for one in self.of("condition") if one.stretch == condition.stretch and one != condition]
        since = max((one.end for one in others if one.end <= condition.start), default=0)
        until = min((one.start for one in others if one.start >= condition.end), default=None)
        before = [one for one in here if since <= one.start < condition.start]
        return before, [one for one in here if condition.end <= one.start and (until is None or one.start < until)]

    @cached_property
    def foreign(self) -> tuple[Mention, ...]:
        """Searched words that no term of the guide covers, asserted or not."""
        return tuple(
            one
            for one in self.searched
            if not any(own.start < one.end and one.start < own.end for own in self.mentions)
        )


def read_record(text: str, symptoms: Collection[str] = ()) -> Record:
    """Read the words of a record; what is denied, only suspected, or said of other people is marked as such.

    ``symptoms`` are conditions that nobody rules out: "r/o disc herniation, low back pain" asserts the pain.
    """
    vocabulary = load_vocabulary()
    cuts = [mark.start() for mark in _STRETCH.finditer(text)]
    reader = NoteReader(vocabulary.guide)
    behind = [
        (start, end, list(_mentions(reader.facts_of(text[start:end]), cuts, start)))
        for start, end in _behind_ruled_out(text)
    ]
    told = [(start, end) for start, end, own in behind if any(_is_symptom(one, symptoms) for one in own)]
    mentions = [one for one in _mentions(reader.facts_of(text), cuts) if not _within(one, told)]
    mentions += [one for start, end, own in behind if (start, end) in told for one in own]
    words = {word for word in words_of(_NOT_READ.sub(" ", text)) if len(word) > 1 and word.isalpha()} - stop_words()
    lexicon = vocabulary.with_words(sorted(words - vocabulary.plain.people))
    past = [mark.span() for mark in _PAST.finditer(text)]
    item = [(start, end) for start, end, _ in behind]
    return Record(
        mentions=tuple(sorted((one for one in mentions if one.fact != SEARCHED), key=lambda one: one.start)),
        searched=tuple(
            _told(one, past, told, item)
            for one in _mentions(NoteReader(lexicon).facts_of(text), cuts)
            if one.fact == SEARCHED
        ),
        breaks=tuple(tuple(mark.start() for mark in pattern.finditer(text)) for pattern in SEPARATORS),
        unread=tuple(match.span() for match in _NOT_READ.finditer(text)),
    )


def _behind_ruled_out(text: str) -> list[tuple[int, int]]:
    """Items of the list behind what is to be ruled out."""
    return [
        (match.start("behind") + item.start(), match.start("behind") + item.end())
        for match in _RULED_OUT.finditer(text)
        for item in _ITEM.finditer(match["behind"])
    ]


def _is_symptom(mention: Mention, symptoms: Collection[str]) -> bool:
    return mention.asserted and (mention.fact == "radicular_symptom" or mention.detail in symptoms)


def _within(mention: Mention, places: Iterable[tuple[int, int]]) -> bool:
    return any(start <= mention.start < end for start, end in places)


def _told(
    word: Mention, past: Iterable[tuple[int, int]], told: Iterable[tuple[int, int]], behind: Iterable[tuple[int, int]]
) -> Mention:
    """A searched word with the state that its place gives it."""
    if word.asserted:
        return replace(word, state="past") if _within(word, past) else word
    if word.state == "hypothetical" and _within(word, behind):
        return replace(word, state="asserted" if _within(word, told) else BEHIND)
    return word


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about a condition."""
    content = (files("risk.advice") / "data" / "stop_words.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(content)["words"].split())


def _mentions(
    facts: Sequence[tuple[str, str, str, int, int]], cuts: Sequence[int], offset: int = 0
) -> Iterator[Mention]:
    for fact, detail, state, start, end in facts:
        yield Mention(fact, detail, state, start + offset, end + offset, bisect(cuts, start + offset))
