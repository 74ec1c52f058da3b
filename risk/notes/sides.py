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
#: States of verbs behind which "by" leads to who did it.
_SAID_BY = frozenset({"planned", "offered", "refused", "done", "denied"})
#: Words before a verb that has another subject than what stands before them.
_NEW_SUBJECT = frozenset({"and", "he", "she", "they", "who", "patient"})
#: What a treatment consists of, and words between a verb and it: "completed all 8 sessions".
_COURSES = frozenset({"times", "sessions", "session", "visits", "treatments", "appointments", "course", "series"})
_COURSE_WINDOW = 4
#: States of answers: "she never went", "was cancelled".
_ANSWERS = frozenset({"denied", "refused", "stopped"})
#: Names of treatments in general, and words between one and the colon behind it.
GENERAL = ("conservative care", "medication")
_TITLE_WINDOW = 4
#: States of what a consultant says rather than does.
_SAID = frozenset({"planned", "offered", "denied", "contraindicated"})
#: What a "no" denies through a list without "or": "no numbness, weakness, bladder changes"; and what joins its items.
_LISTED = frozenset(
    {"radicular_symptom", "symptom", "history", "cause", "treatment", "onset", "imaging", "evaluation", "activity"}
)
#: Who speaks of what they mean to do, where the clause tells nothing past; and words that tell it.
_INTENTION = frozenset({"i", "we", "let's", "us", "i'd", "i'll", "we'll", "we'd", "meantime", "meanwhile"})
_PAST = frozenset(
    {
        *(
            "was",
            "were",
            "had",
            "has",
            "have",
            "did",
            "been",
            "ago",
            "since",
            "last",
            "prior",
            "previous",
            "previously",
        ),
        *("gave", "got", "took", "went", "came", "saw", "felt", "made", "found", "thought", "told", "put", "on"),
    }
)
_SHORTEST_PAST = 4
#: Words that a fragment may hold beside treatments: joints, and how a medicine is taken.
_IN_FRAGMENTS = frozenset(
    {"and", "or", "mg", "ml", "bid", "tid", "qid", "qd", "qhs", "hs", "daily", "prn", "po", "q", "h", "x", "a", "the"}
)
_JOINTS = frozenset({"and", "or", "nor", "/", "&", "any"})


def finish(clause: Clause, words: list[str], *, in_notes: bool) -> None:
    """Settle what needs the whole clause: "refractory to" a treatment, and the side of cues that can stand either."""
    treated = max((mention.at for mention in clause.mentions if mention.fact == "treatment"), default=-1)
    clause.mentions = [one for one in clause.mentions if one.detail != NEEDS_TREATMENT or treated > one.at]
    for cue in clause.cues:
        if cue.side == "either":
            cue.side = _side(cue, clause, words, in_notes=in_notes)
        elif cue.side in ("object", "subject"):
            cue.side = _side_of_verb(cue, clause, words)
        elif in_notes and cue.side == "after" and cue.cue.state in _ANSWERS:
            cue.side = _side_of_answer(cue, clause, words)
    if in_notes:
        _turn_dangling(clause, words)
        listed = [one for one in clause.mentions if one.fact in _LISTED]
        items = {place for one in listed for place in range(one.at, one.until)}
        _tell_roles(clause, words)
        for mention in listed:
            before = range(mention.at - 1, -1, -1)
            after = range(mention.until, len(words))
            mention.listed = _is_clear(before, items, words) and _is_clear(after, items, words)


def _tell_roles(clause: Clause, words: list[str]) -> None:
    """Tell titles, speakers and labels from treatments, and what kind of clause it is."""
    clause.mentions = [one for one in clause.mentions if not _is_title(one, clause, words)]
    for mention in clause.mentions:
        says = any(cue.at == mention.until and cue.side == "before" and cue.cue.state in _SAID for cue in clause.cues)
        mention.agent = mention.fact == "evaluation" and (says or words[mention.at - 1 : mention.at] == ["by"])
    first = clause.mentions[0] if clause.mentions else None
    if first and words[first.until : first.until + 1] == [":"]:
        first.label = not any(cue.at < first.at for cue in clause.cues)
    clause.entry = ":" in words[clause.at : min((cue.at for cue in clause.cues), default=clause.until)]
    own = words[clause.at : clause.until]
    spoken = not _INTENTION.isdisjoint(own) and not any(map(_is_past, own))
    clause.to_come = clause.to_come or spoken
    clause.fragment = _is_fragment(clause, words)


def _turn_dangling(clause: Clause, words: list[str]) -> None:
    """Let cues with nothing behind them speak of what was named before: "ESI - awaiting auth", "had 8 sessions"."""
    deeds = [one for one in clause.mentions if one.fact in _DEEDS]
    telling = [cue for cue in clause.cues if cue.cue.state in _OF_DEEDS]
    for cue in telling:
        course = not _COURSES.isdisjoint(words[cue.until : cue.until + _COURSE_WINDOW])
        if not deeds and cue.cue.state == "done" and course:
            cue.refers_back = True
        elif not deeds and cue.cue.state == "done" and (cue.at == clause.at or words[cue.at - 1] == "and"):
            cue.refers_back = cue.until == len(words) or words[cue.until] not in _PREPOSITIONS - {"on", "in"}
        alone = len(telling) == 1 and cue.cue.state == "planned" and cue.until - cue.at + (words[cue.at] != "will") > 1
        if alone and cue.side == "before" and deeds and deeds[-1].until <= cue.at:
            cue.side = "after"


def _is_title(mention: Mention, clause: Clause, words: list[str]) -> bool:
    """Whether a general name only heads the list of treatments behind it: "Conservative therapy to date: PT, …"."""
    if mention.detail in GENERAL and words[mention.until : mention.until + 1] == ["history"]:
        return True
    if mention.detail not in GENERAL or ":" not in words[mention.until : mention.until + _TITLE_WINDOW]:
        return False
    colon = words.index(":", mention.until)
    said = any(mention.until <= cue.at < colon for cue in clause.cues)
    listed = words[colon + 1 : colon + 2] == [";"] or any(
        one.fact == "treatment" and one.at > colon for one in clause.mentions
    )
    return listed and not said


def _is_past(word: str) -> bool:
    return word in _PAST or (word.endswith("ed") and len(word) > _SHORTEST_PAST)


def _is_fragment(clause: Clause, words: list[str]) -> bool:
    """Whether a clause is treatments and nothing else: "Heat.", "PT, naproxen 500 mg"."""
    if clause.cues or not any(mention.fact in _DEEDS for mention in clause.mentions):
        return False
    named = {place for mention in clause.mentions for place in range(mention.at, mention.until)}
    rest = {words[place] for place in range(clause.at, clause.until) if place not in named and words[place].isalpha()}
    return rest <= _IN_FRAGMENTS


def _is_clear(places: range, items: set[int], words: list[str]) -> bool:
    """Whether nothing but other items of a list stands from a mention to the next comma."""
    for place in places:
        if words[place] in PARTS or words[place] in ENDS:
            return True
        if place not in items and words[place] not in _JOINTS:
            return False
    return True


def _has_object(cue: CueAt, later: Mention, clause: Clause, words: list[str]) -> bool:
    """Whether a verb has its object right behind: "finished PT and declines any surgery", but not "was declined"."""
    passive = words[cue.at] in _PASSIVE or words[max(0, cue.at - 1) : cue.at] in ([one] for one in _PASSIVE)
    return cue.cue.state in _OF_DEEDS and not passive and _is_next(cue, later, clause, words)


def _side_of_answer(cue: CueAt, clause: Clause, words: list[str]) -> str:
    """Which side an answer governs: what stands before, or, where nothing does, what follows: "she didn't go to PT"."""
    deeds = [one for one in clause.mentions if one.fact in _DEEDS]
    later = next((one for one in deeds if one.at >= cue.until), None)
    if later is None or any(one.until <= cue.at for one in deeds):
        return "after"
    between = words[cue.until : later.at]
    leads = len(between) <= _OBJECT_WINDOW and (_PREPOSITIONS | _QUALIFIERS).issuperset(between)
    return "before" if leads else "after"


def _side_of_verb(cue: CueAt, clause: Clause, words: list[str]) -> str:
    """Which side a verb group governs: an object behind it, a subject before it; the other side if there is none."""
    deeds = [one for one in clause.mentions if one.fact in _DEEDS]
    earlier = [one for one in deeds if one.until <= cue.at]
    later = [one for one in deeds if one.at >= cue.until]
    if cue.side == "object":
        return "before" if later or not earlier else "after"
    if later and words[cue.until - 1] in _PREPOSITIONS and _is_next(cue, later[0], clause, words):
        return "before"  # "was referred for an epidural"
    return "after" if earlier or not later else "before"


def _is_next(cue: CueAt, later: Mention, clause: Clause, words: list[str]) -> bool:
    """Whether nothing but qualifiers and measures stands between a cue and a mention behind it."""
    measured = {place for one in clause.mentions if one.fact in MEASURES for place in range(one.at, one.until)}
    between = [words[place] for place in range(cue.until, later.at) if place not in measured]
    return len(between) <= _OBJECT_WINDOW and _QUALIFIERS.issuperset(between)


def _side(cue: CueAt, clause: Clause, words: list[str], *, in_notes: bool) -> str:
    """Which side a cue governs: "failed PT", "PT failed", "no relief from PT", "PT (no relief), NSAIDs (relief)"."""
    governed = [one for one in clause.mentions if one.fact not in MEASURES]
    if in_notes and cue.cue.state in _OF_DEEDS:
        governed = [one for one in governed if one.fact in _DEEDS] or governed
    earlier = [one for one in governed if one.until <= cue.at]
    later = [one for one in governed if one.at >= cue.until]
    if in_notes and later and _has_object(cue, later[0], clause, words):
        return "before"
    if in_notes and later and cue.cue.state in _OF_DEEDS and _is_next(cue, later[0], clause, words):
        own_subject = (
            bool(earlier) and words[max(0, cue.at - 1)] in _NEW_SUBJECT
        )  # "had PT and was offered an epidural"
        if own_subject or not earlier:
            return "before"
    if in_notes and earlier and cue.cue.state in _SAID_BY and words[cue.until : cue.until + 1] == ["by"]:
        return "after"  # "was brought up by neurosurgery"
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
