"""From signs to candidate codes: the rules of the guide, applied on a date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from risk.advice.guide import GuideRule
from risk.advice.levels import NECK_CHARACTERS, region_digit
from risk.advice.signs import Finding, Signs

#: What a candidate without the region, or the level, waits for.
REGION_TO_COME = "the record names the region or level"

#: How payers look at an unspecified side: Anthem's published edit, commercial and Medicare Advantage.
SIDE_DENIED = "Anthem denies an unspecified side where a code of a side exists (dates of service since 2023-08-01)."

#: Signs that the choice itself leaves for the questions.
REGION_OPEN, SIDE_OPEN, SEVENTH_OPEN = "region open", "side open", "seventh character open"


@dataclass(frozen=True)
class Candidate:
    """A code the record may support.

    Attributes
    ----------
    code
        Upper case without the dot.
    when
        What the record has to say first; "" where the words given support the code.
    why
        What in the record leads here.
    document
        What the record must hold for the code to stand.
    payers
        How payers look at it; may be empty.
    source
        Where this comes from.
    open
        What is left open: ``REGION_OPEN``, ``SIDE_OPEN``, ``SEVENTH_OPEN``.
    """

    code: str
    when: str
    why: str
    document: tuple[str, ...]
    payers: str
    source: str
    open: frozenset[str] = frozenset()


def guided(rules: Iterable[GuideRule], signs: Signs) -> list[Candidate]:
    """Candidates in the order of the rules, not yet judged by date; a code may come more than once."""
    return [one for rule in rules for finding in _subjects(rule, signs) for one in _applied(rule, finding, signs)]


def settled(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each code once, those the words support first; the first reason for a code stands.

    External causes come after conditions: they are never first-listed (guideline I.C.20.a.6).
    """
    chosen: dict[str, Candidate] = {}
    for one in candidates:
        known = chosen.get(one.code)
        if known is None or (known.when and not one.when):
            chosen.pop(one.code, None)
            chosen[one.code] = one
    return sorted(chosen.values(), key=lambda one: (bool(one.when), one.code[0] in "VWXY"))


def _subjects(rule: GuideRule, signs: Signs) -> Iterator[Finding]:
    if rule.condition:
        yield from (one for one in signs.findings if one.condition == rule.condition)
    else:
        yield Finding("", None, None, ())


def _applied(rule: GuideRule, finding: Finding, signs: Signs) -> Iterator[Candidate]:
    if not rule.holds(signs.of_part(finding.part), finding.part):
        return
    basis = Candidate("", rule.when, rule.why, rule.document, rule.payers, rule.source)
    for candidate, template in _by_side(rule, finding, basis):
        if "{" not in template:
            left_open = {REGION_OPEN} if "none" in rule.parts else set()
            yield _with_code(candidate, template, left_open)
        elif finding.region is None:
            if rule.unknown:
                yield _with_code(candidate, rule.unknown, {REGION_OPEN})
            else:
                yield _with_code(candidate, "", {REGION_OPEN})
        elif finding.region == "low back":
            waiting = replace(candidate, when=candidate.when or REGION_TO_COME)
            for region in ("lumbar", "lumbosacral"):
                yield _with_code(waiting, _filled(template, region), {REGION_OPEN})
        else:
            yield _with_code(candidate, _filled(template, finding.region), set())


def _by_side(rule: GuideRule, finding: Finding, basis: Candidate) -> Iterator[tuple[Candidate, str]]:
    if "" in rule.codes:
        yield from ((basis, template) for template in rule.codes[""])
        return
    open_side = replace(basis, open=frozenset({SIDE_OPEN}), payers=f"{SIDE_DENIED} {basis.payers}".strip())
    for side in finding.sides or ("unknown",):
        yield from ((basis if finding.sides else open_side, template) for template in rule.codes[side])


def _filled(template: str, region: str) -> str:
    return template.format(region=region_digit(region), neck=NECK_CHARACTERS.get(region, ""))


def _with_code(candidate: Candidate, code: str, left_open: set[str]) -> Candidate:
    return replace(candidate, code=code.replace(".", ""), open=candidate.open | left_open)
