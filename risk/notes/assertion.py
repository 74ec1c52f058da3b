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
_FINDING = frozenset({"denied", "gone", "affirmed", *_OVERRIDING})
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
        *_OVERRIDING,
    }
)
#: What is done unless the note says otherwise.
_DEEDS = frozenset({"treatment", "evaluation"})
#: Which cues can say something about which facts; a cause cannot be refused, and pain cannot be planned.
_GOVERNED = {
    "treatment": _TREATMENT,
    "evaluation": _TREATMENT,
    "activity": _FINDING | {"helped", "eased"},
    **dict.fromkeys(("provocation_test", "neurological", "examination"), _FINDING | {"negative"}),
    **dict.fromkeys(("education", "follow_up", "as_needed", "guidance", "block_purpose"), _OVERRIDING | {"denied"}),
    "imaging": frozenset({"done", "planned", "offered", "refused", "contraindicated", "denied", *_OVERRIDING}),
    **dict.fromkeys(MEASURES, _OVERRIDING),
    "exam_quality": _OVERRIDING | {"denied"},
}
_SHOWN = {
    "failed": "done_failed",
    "stopped": "done_failed",
    "helped": "done_helped",
    "gone": "denied",
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


def bare_outcome(clause: Clause) -> str:
    """Outcome that a clause tells of the treatments just before, naming none itself ("No improvement."); or ""."""
    if not clause.cues or any(mention.fact == "treatment" for mention in clause.mentions):
        return ""
    for cue in clause.cues:
        if cue.cue.state in ("failed", "stopped", "helped", "refused"):
            return cue.cue.state if cue.side == "after" else ""
        if cue.cue.state == "denied" and cue.side == "after" and cue.until - cue.at > 1:  # "… but never went."
            return cue.cue.state
        if cue.cue.state != "done":
            return ""
    return ""


def completed(state: str, outcome: str) -> str:
    """State of a treatment once the clause behind its own has told the bare outcome."""
    return _SHOWN.get(outcome, outcome) if _completes(outcome, state) else state


def _completes(outcome: str, state: str) -> bool:
    """Whether a later cue tells how it went on: what was done failed, what was recommended was refused or stopped."""
    return (state == "done" and outcome in _OUTCOMES) or (
        state in _INTENTS and outcome in ("refused", "stopped", "denied")
    )


def _state(mention: Mention, clause: Clause) -> str:
    if clause.cues:
        before, before_at = _before(mention, clause)
        after, after_at = _after(mention, clause)
        if before == "hypothetical" and after in _INTENTS and _follows_condition(mention, clause):
            before = ""
        state = _weigh(before, mention.at - before_at, after, after_at - mention.until)
        if state and state != "affirmed":
            return state
    if clause.section == "someone_else":
        return "someone_else"
    if mention.fact in _DEEDS:
        if any(cue.cue.condition and cue.at > mention.at for cue in clause.cues):
            return "hypothetical"
        return clause.section or "done"
    return clause.section if clause.section and mention.fact in ("imaging", "duration") else "asserted"


def _follows_condition(mention: Mention, clause: Clause) -> bool:
    """Whether a mention stands in a later part than the condition: "if PT fails, an MRI will be ordered"."""
    return any(cue.cue.condition and cue.until <= mention.at and cue.segment < mention.segment for cue in clause.cues)


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
    if nearer in _OVERRIDING or (earlier == "denied" and nearer in _OUTCOMES and not touching):
        return nearer  # "not failed" denies a failure, "not better despite" does not
    if earlier == "hypothetical" and (same_segment or nearer in _OUTCOMES):  # "if no relief with PT"
        return earlier
    if earlier in ("denied", "refused"):
        return earlier
    if nearer == "done" and earlier in _OUTCOMES:
        return earlier
    if nearer in ("planned", "done") and earlier == "offered":
        return earlier
    return nearer


def _reaches(cue: CueAt, mention: Mention, clause: Clause) -> bool:
    if cue.limit is not None and mention.at > cue.limit:
        return False
    if cue.cue.reach == "next":
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
    return mention.fact in _DEEDS or cue.segment == mention.segment or bool(clause.alternatives)


def _after(mention: Mention, clause: Clause) -> tuple[str, int]:
    """State the cues after a mention give it, and the place of the nearest; "" if none does."""
    governed = _GOVERNED.get(mention.fact, _FINDING)
    state, place = "", -1
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
            state, place = cue.cue.state, cue.at
        elif _completes(cue.cue.state, state):
            state = cue.cue.state
        else:
            break
    return state, place


def _weigh(before: str, before_distance: int, after: str, after_distance: int) -> str:
    if not before or not after:
        return before or after
    if before in _OVERRIDING:
        return before
    if before == "denied" and after in ("helped", "failed"):
        return "failed"  # "neither PT nor chiropractic helped", "… gave any relief"
    if before in ("done", "affirmed") or (
        before in _INTENTS and after in ("done", "stopped", "refused", "denied", "offered")
    ):
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
