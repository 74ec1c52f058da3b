"""From what a record says to the signs that rules and questions ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from risk.advice.guide import Guide
from risk.advice.levels import PARTS
from risk.advice.reading import Mention, Record

#: The condition that says nothing but that there is pain, and the sign of a record that says no more.
BARE_PAIN = "pain unspecified"
_ONLY_PAIN = "only pain"

#: Signs of a treatment by what became of it.
_THERAPY_SIGNS = {
    "done_failed": "failed therapy",
    "done_helped": "helped therapy",
    "denied": "no therapy",
    "planned": "planned therapy",
    "offered": "planned therapy",
    "refused": "planned therapy",
}
_OTHER_STATES = {"hypothetical": "suspected condition", "someone_else": "condition of someone else"}
_DONE = ("done", "done_failed", "done_helped")
#: Facts whose detail is a sign as it stands.
_PLAIN_FACTS = (
    "limb",
    "limb part",
    "side",
    "region",
    "psychological",
    "injury",
    "postprocedural",
    "mechanism",
    "modic",
    "purpose",
    "radiating",
    "pregnancy",
)
#: Characters between "chronic" or "acute" and the pain it is said of.
_ACUITY_BEFORE, _ACUITY_AFTER = 30, 3
#: Characters between a side and the word it is said of.
_NEXT_WORD = 3


@dataclass(frozen=True)
class Finding:
    """A condition the record asserts, in one region of the spine; ``region`` and ``part`` are null where not told."""

    condition: str
    region: str | None
    part: str | None
    sides: tuple[str, ...]


@dataclass(frozen=True)
class Signs:
    """Everything rules ask about: ``findings``, and signs that hold for the whole record."""

    findings: tuple[Finding, ...]
    everywhere: frozenset[str]
    groups: dict[str, frozenset[str]]

    def of_part(self, part: str | None) -> frozenset[str]:
        """Signs of one part of the spine; of all where that is null."""
        near = {one.condition for one in self.findings if part is None or one.part in (part, None)}
        return self.everywhere | near | {name for name, members in self.groups.items() if members & near}

    def without_bare_pain(self) -> Signs:
        """The same where "pain" turned out to be a word of another condition: "pain in both knees"."""
        findings = tuple(one for one in self.findings if one.condition != BARE_PAIN)
        return replace(self, findings=findings, everywhere=self.everywhere - {_ONLY_PAIN})


def signs_of(record: Record, guide: Guide) -> Signs:
    """Signs of a record."""
    named = {one.detail for one in record.of("condition")}
    mentions = [
        replace(one, detail=condition)
        for one in record.of("condition")
        if one.detail != BARE_PAIN or named == {BARE_PAIN}  # "low back pain, pain 8/10" says no more than the first
        for condition in guide.pairs.get(one.detail, (one.detail,))
    ]
    findings = tuple(dict.fromkeys(finding for one in mentions for finding in _findings(one, record, guide)))
    everywhere = {sign for one in record.mentions for sign in _signs(one)}
    everywhere |= _acuity(record, guide)
    everywhere |= {f"{place} {one.condition}" for one in findings for place in (one.part, one.region) if place}
    if [one.condition for one in findings] == [BARE_PAIN]:
        everywhere.add(_ONLY_PAIN)
    return Signs(findings, frozenset(everywhere), dict(guide.groups))


def _findings(mention: Mention, record: Record, guide: Guide) -> Iterable[Finding]:
    regions: list[str | None] = [*_regions(mention, record, guide)]
    for region in regions or [None]:
        part = PARTS[region] if region else None
        condition = _merged(mention.detail, part, record, guide)
        region = guide.regions.get(condition, region) if condition != mention.detail else region
        yield Finding(condition, region, part, tuple(_sides(mention, record)))


def _merged(condition: str, part: str | None, record: Record, guide: Guide) -> str:
    merges = guide.merges.get(condition, {})
    limbs = [limb for limb in record.said("limb") if limb in merges]
    return merges.get(part or "") or (merges[limbs[0]] if limbs else condition)


def _regions(mention: Mention, record: Record, guide: Guide) -> list[str]:
    """Regions of a condition: by its name, the level or region beside it, or else those named anywhere.

    A level after a region of the same part is the exact one: "lumbar disc herniation at L5-S1".
    """
    if mention.detail in guide.regions:
        return [guide.regions[mention.detail]]
    (levels_before, levels_after), (before, after) = (record.around(mention, fact) for fact in ("level", "region"))
    parts = {PARTS[one.detail] for one in before}
    exact = levels_before or [one for one in levels_after if not parts or PARTS[one.detail] in parts]
    told = exact or before or after or [*record.of("level"), *record.of("region")]
    named = [one.detail for one in told] or [
        guide.regions[one.detail] for one in record.of("condition") if one.detail in guide.regions
    ]
    return _exact(list(dict.fromkeys(named)))


def _exact(regions: list[str]) -> list[str]:
    """Regions without those that another one tells more exactly: "low back" beside lumbar, cervical beside C5-C6."""
    vague = {"low back": "low", "cervical": "neck"}
    return [
        one
        for one in regions
        if one not in vague or not any(other != one and PARTS[other] == vague[one] for other in regions)
    ]


def _sides(mention: Mention, record: Record) -> list[str]:
    """Sides of a condition: beside it, alone behind its comma, or of a limb elsewhere; never of something else."""
    foreign = record.foreign
    before, after = record.around(mention, "side")
    limbs = {one.stretch for fact in ("limb", "limb part") for one in record.of(fact)}
    elsewhere = [one for one in record.of("side") if one.stretch in limbs]
    for told in (before, after, _alone_behind(mention, record), elsewhere):
        own = [one.detail for one in told if not _is_of_other(one, foreign)]
        if own:
            return list(dict.fromkeys(own))
    return []


def _alone_behind(mention: Mention, record: Record) -> list[Mention]:
    """Sides that are all there is between two commas, right behind a condition: "sciatica, right"."""
    behind = mention.stretch + 1
    told = [one for one in (*record.mentions, *record.foreign) if one.stretch == behind]
    if any(one.fact != "side" for one in told):
        return []
    after = [one for one in record.of("condition") if one.stretch == mention.stretch and one.start > mention.start]
    return [] if after else [one for one in told if one.asserted]


def _is_of_other(side: Mention, foreign: Sequence[Mention]) -> bool:
    return any(0 <= one.start - side.end <= _NEXT_WORD for one in foreign)


def _signs(mention: Mention) -> Iterable[str]:
    fact, state = mention.fact, mention.state
    if fact == "treatment":
        if mention.detail == "surgery" and state in _DONE:
            yield "surgery"
        elif mention.detail == "surgery" and state == "denied":
            yield "no surgery"
        elif state in _THERAPY_SIGNS:
            yield _THERAPY_SIGNS[state]
        return
    sign = _sign(mention)
    if sign and state == "asserted":
        yield sign
    elif sign and state == "denied":
        yield f"no {sign}"
    elif fact == "condition" and state in _OTHER_STATES:
        yield _OTHER_STATES[state]


def _sign(mention: Mention) -> str:
    """Sign of a mention, whatever its state; of a condition only its denial is taken from here."""
    if mention.fact in _PLAIN_FACTS:
        return mention.detail
    if mention.fact == "intractable":
        return "intractable" if mention.detail in ("pain", "unspecified") else ""
    if mention.fact == "condition":
        return mention.detail if mention.state == "denied" else ""
    return {"cancer": "cancer", "radicular_symptom": "radicular symptom"}.get(mention.fact, "")


def _acuity(record: Record, guide: Guide) -> set[str]:
    """Chronic or acute, where it is said of a pain: "chronic low back pain", "low back pain, chronic"."""
    counted = guide.groups["pain"] | guide.groups["cause"] | guide.pairs.keys()
    pains = [*record.of("postprocedural"), *(one for one in record.of("condition") if one.detail in counted)]
    foreign = record.foreign
    said = {
        one.detail
        for one in record.of("acuity")
        for pain in pains
        if (0 <= pain.start - one.end <= _ACUITY_BEFORE or 0 <= one.start - pain.end <= _ACUITY_AFTER)
        and not any(one.end <= other.start < pain.start for other in foreign)
    }
    return said | {"chronic" for one in pains if one.detail == "chronic pain"}
