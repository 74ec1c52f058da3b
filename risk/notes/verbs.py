"""What became of a treatment, told by a verb with its auxiliaries, negation and the verbs it depends on.

"Was supposed to start", "has not yet been able to complete", "will think about", "is not willing to do": nobody can
list them, so they are read. :mod:`risk.notes.verb_chain` takes a group apart, :mod:`risk.notes.verb_states` says what
it means; here is who acts, and where the treatment stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from risk.notes.tokens import ENDS
from risk.notes.verb_chain import read_chain
from risk.notes.verb_states import chain_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.notes.grammar import Grammar
    from risk.notes.verb_chain import Chain

#: Words before "to" that belong to another verb: "allows him to", "nothing to do with".
_NOT_BEFORE_TO = frozenset({"him", "her", "them", "me", "us", "nothing", "little", "how", "what"})
#: Sorts of heads whose subject is the patient.
_BY_PATIENT = frozenset({"want", "refuse", "unable", "able", "put_off", "avoid", "consider", "stop", "afford", "yet"})
#: Sorts of heads whose subject is the treatment.
_BY_TREATMENT = frozenset({"help", "worsen"})
#: Pronouns that never stand before a noun of their own.
_NEVER_BEFORE_NOUNS = frozenset({"it", "them", "so", "again"})
#: Words before a group in which its subject is looked for.
_SUBJECT_WINDOW = 4


@dataclass(frozen=True, slots=True)
class Group:
    """A verb group: what it says of its treatment, where it ends, and on which side the treatment stands.

    ``side``: "object" (active: behind it, unless nothing is there), "subject" (passive: before it), "either" (a
    participle alone), "after" (a pronoun stands for the treatment, which was named before: ``refers_back``).
    """

    state: str
    until: int
    side: str
    refers_back: bool = False
    of_person: bool = False  # the patient is moved to it: "advised her to"
    of_patient: bool = False  # only a patient does so: wants, declines, hopes
    by_name: bool = False  # the word before names who did so
    bare: bool = False  # a base form alone, which depends on what stands right before it


def read_group(words: Sequence[str], at: int, grammar: Grammar) -> Group | None:
    """Verb group that begins at a place, or None where none does or it says nothing of a treatment."""
    if words[at] == "to" and at and words[at - 1] in _NOT_BEFORE_TO:
        return None
    chain = read_chain(words, at, grammar)
    state = chain_state(chain.links, _subject(words, at, grammar)) if chain else ""
    if chain is None or not state:
        return None
    after = words[chain.until] if chain.until < len(words) else ""
    outermost, last = chain.links[0], chain.links[-1]
    by_patient = outermost.sort in _BY_PATIENT and not outermost.passive
    if last.with_object:  # "put it off"
        return Group(state, chain.until, "after", refers_back=True, of_person=chain.of_person, of_patient=True)
    if after in grammar.around["pronouns"] and is_object(words, chain.until, grammar):
        done = grammar.head_at(words, chain.until + 1, "verb")  # "would like to have it done"
        until = chain.until + 1 + (done is not None and not done.rest and "participle" in done.kinds)
        return Group(state, until, "after", refers_back=True, of_person=chain.of_person, of_patient=True)
    if by_patient and state in ("planned", "refused") and (not after or after in ENDS):  # "he would like to proceed."
        return Group(state, chain.until, "after", refers_back=True, of_patient=True)
    if (
        state == "refused"
        and after == "by"
        and not grammar.around["payers"].isdisjoint(words[chain.until : chain.until + 4])
    ):
        state = "denied"  # "turned down by her insurance"
    if last.sort == "help" and "only" in words[max(0, at - 1) : chain.until + 1]:
        state = "failed"  # "helped only for a day"
    if last.sort in _BY_TREATMENT and (after == "by" or last.been):
        return None  # "aggravated by sitting"
    named = at > 0 and any(words[at - 1] in grammar.around[name] for name in ("patients", "clinicians"))
    side = _side(chain, named=named)
    return Group(
        state,
        chain.until,
        side,
        refers_back=side == "subject" and at > 0 and words[at - 1] in grammar.around["pronouns"],
        of_person=chain.of_person,
        of_patient=by_patient,
        by_name=named,
        bare=len(chain.links) == 1 and last.form == "base" and not last.mood and not last.negated,
    )


def _side(chain: Chain, *, named: bool) -> str:
    last = chain.links[-1]
    if last.sort in _BY_TREATMENT or last.passive:
        return "subject"
    return "either" if last.form == "past|participle" and not (last.perfect or named) else "object"


def is_object(words: Sequence[str], at: int, grammar: Grammar) -> bool:
    """Whether a pronoun is an object, and does not stand before its noun: "do this", but not "do this exercise"."""
    after = words[at + 1] if at + 1 < len(words) else ""
    joined = not after[:1].isalpha() or after in grammar.around["after_pronouns"]
    return joined or words[at] in _NEVER_BEFORE_NOUNS


def _subject(words: Sequence[str], at: int, grammar: Grammar) -> str:
    """Who acts: "patient", "clinician", or "" where no word just before says."""
    for place in range(at, max(-1, at - 1 - _SUBJECT_WINDOW), -1):
        if not words[place][0].isalnum():
            break
        if words[place] in grammar.around["clinicians"]:
            return "clinician"
        if words[place] in grammar.around["patients"]:
            return "patient"
    return ""
