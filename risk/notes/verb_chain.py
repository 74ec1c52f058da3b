"""A verb group as a chain: each head with its mood, negation, voice and tense, and the heads that depend on it.

"Has not yet been able to complete" is two links: *able* (negated, after "been"), and under it *complete* ("to").
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from risk.notes.grammar import PARTICLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.notes.grammar import Grammar, Head

#: Words of a note that a group can hold.
_LONGEST = 16
#: Words within which the particle of a parted verb stands.
_PARTED_WITHIN = 6
#: Words within which a group comes to its first head.
_LEAD = 7
#: Words that give a verb its mood, by their key in ``verbs.toml``.
_MOODS = ("future", "wish", "should", "can", "perhaps", "could")
#: Words that are no infinitive, and so cannot stand behind one of those: "in May was".
_FINITE = frozenset({"is", "are", "was", "were", "am", "has", "had", "does", "did"})
#: Sorts of heads on which a verb may depend without "to": "started taking", "recommended doing".
_WITH_GERUND = frozenset({"deed", "begin", "finish", "plan", "offer", "consider", "avoid", "put_off", "stop", "refuse"})
#: Sorts of heads that may name whom they move: "advised her to", "would like him to".
_MOVING = ("plan", "want")
#: Sorts of qualities that a note gives without a verb: "reluctant to", "willing to".
_OF_PATIENT = frozenset({"want", "refuse", "unable", "able"})
#: What leads from "has been" to a treatment.
_BEEN_TO = ("to", "through")
_FORMS = ("base", "third", "past", "participle", "ing")
#: Letters that a word has more than, if its -ly may be an adverb's.
_SHORTEST_ADVERB = 4


@dataclass(frozen=True, slots=True)
class Link:
    """One head with what stands around it.

    ``mood`` is a key of ``verbs.toml`` (future, wish, should, can, perhaps, could), "to", "gerund", "did" or "";
    ``form`` that of the verb, "past|participle" where it can be either.
    """

    mood: str = ""
    negated: bool = False
    been: bool = False  # after a form of "be"
    perfect: bool = False  # after a form of "have"
    sort: str = ""
    form: str = ""
    kind: str = "verb"
    with_object: bool = False  # a pronoun stands inside: "put it off"

    @property
    def passive(self) -> bool:
        """Whether it is said of what the verb was done to."""
        return self.kind == "verb" and self.been and self.form == "participle"

    @property
    def bare(self) -> bool:
        """Whether no auxiliary stands before a finite verb or an infinitive."""
        return not (self.been or self.perfect)


@dataclass(slots=True)
class Chain:
    """Links from the outermost to the innermost; ``until`` is the place after the last one's words."""

    links: list[Link] = field(default_factory=list)
    until: int = 0
    of_person: bool = False  # the patient is moved to it: "advised her to try"


def read_chain(words: Sequence[str], at: int, grammar: Grammar) -> Chain | None:
    """Chain of the verb group that begins at a place, or None."""
    ahead = words[at : at + _LEAD]
    if grammar.heads.keys().isdisjoint(ahead):
        return None  # most groups end here: nothing that they could be of
    if ahead[0] in grammar.around["none"] and ahead[1:2] and not grammar.leads_to_noun(ahead[1]):
        return None
    chain = _Reader(words, at, grammar).read()
    return chain if chain.links and chain.until else None


class _Reader:
    """Reads one chain over the words from a place on, their contractions written out."""

    def __init__(self, words: Sequence[str], at: int, grammar: Grammar) -> None:
        self.grammar = grammar
        self.follows = words[at - 1] if at else ""
        self.words: list[str] = []
        self.untils: list[int] = []  # place in the note after each word
        until = min(len(words), at + _LONGEST)
        if grammar.contracted.keys().isdisjoint(words[at:until]):
            self.words, self.untils = list(words[at:until]), list(range(at + 1, until + 1))
        else:
            for place in range(at, until):
                for word in grammar.contracted.get(words[place], (words[place],)):
                    self.words.append(word)
                    self.untils.append(place + 1)
        self.contracted = words[at] in grammar.contracted
        self.chain = Chain()
        self.now = Link()

    def read(self) -> Chain:
        first = self.words[0]
        begun = 1 if first in self.grammar.around["have"] else 0  # "has no plans to"
        if begun or first in self.grammar.around["none"]:
            self._read_from(self._noun(begun))
            if self.chain.links or not begun:
                return self.chain
        self._read_from(1 if self.contracted and first in self.grammar.around["subjects"] else 0)
        return self.chain

    def _read_from(self, place: int) -> None:
        while 0 <= place < len(self.words):
            place = self._auxiliary(place) or self._head(place) or -1

    def _is(self, place: int, name: str) -> bool:
        return place < len(self.words) and self.words[place] in self.grammar.around[name]

    def _stands(self, place: int, *words: str) -> bool:
        return tuple(self.words[place : place + len(words)]) == words

    def _auxiliary(self, place: int) -> int:
        """Take in a word that stands around a head, and return the place after it; 0 if it is none."""
        word, now, ahead = self.words[place], self.now, self._skip(place + 1)
        if self._is(place, "not"):
            self.now = replace(now, negated=not now.negated)
        elif word == "to":
            if self.chain.links or not self._verb_at(ahead, "base"):
                return 0
            self.now = replace(now, mood="future" if now.been else now.mood or "to", been=False)
        elif word == "going" and now.been and self._stands(place + 1, "to"):
            self.now = replace(now, mood="future", been=False)
            return place + 2
        elif now.mood in _MOODS and word in _FINITE:
            return 0
        elif word == "been" and now.perfect and self._been_to(place + 1):
            self._link(Link(sort="deed", form="participle"), place + 2)
            return -1
        elif self._is(place, "be") and (word not in ("got", "gets") or self._verb_at(place + 1, "participle")):
            self.now = replace(now, been=True, mood=now.mood or ("to" if word == "be" else ""))
        elif self._is(place, "have") and self._stands(ahead, "to") and self._verb_at(ahead + 1, "base"):
            yet = "yet" in self.words[place:ahead]  # "has yet to start", "has to start"
            self.chain.links.append(replace(now, sort="yet" if yet else "plan", form="third"))
            self.now = Link(mood="to")
            return ahead + 1
        elif self._is(place, "have") and (self._stands(ahead, "been") or self._verb_at(ahead, "participle")):
            self.now = replace(now, perfect=True)
        elif self._is(place, "do") and (self._stands(place + 1, "not") or self._verb_at(ahead, "base")):
            self.now = replace(now, mood=now.mood or "did")
        elif mood := next((name for name in _MOODS if self._is(place, name)), ""):
            self.now = replace(now, mood=mood)
        elif not (place and self._is_adverb(word) and self._candidate(place) is None):
            return 0
        return place + 1

    def _been_to(self, place: int) -> bool:
        return any(self._stands(place, word) for word in _BEEN_TO) and not self._verb_at(place + 1, "base")

    def _head(self, place: int) -> int:
        """Take in a head, and return the place of what depends on it; 0 if there is none, -1 if nothing does."""
        head = self._candidate(place)
        if head is None:
            return 0
        after = place + 1 + len(head.rest) * head.stands(self.words, place)
        self._link(Link(sort=head.sort, form=self._form(head), kind=head.kind, with_object=head.with_object), after)
        return self._dependent(after)

    def _link(self, link: Link, after: int) -> None:
        now = self.now
        own = replace(link, mood=now.mood, negated=now.negated, been=now.been, perfect=now.perfect)
        self.chain.links.append(own)
        self.chain.until = self.untils[after - 1]

    def _noun(self, place: int) -> int:
        """Take in a noun of intent with its "no": "no real interest in", "plans to"; as :meth:`_head`."""
        begun = place
        while self._is(place, "determiners"):
            place += 1
        head = self.grammar.head_at(self.words, place, "noun")
        if head is None:
            return 0 if begun else -1
        self.now = Link(negated=any(self._is(one, "none") for one in range(begun, place)))
        after = place + 1 + len(head.rest)
        self._link(Link(sort=head.sort, kind="noun"), after)
        return self._dependent(after)

    def _skip(self, place: int) -> int:
        while place < len(self.words) and (self._is_adverb(self.words[place]) or self._is(place, "not")):
            place += 1
        return place

    def _is_adverb(self, word: str) -> bool:
        return word in self.grammar.around["adverbs"] or (word.endswith("ly") and len(word) > _SHORTEST_ADVERB)

    def _verb_at(self, place: int, form: str) -> bool:
        place = self._skip(place)
        head = self.grammar.head_at(self.words, place, "verb")
        return (head is not None and form in head.kinds) or (form == "base" and self._stands(place, "be"))

    def _candidate(self, place: int) -> Head | None:
        """Head that can stand at a place, given what stands before it."""
        own = self.grammar.heads.get(self.words[place], ())
        stand = (head for head in own if head.stands(self.words, place) and self._fits(head, place))
        return next(stand, None) or next((head for head in own if self._is_parted(head, place)), None)

    def _is_parted(self, head: Head, place: int) -> bool:
        """Whether the object of a verb parts it from its particle: "turned the injection down"."""
        behind = self.words[place + 1 : place + _PARTED_WITHIN]
        parted = len(head.rest) == 1 and head.rest[0] in PARTICLES and head.rest[0] in behind[2:]
        return parted and all(word.isalpha() for word in behind[: behind.index(head.rest[0])])

    def _fits(self, head: Head, place: int) -> bool:
        now = self.now
        alone = now == Link() and not self.chain.links
        if head.kind == "noun":
            return not (now.been or now.mood or self.chain.links) and head.sort != "none"
        if head.kind == "quality":
            return now.been or (alone and (head.sort in _OF_PATIENT or (bool(head.rest) and head.sort != "begin")))
        if "base" in head.kinds and not head.rest and self._stands(place + 1, "of"):
            return False  # "use of"
        if alone and "base" in head.kinds and self._is_noun(head, place):
            return False
        infinitive = "ing" if now.mood == "gerund" else "base"
        return not now.mood or not now.bare or infinitive in head.kinds

    def _is_noun(self, head: Head, place: int) -> bool:
        """Whether a word that can be a verb is a noun here: "a trial", "repeat injection", "use is precluded"."""
        also = not head.rest and self._is(place, "also_nouns")
        also = also or (
            self._is(place, "imperatives") and self.follows[:1].isalpha() and self.follows not in ("and", "to")
        )
        return also or self.follows in self.grammar.around["before_nouns"] or self._is(place + 1, "be")

    def _form(self, head: Head) -> str:
        if head.kind != "verb":
            return ""
        if self.now.mood and self.now.bare:
            return "ing" if self.now.mood == "gerund" else "base"
        if "participle" in head.kinds and not self.now.bare:
            return "participle"
        if {"past", "participle"} <= head.kinds:
            return "past|participle"
        return next(form for form in _FORMS if form in head.kinds)

    def _dependent(self, place: int) -> int:
        """Place of the verb that depends on the last head, or -1: "to start", "started taking", "told her to try"."""
        sort = self.chain.links[-1].sort
        moved = place + 1 + self._stands(place, "the")
        infinitive = self._skip(place)
        is_moved = sort in _MOVING and self._is(moved - 1, "objects") and self._stands(moved, "to")
        if is_moved and self._verb_at(moved + 1, "base"):
            self.chain.of_person, infinitive = True, moved
        if self._stands(infinitive, "to") and self._verb_at(infinitive + 1, "base"):
            self.now = Link(mood="to", negated="not" in self.words[place:infinitive])
            return infinitive + 1
        if sort in _WITH_GERUND and self._verb_at(place, "ing"):
            self.now = Link(mood="gerund")
            return place
        someone = self._is(place + 1, "patients") or self._is(place + 1, "clinicians")
        that = sort in _MOVING and self._stands(place, "that") and someone
        if that and self._verb_at(place + 2, "base"):  # "recommended that he undergo"
            self.now = Link(mood="to")
            return place + 2
        return -1
