"""From tokens to clauses: what is mentioned in each, and the cues that say what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk.notes.lexicon import Cue
from risk.notes.meanings import outcome_at
from risk.notes.measures import read_letter, read_score
from risk.notes.mentions import Clause, CueAt, Mention
from risk.notes.quantities import read_quantity
from risk.notes.sides import finish
from risk.notes.tokens import ENDS, PARTS

if TYPE_CHECKING:
    from risk.notes.lexicon import Phrase
    from risk.notes.meanings import Meaning, Meanings
    from risk.notes.quantities import Quantity

_PERSON = Cue("someone_else", "before")
_QUESTION = Cue("hypothetical", "after")
#: Words after which a clause is cut, however it goes on: no cue reaches so far, and reading costs its square.
LONGEST_CLAUSE = 250
#: What can be the answer of a form.
_ANSWERS = (("no",), ("never",), ("denies",))


def read_clauses(words: list[str], section: str, meanings: Meanings) -> tuple[list[Clause], str]:
    """Clauses of whole sentences in a section, those that say nothing left out, and the section after them."""
    reader = _Reader(words, section, meanings)
    return reader.read(), reader.section


class _Reader:
    def __init__(self, words: list[str], section: str, meanings: Meanings) -> None:
        self.words, self.lexicon = words, meanings.lexicon
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
            finish(self.clause, self.words, in_notes=self.lexicon.scores is not None)
            self.clauses.append(self.clause)
            self.clause = Clause(self.section)
        elif self.clause.alternatives:
            self.clause.alternatives.clear()
        self.segment, self.first, self.began = 0, -1, self.at

    def _heading(self, at: int) -> int:
        """Place after a known heading and its colon, or 0."""
        name = self.words[at : at + 6]
        if ":" not in name[1:]:
            return 0
        length = name.index(":", 1)
        state = self.lexicon.sections.get(" ".join(name[:length]).replace(" / ", "/"))
        if state is None:
            return 0
        phrase = meaning.phrase_at(self.words, at) if (meaning := self.meanings[at]) else None
        if phrase and phrase.fact == "exam_subject":  # "Gait: normal"
            self.clause.mentions.append(Mention(phrase.fact, phrase.detail, at, at + length, self.segment))
        self.section = self.clause.section = state
        return at + length + 1

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
        if phrase := meaning.phrase_at(words, at):
            return self._phrase(phrase, at)
        if meaning.number is not None:
            found = read_score(words, at, meaning.number, self.lexicon)
            if found := found or read_quantity(words, at, meaning.number, self.lexicon):
                return self._quantity(found, at)
        if role == "person":
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
            self._end_clause()
        elif phrase.fact:
            self.clause.mentions.append(Mention(phrase.fact, phrase.detail, at, until, self.segment, phrase.cue))
            if phrase.needs:
                self.clause.mentions[-1].detail = f"needs {phrase.needs}"
        if phrase.cue and not phrase.boundary:
            if phrase.words == ("nor",):
                self.clause.alternatives.append(at)
            side = "after" if self._answers(phrase, at, until) else phrase.cue.side
            if side == "after" and self._heads(at, until):
                side = "before"
            self.clause.cues.append(CueAt(phrase.cue, at, until, self.segment, side))
        return until

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
        if before not in self.lexicon.people_companions and after not in self.lexicon.people_reports:
            self.clause.cues.append(CueAt(_PERSON, at, at + 1, self.segment, "before"))

    def _limit_person(self, at: int) -> None:
        for cue in self.clause.cues:
            if cue.cue.state == "someone_else" and cue.limit is None:
                cue.limit = at

    def _is_patient(self, at: int) -> bool:
        """Whether "pt" stands for the patient rather than for physical therapy."""
        after = self.words[at + 1] if at + 1 < len(self.words) else ""
        if self.words[at - 1 : at] == ["the"] or self.words[at - 1 : at] == ["this"]:
            return True
        if not (at == self.first or (at and self.words[at - 1] in PARTS)):
            return False
        if after in self.lexicon.patient_always:
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
