"""The state of each mention: done and failed, planned, denied, someone else's …, from the cues of its clause.

A cue that stands before governs the mentions after it up to the next such cue ("failed PT, NSAIDs, gabapentin"); one
that stands after governs the mentions before it ("PT and NSAIDs without relief"). Where both claim a mention they are
weighed: an outcome completes a "tried", a refusal answers an offer, a condition or another person outweighs both, else
the nearer wins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.notes.mentions import MEASURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.notes.mentions import Clause, CueAt, Mention

_OUTCOMES = frozenset({"failed", "stopped", "helped", "contraindicated"})
#: "unsaid": named, and nothing said of it ("no family history of osteoporosis").
_OVERRIDING = frozenset({"hypothetical", "someone_else", "unsaid"})
_INTENTS = frozenset({"planned", "offered"})
_FINDING = frozenset({"denied", "doubted", "gone", "affirmed", *_OVERRIDING})
_TREATMENT = frozenset(
    {
        "failed",
        "stopped",
        "helped",
        "done",
        "planned",
        "offered",
        "refused",
        "contraindicated",
        "denied",
        "omitted",
        "conditional",
        "tentative",
        "doubted",
        "handed",
        *_OVERRIDING,
    }
)
#: What is done unless the note says otherwise.
_DEEDS = frozenset({"treatment", "evaluation"})
_WITH_IMAGING = _DEEDS | {"imaging"}
#: What an entry says of the treatment that is its label: "Injection: will decide after PT".
_OF_LABELS = frozenset({"planned", "offered", "refused", "denied", "omitted", "contraindicated"})
#: What takes over the state of a section beside deeds, and which states.
_IN_SECTIONS = ("imaging", "duration", "guidance", "block_purpose")
_OF_SECTIONS = ("planned", "offered", "refused", "denied", "omitted", "hypothetical")
#: What is begun by the patient once it was shown or given to him.
_TAUGHT = ("home exercise", "brace", "activity modification", "TENS")
#: Cues behind a treatment that answer a plan or an offer before it.
_ANSWERS = frozenset({"done", "stopped", "refused", "denied", "omitted", "offered", "accepted"})
#: Which cues can say something about which facts; a cause cannot be refused, and pain cannot be planned.
_GOVERNED = {
    "treatment": _TREATMENT,
    "evaluation": _TREATMENT,
    "activity": _FINDING | {"helped", "eased"},
    **dict.fromkeys(("provocation_test", "neurological", "examination"), _FINDING | {"negative"}),
    **dict.fromkeys(("education", "follow_up", "as_needed"), _OVERRIDING | {"denied"}),
    **dict.fromkeys(("guidance", "block_purpose"), _OVERRIDING | {"denied", "planned"}),
    "imaging": frozenset(
        {
            "done",
            "planned",
            "offered",
            "refused",
            "contraindicated",
            "denied",
            "omitted",
            "conditional",
            "doubted",
            *_OVERRIDING,
        }
    ),
    **dict.fromkeys(MEASURES, _OVERRIDING),
    "exam_quality": _OVERRIDING | {"denied"},
}
_SHOWN = {
    "failed": "done_failed",
    "stopped": "done_failed",
    "helped": "done_helped",
    "gone": "denied",
    "omitted": "denied",
    "doubted": "denied",
    "conditional": "hypothetical",
    "negative": "denied",
    "eased": "eases",
}
#: States of a treatment that its duration takes over: six weeks of planned therapy are no past six weeks.
_OF_TREATMENT = frozenset({"planned", "offered", "refused", "denied", "hypothetical", "someone_else"})
#: Tokens between a duration and the treatment it belongs to.
_DURATION_WINDOW = 6


def clause_states(clause: Clause) -> list[str]:
    """State of each mention of a clause, in the order of the mentions."""
    states = [_state(mention, clause) for mention in clause.mentions]
    if not _OF_TREATMENT.isdisjoint(states):
        for place, mention in enumerate(clause.mentions):
            if mention.fact == "duration" and states[place] == "asserted":
                states[place] = _duration_state(mention, clause, states)
    return [_shown(mention, state) for mention, state in zip(clause.mentions, states, strict=True)]


def _shown(mention: Mention, state: str) -> str:
    if mention.fact == "imaging" and state == "done":
        return "asserted"
    return "eases" if mention.fact == "activity" and state == "helped" else _SHOWN.get(state, state)


def bare_outcomes(clause: Clause) -> tuple[str, ...]:
    """What a clause that names no treatment tells of those just before, in order ("No improvement.", "he did it")."""
    told: list[str] = []
    if clause.entry or any(mention.fact == "treatment" for mention in clause.mentions):
        return ()
    pronouns = any(cue.refers_back for cue in clause.cues)
    for cue in clause.cues:
        state = cue.cue.state
        if cue.refers_back:
            told.append(state)
        elif pronouns and cue.side == "before":
            continue
        elif state in ("failed", "stopped", "helped", "refused"):
            return (*told, state) if cue.side == "after" else tuple(told)
        elif state == "denied" and cue.side == "after" and cue.until - cue.at > 1:  # "… but never went."
            return (*told, state)
        elif state != "done":
            break
    return tuple(told)


def completed(state: str, outcomes: Sequence[str]) -> str:
    """State of a treatment once the clause behind its own has told what became of it."""
    for outcome in outcomes:
        if _completes(outcome, state) or (state in _INTENTS and outcome in ("done", *_INTENTS)):
            state = _SHOWN.get(outcome, outcome)
        elif (state, outcome) == ("denied", "planned"):
            state = "planned"
    return state


def _completes(outcome: str, state: str) -> bool:
    """Whether a later cue tells how it went on: what was done failed, what was recommended was refused or stopped."""
    return (state == "done" and outcome in _OUTCOMES) or (
        state in _INTENTS and outcome in ("refused", "stopped", "denied", "omitted")
    )


def _state(mention: Mention, clause: Clause) -> str:
    if mention.agent:
        return "done"
    if clause.cues:
        before, before_at = _before(mention, clause)
        after, after_at, first = _after(mention, clause)
        if (
            before == "hypothetical"
            and _follows_condition(mention, clause)
            and (after in _INTENTS or (mention.fact in _WITH_IMAGING and _condition_is_told(mention, clause)))
        ):
            before = ""
        state = _weigh(before, mention.at - before_at, after, after_at - mention.until, first)
        if state == "tentative":
            return "planned"
        if state == "handed":
            return "planned" if clause.section == "planned" or mention.detail in _TAUGHT else "done"
        if state and state != "affirmed":
            return state
    if clause.section == "someone_else":
        return "someone_else"
    if mention.label and (said := next((cue for cue in clause.cues if cue.cue.state in _OF_LABELS), None)):
        return said.cue.state
    if mention.fact in _WITH_IMAGING and any(cue.cue.condition and cue.at > mention.at for cue in clause.cues):
        return "hypothetical"
    if mention.fact in _DEEDS:
        return clause.section or ("planned" if clause.to_come or _follows_condition(mention, clause) else "done")
    if mention.fact == "imaging" and (clause.to_come or _follows_condition(mention, clause)):
        return "planned"
    return clause.section if clause.section in _OF_SECTIONS and mention.fact in _IN_SECTIONS else "asserted"


def _follows_condition(mention: Mention, clause: Clause) -> bool:
    """Whether a mention stands in a later part than the condition: "if PT fails, an MRI will be ordered"."""
    return any(cue.cue.condition and cue.until <= mention.at and cue.segment < mention.segment for cue in clause.cues)


def _condition_is_told(mention: Mention, clause: Clause) -> bool:
    """Whether what a condition says is complete before a mention's part: "if that does not help, an MRI"."""
    condition = next(cue for cue in clause.cues if cue.cue.condition)
    return any(
        condition.until <= cue.at < mention.at and cue.segment < mention.segment and cue.cue.state in _OUTCOMES
        for cue in clause.cues
    )


def _before(mention: Mention, clause: Clause) -> tuple[str, int]:
    """State the cues before a mention give it, and the place of the nearest; "" if none does."""
    governed = _GOVERNED.get(mention.fact, _FINDING)
    nearest, start, place = "", -1, -1
    for cue in reversed(clause.cues):
        if cue.side != "before" or cue.until > mention.at or cue.cue.state not in governed:
            continue
        state = cue.cue.state
        if not _reaches(cue, mention, clause):
            continue
        if state in ("someone_else", "unsaid"):
            return state, cue.at
        between = nearest and any(
            cue.until <= one.at and one.until <= place and one.fact not in MEASURES for one in clause.mentions
        )
        if not nearest:
            nearest, start, place = state, cue.at, cue.until
        elif not between:
            nearest = _compose(state, nearest, touching=cue.until == start, same_segment=cue.segment == mention.segment)
    return nearest, place


def _compose(earlier: str, nearer: str, *, touching: bool, same_segment: bool) -> str:
    """State by two cues in a row before one mention: "no relief after", "declines referral to", "if still on"."""
    if nearer == "tentative":
        return earlier
    if earlier == "denied" and nearer == "helped" and touching:
        return "failed"  # "is not" + "improved after"
    if nearer in _OVERRIDING or (earlier == "denied" and nearer in _OUTCOMES and not touching):
        return nearer  # "not failed" denies a failure, "not better despite" does not
    if earlier == "hypothetical" and (same_segment or nearer in _OUTCOMES):  # "if no relief with PT"
        return earlier
    if earlier in ("denied", "refused", "doubted"):
        return earlier
    if nearer == "done" and earlier in _OUTCOMES:
        return earlier
    if nearer in ("planned", "done") and earlier == "offered" and same_segment:
        return earlier
    if nearer == "done" and earlier == "planned" and touching:  # "would benefit from continued therapy"
        return earlier
    if nearer == "offered" and earlier == "failed":  # "has exhausted conservative options"
        return earlier
    return nearer


def _reaches(cue: CueAt, mention: Mention, clause: Clause) -> bool:
    if cue.limit is not None and mention.at > cue.limit:
        return False
    if cue.cue.reach == "next" or (mention.fact == "follow_up" and cue.cue.state == "denied"):
        return not any(cue.until <= one.at < mention.at for one in clause.mentions)
    if cue.cue.reach == "segment" and cue.segment != mention.segment:
        if mention.listed and not any(cue.until <= other.at < mention.at for other in clause.cues):
            return True
        return any(place > cue.at for place in clause.alternatives)
    return True


def _reaches_back(cue: CueAt, mention: Mention, clause: Clause) -> bool:
    """Whether a cue behind reaches a mention: "failed" runs back through a list, "suspected" only over its own item."""
    if mention.fact in MEASURES:
        return False
    return mention.fact in _WITH_IMAGING or cue.segment == mention.segment or bool(clause.alternatives)


def _after(mention: Mention, clause: Clause) -> tuple[str, int, str]:
    """State the cues after a mention give it, the place of the nearest and its own state; "" if none does."""
    governed = _GOVERNED.get(mention.fact, _FINDING)
    state, place, first = "", -1, ""
    opened = -1  # where a cue opens that governs what follows it
    for cue in clause.cues:
        if cue.at < mention.until:
            continue
        if cue.cue.condition:
            break
        if cue.side == "before":
            opened = cue.until if opened < 0 else opened
            continue
        if cue.cue.state not in governed or not _reaches_back(cue, mention, clause):
            continue
        since = place if state else opened
        if since >= 0 and any(since <= one.at < cue.at for one in clause.mentions if one.fact == mention.fact):
            break  # the cue speaks of a later mention
        if not state:
            state, place, first = cue.cue.state, cue.at, cue.cue.state
            if cue.refers_back and state == "planned":
                first = "accepted"
            elif state == "done" and cue.at == mention.until and cue.until - cue.at == 1:
                first = "complement"  # "wants RFA repeated"
            elif state in _INTENTS and cue.segment != mention.segment:
                first = "apart"
        elif _completes(cue.cue.state, state):
            state = cue.cue.state
        elif state in _INTENTS and cue.cue.state == "done" and not _deed_between(mention, cue, clause):
            state = first = "done"
        elif state != "done" or cue.cue.state != "done":
            break
    return state, place, first


def _deed_between(mention: Mention, cue: CueAt, clause: Clause) -> bool:
    return any(mention.until <= one.at < cue.at for one in clause.mentions if one.fact in _WITH_IMAGING)


def _weigh(before: str, before_distance: int, after: str, after_distance: int, first: str) -> str:
    if not before or not after:
        return before or after
    if before in _OVERRIDING:
        return before
    if before == "doubted" and after != "helped":
        return before  # "did not feel that opioids were warranted"
    if before in ("denied", "doubted") and after in ("helped", "failed"):
        return "failed"  # "neither PT nor chiropractic helped", "… gave any relief"
    if before in _INTENTS and first == "complement":
        return before
    if before == "done" and first == "apart":
        return before  # "continue Norco, recheck next visit"
    if before in ("done", "affirmed", "tentative") or (before in _INTENTS and first in _ANSWERS):
        return after
    return before if before_distance <= after_distance else after


def _duration_state(mention: Mention, clause: Clause, states: Sequence[str]) -> str:
    nearby = [
        (min(abs(one.at - mention.until), abs(mention.at - one.until)), state)
        for one, state in zip(clause.mentions, states, strict=True)
        if one.fact == "treatment" and one.segment == mention.segment
    ]
    distance, state = min(nearby, default=(_DURATION_WINDOW + 1, ""))
    return state if distance <= _DURATION_WINDOW and state in _OF_TREATMENT else "asserted"
