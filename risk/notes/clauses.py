"""From tokens to clauses: what is mentioned in each, and the cues that say what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.notes.grammar import load_grammar
from risk.notes.headings import heading_state
from risk.notes.lexicon import Cue
from risk.notes.meanings import outcome_at
from risk.notes.measures import read_letter, read_score
from risk.notes.mentions import Clause, CueAt, Mention
from risk.notes.quantities import read_quantity
from risk.notes.sides import finish
from risk.notes.tokens import ENDS, PARTS
from risk.notes.verbs import is_object, read_group

if TYPE_CHECKING:
    from risk.notes.lexicon import Phrase
    from risk.notes.meanings import Meaning, Meanings
    from risk.notes.quantities import Quantity
    from risk.notes.verbs import Group

_PERSON = Cue("someone_else", "before")
_ADVERSE = Cue("failed", "after")
_QUESTION = Cue("hypothetical", "after")
#: Words after which a clause is cut, however it goes on: no cue reaches so far, and reading costs its square.
LONGEST_CLAUSE = 250
#: States of cues that a pronoun can stand behind.
_ANSWERED = frozenset({"refused", "planned", "offered"})
#: Words behind "see" that make it a return.
_BACK = frozenset({"back", "again", "the"})
#: How far a verb group reaches, where not through a list.
_GROUP_REACH = {"denied": "segment"}
#: Words that lead a clause to what comes later.
_SEQUENCE = (("then",),)
#: States that a reason such as cost takes back to "done"; words that lead to a reason; and how far it is looked for.
_BROKEN_OFF = frozenset({"stopped", "failed"})
_CAUSAL = frozenset({"because", "due", "d/t", "since", "secondary", "owing", "lost", "ran", "when", "after", "for"})
_CAUSE_WITHIN, _REASON_WITHIN = 8, 4
#: States of cues that a bare verb right behind belongs to.
_WITH_INFINITIVE = frozenset({"refused", "denied", "planned", "offered", "hypothetical", "contraindicated"})
#: What can be the answer of a form.
_ANSWERS = (("no",), ("never",), ("denies",))


def read_clauses(words: list[str], section: str, meanings: Meanings) -> tuple[list[Clause], str]:
    """Clauses of whole sentences in a section, those that say nothing left out, and the section after them."""
    reader = _Reader(words, section, meanings)
    return reader.read(), reader.section


class _Reader:
    def __init__(self, words: list[str], section: str, meanings: Meanings) -> None:
        self.words, self.lexicon, self._known = words, meanings.lexicon, meanings
        self.meanings = list(map(meanings.__getitem__, words))
        self.section = section
        self.segment = 0
        self.at = self.began = 0  # place of the word in hand, and where the clause began
        self.first = 0  # place of the first word of the clause; -1 where the clause goes on after a boundary
        self.clause = Clause(section)
        self.clauses: list[Clause] = []

    def read(self) -> list[Clause]:
        done = self._begin_clause(0)
        for at, meaning in enumerate(self.meanings):
            if meaning is None or at < done:
                continue
            self.at = at
            if at - self.began > LONGEST_CLAUSE:
                self._end_clause()
            if meaning.role == "part":
                self.segment += 1
            else:
                done = self._item(at, meaning)
        self._end_clause()
        return self.clauses

    def _begin_clause(self, at: int) -> int:
        """Place after the commas, brackets and headings before the first word of a clause."""
        while at < len(self.words):
            if self.words[at] in PARTS:
                self.segment += 1
                at += 1
            elif after := self._heading(at):
                at = after
            else:
                break
        self.first = at
        return at

    def _end_clause(self) -> None:
        if self.clause.mentions or self.clause.cues:
            self.clause.until = self.at
            finish(self.clause, self.words, in_notes=self.lexicon.scores is not None)
            self.clauses.append(self.clause)
            self.clause = Clause(self.section, self.at)
        elif self.clause.alternatives:
            self.clause.alternatives.clear()
        self.segment, self.first, self.began = 0, -1, self.at

    def _heading(self, at: int) -> int:
        """Place after a known heading and its colon, or 0."""
        name = self.words[at : at + 6]
        if ":" not in name[1:]:
            return 0
        length = name.index(":", 1)
        title = " ".join(name[:length]).replace(" / ", "/").replace(" & ", "&")
        state = self.lexicon.sections.get(title)
        if state is None:
            listed = self.words[at + length + 1 : at + length + 2] in ([";"], ["\n"])
            state = self._unlisted(name[:length], over_list=listed)
        if state is None:
            return 0
        phrase = meaning.phrase_at(self.words, at) if (meaning := self.meanings[at]) else None
        if phrase and phrase.fact == "exam_subject":  # "Gait: normal"
            self.clause.mentions.append(Mention(phrase.fact, phrase.detail, at, at + length, self.segment))
        self.section = self.clause.section = state
        return at + length + 1

    def _unlisted(self, title: list[str], *, over_list: bool) -> str | None:
        """State of a heading that is not among those known, or None."""
        if self.lexicon.scores is None:
            return None
        return heading_state(title, read_clauses(title, "", self._known)[0], over_list=over_list)

    def _item(self, at: int, meaning: Meaning) -> int:
        """Take in what begins at a place, and return the place after it."""
        words, role = self.words, meaning.role
        if role == "end":
            if words[at] == "?":
                self.clause.cues.append(CueAt(_QUESTION, at, at + 1, self.segment, "after"))
            self._end_clause()
            return self._begin_clause(at + 1)
        if role == "patient or therapy" and self._is_patient(at):
            self._limit_person(at)
            return at + 1
        if meaning.opens_outcome and (outcome := outcome_at(words, at, self.lexicon)):
            self.clause.cues.append(CueAt(outcome[0], at, outcome[1], self.segment, "either"))
            return outcome[1]
        if role == "letter" and (found := read_letter(words, at, self.lexicon)):
            return self._quantity(found, at)
        phrase = meaning.phrase_at(words, at)
        if meaning.opens_group and (until := self._verbs(at, phrase)):
            return until
        if phrase:
            return self._phrase(phrase, at)
        if meaning.number is not None:
            found = read_score(words, at, meaning.number, self.lexicon)
            if found := found or read_quantity(words, at, meaning.number, self.lexicon):
                return self._quantity(found, at)
        if self._is_adverse(at):
            self.clause.cues.append(CueAt(_ADVERSE, at, at + 1, self.segment, "after"))
        elif role == "person":
            self._person(at)
        elif role == "patient":
            self._limit_person(at)
        elif role == "alternative":
            self.clause.alternatives.append(at)
        elif role == "speaker" and self.clause.mentions and any(cue.cue.condition for cue in self.clause.cues):
            self.segment += 1  # "if PT does not help we will …"
        return at + 1

    def _phrase(self, phrase: Phrase, at: int) -> int:
        until = at + len(phrase.words)
        if phrase.words == ("may",) and self._is_month(at):
            return until
        if phrase.boundary:
            to_come = phrase.words in _SEQUENCE and self._speaks_of_later()
            self._end_clause()
            self.clause.to_come = to_come
        elif phrase.fact:
            self.clause.mentions.append(Mention(phrase.fact, phrase.detail, at, until, self.segment, phrase.cue))
            if phrase.needs:
                self.clause.mentions[-1].detail = f"needs {phrase.needs}"
        named = (
            phrase.words[0] == "options" and at == self._after_last_mention()
        )  # "conservative options", which offer none
        if phrase.cue and not phrase.boundary and not named:
            if phrase.words == ("nor",):
                self.clause.alternatives.append(at)
            side = "after" if self._answers(phrase, at, until) else phrase.cue.side
            if side == "after" and self._heads(at, until):
                side = "before"
            cue = phrase.cue
            if cue.state in _BROKEN_OFF and self._for_other_reasons(until):
                cue = Cue("done", cue.side)
            back = cue.state in _ANSWERED and side != "after" and self._is_pronoun(until)
            self.clause.cues.append(CueAt(cue, at, until, self.segment, "after" if back else side, refers_back=back))
        return until

    def _speaks_of_later(self) -> bool:
        """Whether the clause so far is a condition or a plan, so that "then" leads to what comes later still."""
        told = [cue.cue for cue in self.clause.cues if cue.cue.state != "done"]
        return any(cue.condition for cue in told) or bool(told and told[-1].state in ("planned", "hypothetical"))

    def _for_other_reasons(self, at: int) -> bool:
        """Whether the sentence goes on with a reason that is no failure: "stopped because of the copay"."""
        if self.lexicon.scores is None:
            return False
        outside = load_grammar().around["outside"]
        reason = -1
        for place in range(at, min(at + _CAUSE_WITHIN + _REASON_WITHIN, len(self.words))):
            word = self.words[place]
            if word in ENDS or (reason >= 0 and (word in PARTS or place - reason > _REASON_WITHIN)):
                return False
            if word in outside and reason >= 0:
                return True
            if word in _CAUSAL:
                reason = place
        return False

    def _term_at(self, at: int) -> Phrase | None:
        """Term that begins at a place inside a verb group: "would like to see her again"."""
        meaning = self.meanings[at]
        phrase = meaning.phrase_at(self.words, at) if meaning else None
        if phrase is None or not phrase.fact:
            return None
        back = at + 1 < len(self.words) and self.words[at + 1] in load_grammar().around["objects"] | _BACK
        return phrase if phrase.detail != "return" or back else None  # "to see" a consultant

    def _is_adverse(self, at: int) -> bool:
        """Whether what a treatment did stands alone behind it: "gabapentin: dizzy", "naproxen (rash)"."""
        if self.lexicon.scores is None or self.words[at] not in load_grammar().around["adverse"] or not at:
            return False
        beside = self.words[at - 1] == ":" or (self.words[at - 1] in PARTS and self.words[at - 1] != ",")
        after = self.words[at + 1] if at + 1 < len(self.words) else "."
        treated = any(one.fact == "treatment" for one in self.clause.mentions)
        return beside and treated and (after in ENDS or after in PARTS or after == "and")

    def _is_pronoun(self, at: int) -> bool:
        """Whether a pronoun stands at a place for a treatment named before: "wants no part of it"."""
        grammar = load_grammar()
        known = at < len(self.words) and self.words[at] in grammar.around["pronouns"]
        return known and self.lexicon.scores is not None and is_object(self.words, at, grammar)

    def _verbs(self, at: int, phrase: Phrase | None) -> int:
        """Take in the verb group that begins at a place, where it says more than the phrase there; 0 if it does not.

        Notes on claims are telegrams, where a verb alone may be anything: there a group is of several words.
        """
        group = read_group(self.words, at, load_grammar())
        if group is None or (self.lexicon.scores is None and group.until - at == 1):
            return 0
        known = len(phrase.words) if phrase else 0
        longer = group.until - at > known or (group.until - at == 1 and group.by_name)
        terms = [one for place in range(at + 1, group.until) if (one := self._term_at(place))]
        terms += [phrase] if phrase and phrase.fact else []
        if group.refers_back and terms and terms[0].fact == "education":  # "would like to proceed."
            self.clause.mentions.append(Mention(terms[0].fact, terms[0].detail, at, group.until, self.segment))
        elif terms or not (longer or (group.bare and self._touches(at))):
            return 0
        return self._group(group, at)

    def _touches(self, at: int) -> bool:
        """Whether a cue that a bare verb belongs to ends right here."""
        last = self.clause.cues[-1] if self.clause.cues else None
        return bool(last and last.until == at and last.cue.state in _WITH_INFINITIVE)

    def _group(self, group: Group, at: int) -> int:
        if group.bare and self._touches(at):
            self.clause.cues[-1].until = group.until  # "would rather not" + "have"
            return group.until
        if group.of_person or (group.of_patient and group.by_name):
            self._limit_person(at)
        state = "done" if group.state in _BROKEN_OFF and self._for_other_reasons(group.until) else group.state
        cue = Cue(state, "before", _GROUP_REACH.get(state, "list"))
        self.clause.cues.append(CueAt(cue, at, group.until, self.segment, group.side, refers_back=group.refers_back))
        return group.until

    def _answers(self, phrase: Phrase, at: int, until: int) -> bool:
        """Whether "no" is the answer to what stands before it, as in a form: "Surgery: no", "weakness - no, …"."""
        if phrase.words not in _ANSWERS or self.lexicon.scores is None:
            return False
        if until == len(self.words) or self.words[until] in ENDS:
            return True
        marked = self.words[at - 1 : at] in ([":"], [","], ["("]) or at == self._after_last_mention()
        return self.words[until] in PARTS and marked and bool(self.clause.mentions)

    def _after_last_mention(self) -> int:
        return self.clause.mentions[-1].until if self.clause.mentions else -1

    def _heads(self, at: int, until: int) -> bool:
        """Whether a cue and its colon head what follows: "Scheduled: medial branch blocks"."""
        colon = self.words[until : until + 1] == [":"]
        return colon and not any(one.segment == self.segment for one in self.clause.mentions if one.until <= at)

    def _is_month(self, at: int) -> bool:
        """Whether "may" is the month: a number behind it, or a word before it that leads to a date."""
        after = self.words[at + 1 : at + 2]
        return bool(after and after[0][0].isdigit()) or self.words[max(0, at - 1) : at] in (["in"], ["since"], ["of"])

    def _quantity(self, found: Quantity, at: int) -> int:
        if found.fact:
            self.clause.mentions.append(Mention(found.fact, found.detail, at, found.until, self.segment))
        if found.state:
            cue = Cue(found.state, "either")
            self.clause.cues.append(CueAt(cue, at, found.until, self.segment, "either"))
        return found.until

    def _person(self, at: int) -> None:
        before = self.words[at - 1] if at else ""
        after = self.words[at + 1] if at + 1 < len(self.words) else ""
        if (before == "and" and self._is_person(at - 2)) or (after == "and" and self._is_person(at + 2)):
            before = after = ""  # "mom and sister both had"
        if before not in self.lexicon.people_companions and after not in self.lexicon.people_reports:
            self.clause.cues.append(CueAt(_PERSON, at, at + 1, self.segment, "before"))

    def _is_person(self, at: int) -> bool:
        """Whether a relative is named at a place, or behind a possessive there."""
        own = self.words[at : at + 2] if at >= 0 else []
        if own[:1] in (["his"], ["her"]):
            own = own[1:]
        return bool(own and own[0] in self.lexicon.people)

    def _limit_person(self, at: int) -> None:
        for cue in self.clause.cues:
            if cue.cue.state == "someone_else" and cue.limit is None:
                cue.limit = at

    def _is_patient(self, at: int) -> bool:
        """Whether "pt" stands for the patient rather than for physical therapy."""
        after = self.words[at + 1] if at + 1 < len(self.words) else ""
        if self.words[at - 1 : at] in (["the"], ["this"], ["per"]):
            return True
        if not (at == self.first or (at and self.words[at - 1] in PARTS)):
            return False
        if after in self.lexicon.patient_always:
            return True
        if self.lexicon.scores is not None and after:
            group = read_group(self.words, at + 1, load_grammar())
            if group and (group.of_patient or group.state == "refused"):
                return True
        if after not in self.lexicon.patient_where_mention_follows:
            return False
        said = False  # something has been said of "pt": "PT is planned and …" speaks of therapy
        for place in range(at + 1, len(self.words)):
            word = self.words[place]
            if word in ENDS or word in PARTS or (said and word in ("and", "but")):
                return False
            meaning = self.meanings[place]
            phrase = meaning.phrase_at(self.words, place) if meaning else None
            if phrase and phrase.fact and phrase.fact != "imaging":
                return True
            said = said or bool(phrase and phrase.cue)
        return False
