"""Clinical notes for a share of the pain claims, from a small grammar of our own.

A note either documents the failed conservative care that a payer asks for, or it does not: care that is only planned,
that helped, that was never tried, that somebody else had, or nothing at all. It names no person, place or date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from synthetic_data.catalogue import Array
    from synthetic_data.draft import Draft
    from synthetic_data.world import World

    Generator = np.random.Generator

#: Shares of claims whose record is attached as a note (assumed).
NOTED_TREATMENTS = 0.40
NOTED_VISITS = 0.15
#: Share of notes that call the pain intractable, rightly (assumed).
INTRACTABLE = 0.12

#: Families whose treatment presupposes that conservative care has failed (LCDs; see docs/synthetic.md).
TREATMENTS = (
    "epidural",
    "facet",
    "radiofrequency",
    "sacroiliac",
    "trigger_point",
    "stimulator",
    "augmentation",
    "pump",
)

_ACTIVITIES = ("walking", "sitting at work", "sleep", "lifting", "household tasks", "driving", "dressing")
_DRUGS = ("naproxen", "ibuprofen", "gabapentin", "meloxicam", "duloxetine", "cyclobenzaprine", "pregabalin")
_FAILED = (
    "Completed {weeks} weeks of physical therapy without lasting relief; {drug} for {weeks} weeks did not help.",
    "Failed {drug} and {weeks} weeks of supervised home exercise.",
    "{Drug} was stopped for lack of effect and {weeks} weeks of PT brought no improvement.",
    "Conservative care over {weeks} weeks (PT, {drug}, activity modification) has failed.",
    "Tried {drug} and chiropractic care for {weeks} weeks, both without benefit.",
    "No relief from {weeks} weeks of physical therapy.",
    "FAILED {weeks} WKS PT.",
    "{Drug} tried for {weeks} weeks without benefit.",
)
_NOT_FAILED = (
    "Will start {drug}; physical therapy recommended.",
    "PT is planned and {drug} was prescribed today.",
    "Physical therapy helped and will continue; {drug} gives good relief.",
    "Has not tried physical therapy. Declines {drug}.",
    "No prior conservative treatment.",
    "Spouse did well with physical therapy; patient would like an injection instead.",
    "",
    "",
)
_EXAMINATION = {
    "epidural": (
        "Straight leg raise positive, sensation reduced in the dermatome.",
        "Strength 4/5 in the myotome, reflex reduced.",
    ),
    "facet": (
        "Facet loading positive, no neurological deficit.",
        "Paraspinal tenderness, pain on extension, strength 5/5.",
    ),
    "radiofrequency": ("Facet loading positive, no neurological deficit.",),
    "sacroiliac": (
        "FABER, thigh thrust, compression and Gaenslen positive.",
        "Three of six provocation tests positive.",
    ),
    "trigger_point": ("Taut band with twitch response and referred pain.", "Palpable trigger points in trapezius."),
}
_OTHER_EXAMINATION = (
    "Tender to palpation, gait antalgic.",
    "Range of motion reduced, strength 5/5.",
    "Neurologically intact.",
)
_IMAGING = (
    "MRI shows findings at the level that matches the symptoms.",
    "Imaging reviewed: degenerative change, moderate foraminal narrowing.",
    "MRI without high-grade stenosis.",
    "",
)
_DIAGNOSTIC_RESPONSE = "Two medial branch blocks gave {percent} % relief each."
_RESPONSE = "The last injection gave {percent} % relief for {months} months."
_SUPPORTED = "Pain is intractable: {phrase}, with failure of therapy and medication and matching imaging."
_UNSUPPORTED = ("Intractable pain.", "Patient has intractable back pain.", "Pain described as intractable, severe.")
_PLANS = (
    "Plan: procedure under fluoroscopy today.",
    "Plan: proceed as discussed, follow up in four weeks.",
    "Plan: return in 30 days.",
)


def can_lack_care(draft: Draft) -> Array:
    """Which claims bill a treatment that presupposes failed conservative care."""
    return draft.in_family(*TREATMENTS)


def write_notes(draft: Draft, world: World, rng: Generator) -> None:
    """Attach notes in place, and mark ``undocumented_care`` and ``unsupported_intractable`` where a note shows them."""
    charted = np.array([one.chart for one in draft.catalogue.encounters])[draft.claims["encounter"]]
    treatment = can_lack_care(draft)
    charted &= ~draft.claims["institutional"]  # the record is the practitioner's
    noted = np.flatnonzero(charted & (rng.random(len(draft)) < np.where(treatment, NOTED_TREATMENTS, NOTED_VISITS)))
    provider = draft.claims["provider"]
    for name, possible in (("undocumented_care", treatment), ("unsupported_intractable", charted)):
        rate = world.habits[provider[noted], world.mistakes.index(name)]
        draft.mistakes[name][noted] = possible[noted] & (rng.random(len(noted)) < rate)
    supported = np.zeros(len(draft), dtype=bool)
    bare = draft.mistakes["undocumented_care"] | draft.mistakes["unsupported_intractable"]
    supported[noted] = ~bare[noted] & (rng.random(len(noted)) < INTRACTABLE)
    draws = rng.random((len(noted), 10))
    families = draft.families
    for row, draw in zip(noted.tolist(), draws.tolist(), strict=True):
        condition = draft.claims["condition"][row]
        draft.claims["note"][row] = _note(
            family=families[row],
            phrase=draft.catalogue.conditions[condition].phrase if condition >= 0 else "recurrent headache",
            failed=not draft.mistakes["undocumented_care"][row],
            repeated=draft.claims["session"][row] > 1,
            supported=bool(supported[row]),
            unsupported=bool(draft.mistakes["unsupported_intractable"][row]),
            draw=draw,
        )


def _note(
    *, family: str, phrase: str, failed: bool, repeated: bool, supported: bool, unsupported: bool, draw: list[float]
) -> str:
    words = {
        "phrase": phrase,
        "Phrase": phrase[0].upper() + phrase[1:],
        "drug": _pick(_DRUGS, draw[0]),
        "Drug": _pick(_DRUGS, draw[0]).capitalize(),
        "weeks": 6 + int(draw[1] * 8),
        "months": 4 + int(draw[2] * 8),
        "percent": 50 + 5 * int(draw[3] * 9),
        "score": 5 + int(draw[4] * 5),
        "activity": _pick(_ACTIVITIES, draw[5]),
    }
    sentences = [
        "{Phrase} for {months} months, {score}/10, limits {activity}.",
        _pick(_FAILED if failed else _NOT_FAILED, draw[6]),
        _pick(_EXAMINATION.get(family, _OTHER_EXAMINATION), draw[7]),
        _pick(_IMAGING, draw[8]),
    ]
    if family == "radiofrequency":
        sentences.append(_DIAGNOSTIC_RESPONSE)
    elif repeated and family in TREATMENTS:
        sentences.append(_RESPONSE)
    if supported:
        sentences.append(_SUPPORTED)
    if unsupported:
        sentences.append(_pick(_UNSUPPORTED, draw[9]))
    sentences.append(_pick(_PLANS, draw[9]))
    return " ".join(sentence.format_map(words) for sentence in sentences if sentence)


def _pick(options: tuple[str, ...], draw: float) -> str:
    return options[int(draw * len(options))]
