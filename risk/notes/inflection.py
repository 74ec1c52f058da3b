"""Forms of English verbs, as notes write them: by rule, or as listed where no rule leads to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_VOWELS = "aeiou"
#: Endings after which the third person takes -es.
_HISSING = ("s", "x", "z", "ch", "sh", "o")


def forms(verb: str, irregular: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Every form of a verb with its kind: base, third, past, participle, ing.

    ``irregular`` gives past, participle and ing by the base. A form that is both past and participle comes as both.
    """
    yield verb, "base"
    yield _third(verb), "third"
    past, participle, ing = irregular.get(verb) or (_past(verb), _past(verb), _ing(verb))
    yield past, "past"
    yield participle, "participle"
    yield ing, "ing"


def _ends_in_consonant_y(verb: str) -> bool:
    return verb.endswith("y") and verb[-2:-1] not in _VOWELS


def _third(verb: str) -> str:
    if verb == "have":
        return "has"
    if _ends_in_consonant_y(verb):
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(_HISSING) else "s")


def _past(verb: str) -> str:
    if _ends_in_consonant_y(verb):
        return verb[:-1] + "ied"
    return verb + ("d" if verb.endswith("e") else "ed")


def _ing(verb: str) -> str:
    return (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb) + "ing"
