"""What needs a whole clause to be settled: which side a cue governs, and which mentions are items of one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.notes.mentions import MEASURES, NEEDS_TREATMENT
from risk.notes.tokens import ENDS, PARTS

if TYPE_CHECKING:
    from risk.notes.mentions import Clause, CueAt, Mention

#: Words after which a cue of either side governs what follows: "no relief from …".
_PREPOSITIONS = frozenset(
    {"from", "with", "after", "of", "to", "despite", "following", "on", "by", "in", "for", "w/", ":"}
)
#: Facts that can be done, and states of cues that speak of them alone.
_DEEDS = frozenset({"treatment", "evaluation", "imaging"})
_OF_DEEDS = frozenset({"failed", "stopped", "helped", "refused", "done", "planned", "offered", "contraindicated"})
#: A verb after one of these has its object before it; words that may stand between a verb and its object.
_PASSIVE = frozenset({"was", "were", "is", "are", "been", "be", "being"})
_QUALIFIERS = frozenset(
    {
        *("a", "an", "the", "any", "all", "his", "her", "their", "this", "these", "more", "further", "another", "some"),
        *(
            "additional",
            "other",
            "formal",
            "oral",
            "multiple",
            "several",
            "both",
            "repeat",
            "lumbar",
            "cervical",
            "left",
        ),
        *(
            "right",
            "bilateral",
            "spine",
            "a",
            "trial",
            "trials",
            "of",
            "course",
            "courses",
            "prior",
            "two",
            "three",
            ":",
        ),
    }
)
_OBJECT_WINDOW = 3
#: What a "no" denies through a list without "or": "no numbness, weakness, bladder changes"; and what joins its items.
_LISTED = frozenset(
    {"radicular_symptom", "symptom", "history", "cause", "treatment", "onset", "imaging", "evaluation", "activity"}
)
_JOINTS = frozenset({"and", "or", "nor", "/", "&", "any"})


def finish(clause: Clause, words: list[str], *, in_notes: bool) -> None:
    """Settle what needs the whole clause: "refractory to" a treatment, and the side of cues that can stand either."""
    treated = max((mention.at for mention in clause.mentions if mention.fact == "treatment"), default=-1)
    clause.mentions = [one for one in clause.mentions if one.detail != NEEDS_TREATMENT or treated > one.at]
    for cue in clause.cues:
        if cue.side == "either":
            cue.side = _side(cue, clause, words, in_notes=in_notes)
    if in_notes:
        listed = [one for one in clause.mentions if one.fact in _LISTED]
        items = {place for one in listed for place in range(one.at, one.until)}
        for mention in listed:
            before = range(mention.at - 1, -1, -1)
            after = range(mention.until, len(words))
            mention.listed = _is_clear(before, items, words) and _is_clear(after, items, words)


def _is_clear(places: range, items: set[int], words: list[str]) -> bool:
    """Whether nothing but other items of a list stands from a mention to the next comma."""
    for place in places:
        if words[place] in PARTS or words[place] in ENDS:
            return True
        if place not in items and words[place] not in _JOINTS:
            return False
    return True


def _has_object(cue: CueAt, later: Mention, words: list[str]) -> bool:
    """Whether a verb has its object right behind: "finished PT and declines any surgery", but not "was declined"."""
    passive = words[cue.at] in _PASSIVE or words[max(0, cue.at - 1) : cue.at] in ([one] for one in _PASSIVE)
    between = words[cue.until : later.at]
    return (
        cue.cue.state in _OF_DEEDS
        and not passive
        and len(between) <= _OBJECT_WINDOW
        and _QUALIFIERS.issuperset(between)
    )


def _side(cue: CueAt, clause: Clause, words: list[str], *, in_notes: bool) -> str:
    """Which side a cue governs: "failed PT", "PT failed", "no relief from PT", "PT (no relief), NSAIDs (relief)"."""
    governed = [one for one in clause.mentions if one.fact not in MEASURES]
    if in_notes and cue.cue.state in _OF_DEEDS:
        governed = [one for one in governed if one.fact in _DEEDS] or governed
    earlier = [one for one in governed if one.until <= cue.at]
    later = [one for one in governed if one.at >= cue.until]
    if in_notes and later and _has_object(cue, later[0], words):
        return "before"
    between = [other for other in clause.cues if later and cue.until <= other.at < later[0].at and other is not cue]
    purpose = bool(between) and between[0].at == cue.until and between[0].cue.state == "hypothetical"
    if between and (purpose or words[cue.until] not in _PREPOSITIONS):
        later = []  # governed by the cue between ("ordered to rule out"), unless a preposition leads there
    if later and words[cue.until] in _PREPOSITIONS:
        return "before"
    if not later:
        return "after"
    if earlier and earlier[-1].segment == cue.segment:
        return "after"
    if later[0].segment == cue.segment:
        return "before"
    return "after" if earlier else "before"
