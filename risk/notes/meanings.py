"""What each word of a note can begin: settled once per distinct word, so that reading costs one look-up per word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from risk.notes.grammar import load_grammar
from risk.notes.lexicon import STEM
from risk.notes.measures import LETTERS
from risk.notes.quantities import number_of
from risk.notes.tokens import ENDS, PARTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from risk.notes.lexicon import Cue, Lexicon, Phrase

#: Words between the first word of an outcome and its noun.
LONGEST_OUTCOME = 3
#: Letters that a word has more than, if its s may be a plural's ("fusions", but not "ices").
_SHORTEST_PLURAL = 4
_ROLES = {
    **dict.fromkeys(ENDS, "end"),
    **dict.fromkeys(PARTS, "part"),
    "pt": "patient or therapy",
    "patient": "patient",
    "or": "alternative",
    "nor": "alternative",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one word can begin.

    ``longer`` holds the phrases of several words by the first letters (``STEM``) of their second word, the longest
    first; ``role`` is end, part, patient, patient or therapy, person, alternative, letter (of a level or side), speaker
    (of the note), adverse (what a treatment did), or ""; a word that ``opens_group`` can begin a verb group.
    """

    role: str = ""
    alone: Phrase | None = None
    longer: Mapping[str, Sequence[Phrase]] = field(default_factory=dict)
    opens_outcome: bool = False
    opens_group: bool = False
    number: float | None = None

    def phrase_at(self, words: Sequence[str], at: int) -> Phrase | None:
        """Longest phrase that begins at a position, where this word stands, or None."""
        if self.longer and at + 1 < len(words):
            for phrase in self.longer.get(words[at + 1][:STEM], ()):
                if phrase.matches(words, at):
                    return phrase
        return self.alone


_NOTHING = Meaning()


class Meanings(dict[str, Meaning | None]):
    """Meanings of the words met so far, None for a word that means nothing.

    Its keys are words of notes: it is to live no longer than the reading of one batch.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self.lexicon = lexicon

    def __missing__(self, word: str) -> Meaning | None:
        meaning = _meaning(word, self.lexicon)
        self[word] = None if meaning == _NOTHING else meaning
        return self[word]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} words)"


def _meaning(word: str, lexicon: Lexicon) -> Meaning:
    stems = [one for one in lexicon.stems.get(word[:STEM], ()) if word.startswith(one.words[0])]
    alone: Phrase | None = None
    longer: dict[str, list[Phrase]] = {}
    for phrase in sorted((*lexicon.exact.get(word, ()), *stems), key=lambda one: -len(one.words)):
        if len(phrase.words) > 1:
            longer.setdefault(phrase.words[1][:STEM], []).append(phrase)
        else:
            alone = alone or phrase
    if alone is None and not longer and lexicon.scores and len(word) > _SHORTEST_PLURAL and word.endswith("s"):
        singular = lexicon.exact.get(word[:-1], ())
        alone = next((one for one in singular if one.fact and len(one.words) == 1), None)
    role = _ROLES.get(word, "person" if word in lexicon.people else "")
    if lexicon.scores and word in load_grammar().around["adverse"]:
        role = role or "adverse"
    if lexicon.scores and word in LETTERS:
        role = "letter"
    if lexicon.scores and word in ("himself", "herself"):
        role = "patient"
    if lexicon.scores and word in ("we", "i"):
        role = "speaker"
    opens_outcome = word in lexicon.outcome_openers or word in lexicon.outcome_auxiliaries
    opens_group = load_grammar().opens(word)
    return Meaning(role, alone, longer, opens_outcome, opens_group, number_of(word, lexicon))


def outcome_at(words: Sequence[str], at: int, lexicon: Lexicon) -> tuple[Cue, int] | None:
    """Outcome said in several words ("no lasting relief") and the place after it, or None."""
    opener = at
    if words[at] in lexicon.outcome_auxiliaries and words[at + 1 : at + 2] == ["not"]:
        opener = at + 1
    cue = lexicon.outcome_openers.get(words[opener])
    if cue is None:
        return None
    until = 0
    for place in range(opener + 1, min(opener + 2 + LONGEST_OUTCOME, len(words))):
        if words[place] in lexicon.outcome_nouns:
            until = place + 1
        elif words[place] not in lexicon.outcome_between:
            break
    return (cue, until) if until else None
