"""Findings of an examination told as a subject and its quality: "ankle jerks are diminished", "sensation intact"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from risk.notes.placed import Placed

#: Element and value by subject and quality.
_FINDINGS = {
    ("reflexes", "reduced"): ("neurological", "reduced reflexes"),
    ("reflexes", "absent"): ("neurological", "reduced reflexes"),
    ("reflexes", "normal"): ("neurological", "intact"),
    ("reflexes", "brisk"): ("neurological", "increased reflexes"),
    ("sensation", "reduced"): ("neurological", "sensory loss"),
    ("sensation", "absent"): ("neurological", "sensory loss"),
    ("sensation", "normal"): ("neurological", "intact"),
    ("strength", "reduced"): ("neurological", "weakness"),
    ("strength", "normal"): ("neurological", "intact"),
    ("muscle", "weak"): ("neurological", "weakness"),
    ("strength", "weak"): ("neurological", "weakness"),
    ("neurology", "normal"): ("neurological", "intact"),
    ("motion", "reduced"): ("examination", "limited range of motion"),
    ("motion", "painful"): ("examination", "limited range of motion"),
    ("motion", "normal"): ("examination", "full range of motion"),
    ("gait", "normal"): ("examination", "normal gait"),
}
#: Words between a subject and its quality.
_WINDOW = 7


def examined(own: Sequence[Placed]) -> Iterator[tuple[str, str, str, int, int]]:
    """Findings of one sentence, at the place of their subject: each subject or quality with the nearest one it fits."""
    subjects = [one for one in own if one.fact == "exam_subject"]
    qualities = [one for one in own if one.fact == "exam_quality"]
    pairs = {(one, near) for one in subjects if (near := _nearest(one, [q for q in qualities if _fits(one, q)]))}
    pairs |= {(near, one) for one in qualities if (near := _nearest(one, [s for s in subjects if _fits(s, one)]))}
    for subject, quality in pairs:
        element, value = _FINDINGS[subject.detail, quality.detail]
        yield element, value, quality.state, subject.start, subject.end


def _fits(subject: Placed, quality: Placed) -> bool:
    beside = subject.segment == quality.segment and subject.distance(quality) <= _WINDOW
    return beside and (subject.detail, quality.detail) in _FINDINGS


def _nearest(one: Placed, others: Sequence[Placed]) -> Placed | None:
    return min(others, key=one.distance, default=None)
