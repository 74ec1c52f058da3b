"""Candidates by full-text search, for what the guide has no rule for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from risk.advice.choice import SEVENTH_OPEN, SIDE_DENIED, SIDE_OPEN, Candidate
from risk.advice.reading import BEHIND, Mention, Record
from risk.advice.search import Hit, Search
from risk.advice.signs import BARE_PAIN, Signs

#: A wording that has all the words and hardly any other is what the record says; one that fits worse is not shown.
_SUPPORTED, _SHOWN = 0.85, 0.6
#: Codes of two categories that fit as well as each other are a question, and no answer.
_AS_WELL = 0.005
#: Codes for each passage of the record.
_PER_PASSAGE = 6
#: Words of the longest wordings: more than that is no one condition.
_LONGEST_WORDING = 30
#: Codes that say less than the passage, where none says all of it.
_GENERAL = 2
#: Beside a condition of the guide only a condition counts, and no circumstance: not chapters 20 and 21.
_CIRCUMSTANCES = frozenset("VWXYZ")
#: A single word leads to a code only if the wording has no other: "Smith" is no syndrome.
_ENOUGH_WORDS = 2
#: Facts whose words are not searched for, and of what else is found beside them.
_GUIDED, _BESIDE = ("condition", "postprocedural"), 3
#: Terms of the guide that are conditions of their own where it has no other.
_OWN_CONDITIONS = ("cancer", "injury", "radicular_symptom", "psychological", "postprocedural", "limb part")
_SAYS_IT = "the record says what the title does"
_SOURCE = "tabular list, titles and inclusion terms"


@dataclass(frozen=True)
class _Passage:
    """Codes for some words, the best first, and what the record has to say for that one: "" for nothing more."""

    hits: Sequence[Hit]
    when: str


def found_candidates(record: Record, signs: Signs, search: Search) -> list[Candidate]:
    """Codes for the words that no term of the guide covers, with the sides and the like beside them.

    What is denied, suspected or of someone else is left out; what is past leads to codes of history.
    """
    guided = any(one.condition != BARE_PAIN for one in signs.findings)
    taken = [one for one in record.mentions if one.fact in _GUIDED and one.detail != BARE_PAIN]
    known = [one for one in record.mentions if (guided and one.fact != "cancer") or one.fact not in _OWN_CONDITIONS]
    without = _words_of(one for one in record.searched if one.state == "denied")
    words = [one for one in record.searched if one.asserted and not _covered(one, taken)]
    found = [
        passage
        for free in _free_passages(words, taken, record.breaks)
        if any(not _covered(one, known) and search.knows_any(one.detail) for one in free)
        for passage in _passages(free, record.breaks, search, without)
    ]
    if guided:
        found = [
            replace(one, hits=one.hits[:_BESIDE])
            for one in found
            if not one.when and one.hits[0].code[0] not in _CIRCUMSTANCES
        ]
    found += _symptoms_behind(record, search)
    now = [_candidate(hit, one.when if at == 0 else _SAYS_IT) for one in found for at, hit in enumerate(one.hits)]
    return [*now, *_histories(_words_of(one for one in record.searched if one.state == "past"), search)]


def _symptoms_behind(record: Record, search: Search) -> Iterator[_Passage]:
    """Symptoms behind what is to be ruled out: codes of chapter 18 that say all the words of an item, and no others."""
    items: dict[int, list[Mention]] = {}
    for one in record.searched:
        if one.state == BEHIND:
            items.setdefault(one.stretch, []).append(one)
    for words in dict.fromkeys(tuple(_words_of(own)) for own in items.values()):
        hits = search.hits(words, 1)
        if hits and hits[0].code[0] == "R" and _supported(hits[0]):
            yield _Passage(hits, "")


def _histories(past: Sequence[str], search: Search) -> list[Candidate]:
    """Codes of personal history for what is past, where it is no longer treated (guideline I.C.21.c.4)."""
    if not past:
        return []
    hits = search.hits(["personal", "history", *past], _PER_PASSAGE)
    when = "it is past, no longer treated, and bears on the visit"
    return [_candidate(one, when) for one in hits if one.code[0] == "Z" and one.recall == 1]


def _words_of(mentions: Iterable[Mention]) -> list[str]:
    return list(dict.fromkeys(word for one in mentions for word in one.detail.split()))


def _covered(word: Mention, mentions: Sequence[Mention]) -> bool:
    return any(own.start < word.end and word.start < own.end for own in mentions)


def _free_passages(
    words: Sequence[Mention], taken: Sequence[Mention], breaks: Sequence[Sequence[int]]
) -> Iterator[Sequence[Mention]]:
    """Words between separators, the widest stretches without a condition of the guide."""
    if not words:
        return
    start, end = min(one.start for one in words), max(one.end for one in words)
    if not any(start < own.end and own.start < end for own in taken):
        yield words
    elif breaks:
        for part in _parted(words, breaks[0]):
            yield from _free_passages(part, taken, breaks[1:])


def _passages(
    words: Sequence[Mention], breaks: Sequence[Sequence[int]], search: Search, without: Sequence[str]
) -> list[_Passage]:
    """Codes for the words together where one wording has them all, else for the parts between separators."""
    spelled = _words_of(words)
    if len(spelled) > _LONGEST_WORDING:
        return _of_parts(words, breaks, search, without)
    hits = [one for one in search.hits(spelled, _PER_PASSAGE, without) if one.fit >= _SHOWN]
    if hits and hits[0].recall == 1:
        rivals = [one for one in hits if _rival(one, hits[0])]
        settles = _supported(hits[0]) and not rivals
        return [_Passage([one for one in hits if one.recall == 1], "" if settles else _SAYS_IT)]
    if both := _both_sides(spelled, search):
        return [_Passage([one], "") for one in both]
    if found := _of_parts(words, breaks, search, without):
        return found
    hits = list(dict.fromkeys([*hits, *search.general(spelled, _GENERAL)]))
    return [_Passage(hits, _SAYS_IT)] if hits else []


def _of_parts(
    words: Sequence[Mention], breaks: Sequence[Sequence[int]], search: Search, without: Sequence[str]
) -> list[_Passage]:
    """Codes for the parts between the strongest separators there are; none where there are none."""
    for at, places in enumerate(breaks):
        parts = _parted(words, places)
        if len(parts) > 1:
            return [found for part in parts for found in _passages(part, breaks[at + 1 :], search, without)]
    return []


def _both_sides(words: Sequence[str], search: Search) -> list[Hit]:
    """A code for each side of what is bilateral and has no such code (guideline I.B.13); empty where there are none."""
    if "bilateral" not in words:
        return []
    others = [word for word in words if word != "bilateral"]
    best = [hit for side in ("right", "left") for hit in search.hits([*others, side], 1) if _supported(hit)]
    return best if len(best) == len(("right", "left")) else []


def _parted(words: Sequence[Mention], breaks: Sequence[int]) -> list[list[Mention]]:
    parts: dict[int, list[Mention]] = {}
    for one in words:
        parts.setdefault(sum(place < one.start for place in breaks), []).append(one)
    return list(parts.values())


def _rival(hit: Hit, best: Hit) -> bool:
    other = hit.code[:3] != best.code[:3] and hit.code[0] not in _CIRCUMSTANCES
    return other and hit.within == best.within and best.fit - hit.fit < _AS_WELL


def _supported(hit: Hit) -> bool:
    return hit.recall == 1 and hit.fit >= _SUPPORTED and (hit.within or hit.matched >= _ENOUGH_WORDS)


def _candidate(hit: Hit, when: str) -> Candidate:
    document = ["what the title says beyond the words given"] if not hit.within else []
    left_open = set()
    if hit.seventh:
        document.append("what the seventh character counts: the encounter, stage or child")
        left_open.add(SEVENTH_OPEN)
    if hit.unspecified_side:
        document.append("the side")
        left_open.add(SIDE_OPEN)
    elif hit.unspecified:
        document.append("what the code leaves unspecified, if it is known")
    return Candidate(
        code=hit.code,
        when=when,
        why=f"by the wording of the tabular list: {hit.wording}",
        document=tuple(document) or ("the condition in the clinician's words",),
        payers=_payers(hit),
        source=_SOURCE,
        open=frozenset() if when else frozenset(left_open),
    )


def _payers(hit: Hit) -> str:
    if hit.unspecified_side:
        return SIDE_DENIED
    return "Unspecified; commonly reported: payers ask for more where the record has it." if hit.unspecified else ""
