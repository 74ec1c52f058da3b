"""The words of a verb group, from ``data/verbs.toml``: heads by what they mean, and what may stand around them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from risk.notes.inflection import forms
from risk.notes.tokens import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Head:
    """What a word, with those after it, says as the head of a group.

    ``sort`` is a key of ``verbs.toml`` (deed, plan, want …), ``kind`` verb, quality or noun; ``kinds`` are the forms of
    a verb that the word can be (base, third, past, participle, ing), ``rest`` the words behind the first.
    """

    sort: str
    kind: str
    kinds: frozenset[str]
    rest: tuple[str, ...] = ()
    with_object: bool = False  # a pronoun stands inside: "put it off"

    def stands(self, words: Sequence[str], at: int) -> bool:
        """Whether the words behind the first stand there too."""
        return not self.rest or tuple(words[at + 1 : at + 1 + len(self.rest)]) == self.rest


@dataclass(frozen=True)
class Grammar:
    """Heads by their first word, the longest first, and the words around them by what they do to a group."""

    heads: Mapping[str, tuple[Head, ...]] = field(repr=False)
    around: Mapping[str, frozenset[str]] = field(repr=False)
    contracted: Mapping[str, tuple[str, ...]] = field(repr=False)

    def opens(self, word: str) -> bool:
        """Whether a group can begin with a word."""
        return (
            word in self.heads
            or word in self.contracted
            or word == "to"
            or any(word in self.around[name] for name in _OPENING)
        )

    def leads_to_noun(self, word: str) -> bool:
        """Whether a word can stand behind "no" before a noun of intent, or is one: "no real interest in"."""
        return word in self.around["determiners"] or any(head.kind == "noun" for head in self.heads.get(word, ()))

    def head_at(self, words: Sequence[str], at: int, kind: str = "") -> Head | None:
        """Longest head at a place, of one kind if named, or None."""
        if at >= len(words):
            return None
        own = self.heads.get(words[at], ())
        return next((head for head in own if kind in ("", head.kind) and head.stands(words, at)), None)


#: Which of the words around can begin a group.
_OPENING = ("be", "have", "do", "future", "wish", "should", "can", "perhaps", "could", "not", "none")
#: Particles that a pronoun can part from their verb, and the pronouns.
PARTICLES = ("off", "down", "up", "over")
_INSIDE = ("it", "that", "this", "them")
_INSIDE_ALONE = tuple((word,) for word in _INSIDE)
#: What an ending behind an apostrophe stands for.
_ENDINGS = {"ll": "will", "d": "would", "ve": "have", "re": "are", "s": "is", "m": "am"}
_IRREGULAR_NEGATIONS = {"won't": ("will", "not"), "can't": ("can", "not"), "cannot": ("can", "not")}
_NEGATED = ("do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "would", "could", "should", "might")


@cache
def load_grammar() -> Grammar:
    """Load the built-in verbs."""
    data = tomllib.loads((files("risk.notes") / "data" / "verbs.toml").read_text(encoding="utf-8"))
    found: dict[tuple[str, tuple[str, ...], str], dict[str, set[str]]] = {}

    def add(kind: str, sort: str, first: str, form: str, rest: tuple[str, ...]) -> None:
        found.setdefault((first, rest, kind), {}).setdefault(sort, set()).add(form)

    for kind, table in (("verb", data["verbs"]), ("quality", data["qualities"]), ("noun", data["nouns"])):
        for sort, texts in table.items():
            for text in texts:
                first, *rest = words_of(text)
                own_forms = forms(first, data["irregular"]) if kind == "verb" else [(first, "")]
                for word, form in own_forms:
                    add(kind, sort, word, form, tuple(rest))
                    if len(rest) == 1 and rest[0] in PARTICLES:
                        for pronoun in _INSIDE:
                            add(kind, sort, word, form, (pronoun, *rest))
    heads: dict[str, list[Head]] = {}
    for (first, behind, kind), sorts in found.items():
        for sort, kinds in sorts.items():
            heads.setdefault(first, []).append(
                Head(sort, kind, frozenset(kinds), behind, behind[:1] in _INSIDE_ALONE and behind[1:2] != ())
            )
    for alias, word in data["spelled"].items():
        heads[alias] = heads[word]
    contracted = dict(_IRREGULAR_NEGATIONS)
    contracted |= {f"{word}n't": (word, "not") for word in _NEGATED}
    contracted |= {
        f"{who}'{ending}": (who, word) for who in data["around"]["subjects"] for ending, word in _ENDINGS.items()
    }
    return Grammar(
        heads={word: tuple(sorted(own, key=lambda one: -len(one.rest))) for word, own in heads.items()},
        around={name: frozenset(words) for name, words in data["around"].items()},
        contracted=contracted,
    )
