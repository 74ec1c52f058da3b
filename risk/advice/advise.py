"""From the words of a record to candidate codes and open questions: the one way in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from risk.advice.choice import Candidate, guided, settled
from risk.advice.codes import TypedCode, typed_codes, without_codes
from risk.advice.found import found_candidates
from risk.advice.guide import Guide, Question, load_guide
from risk.advice.reading import Mention, Record, read_record
from risk.advice.search import Search
from risk.advice.sides import Spelled, spelled_out
from risk.advice.signs import signs_of
from risk.advice.spelling import meant
from risk.errors import InputError
from risk.reference.icd10 import FIRST_DAY, FIRST_KNOWN_DATE, LAST_KNOWN_DATE, Icd10, dotted_code
from risk.reference.published.lookups import day_number

#: Characters of a text: the words of one record, not a chart.
LONGEST = 10_000

#: Control characters but white space, bytes that are no text, and what stands in for those.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffd]")

#: Candidates that are named unless told otherwise.
LIMIT = 10

#: Sign of a record whose words support no code.
NOTHING = "nothing"

#: Facts that are told as recognised, in this order.
_RECOGNISED = (
    "condition", "region", "level", "side", "limb", "limb part", "acuity", "intractable", "radiating",
    "radicular_symptom", "treatment", "imaging", "injury", "postprocedural", "psychological", "cancer",
    "mechanism", "modic", "purpose", "pregnancy",
)  # fmt: skip


@dataclass(frozen=True)
class Conflict:
    """Another candidate that an Excludes1 note keeps apart from this one, and where the note stands."""

    code: str
    noted_at: str


@dataclass(frozen=True)
class Answer:
    """A question of the guide and how the record answers it: yes, no or open."""

    question: Question
    answer: str


@dataclass(frozen=True)
class Advice:
    """What :func:`advise` found; nothing in it is text of the record.

    Attributes
    ----------
    on
        Date the codes are valid on.
    recognised
        Terms of the guide in the text: fact, term, state.
    not_recognised
        Places of words that mean nothing to guide or code set: first and one past the last character.
    did_you_mean
        Those of them that are one typing error away from one known term: the place and the term. Nothing is corrected.
    codes
        Codes typed in the text.
    candidates
        Those the words support first; ``conflicts`` by code. ``left_out`` more were beyond the limit.
    answers
        Questions of the guide that the record raises.
    notes
        What changed, or is often got wrong, about what the record says: note and source.
    version
        Of the guide and of the code set.
    """

    on: date
    recognised: tuple[tuple[str, str, str], ...]
    not_recognised: tuple[tuple[int, int], ...]
    did_you_mean: tuple[tuple[tuple[int, int], str], ...]
    codes: tuple[TypedCode, ...]
    candidates: tuple[Candidate, ...]
    left_out: int
    conflicts: dict[str, tuple[Conflict, ...]]
    answers: tuple[Answer, ...]
    notes: tuple[tuple[str, str], ...]
    version: str

    @property
    def enough(self) -> bool:
        """Whether the words support a code."""
        return any(not one.when for one in self.candidates)


def advise(text: str, icd10: Icd10, on: date, limit: int = LIMIT) -> Advice:
    """Read the words of a record and name the codes they may support on a date, at most ``limit``.

    Raises :class:`risk.errors.InputError` for a text that is empty, too long or no text, and for a date the code set
    does not know.
    """
    require_text(text)
    require_known_date(icd10, on)
    guide, search = load_guide(), Search(icd10, on)
    codes = typed_codes(text, icd10, on)
    spelled = spelled_out(without_codes(text, codes))
    record = read_record(spelled.text, guide.groups["symptom"])
    signs = signs_of(record, guide)
    found = found_candidates(record, signs, search)
    if any(not one.when for one in found):
        signs = signs.without_bare_pain()
    candidates = [*guided(guide.rules, signs), *found]
    valid = settled(_valid(candidates, icd10, on))
    left_open = {name for one in candidates for name in one.open}
    if not any(not one.when for one in valid):
        left_open.add(NOTHING)
    unknown = _not_recognised(record, search)
    answered = replace(signs, everywhere=signs.everywhere | left_open).of_part(None)
    return Advice(
        on=on,
        recognised=tuple(_recognised(record)),
        not_recognised=tuple(_placed(one, spelled) for one in unknown),
        did_you_mean=tuple(_meant(unknown, spelled, search)),
        codes=tuple(codes),
        candidates=tuple(valid[:limit]),
        left_out=max(len(valid) - limit, 0),
        conflicts=_conflicts([one.code for one in valid[:limit]], icd10, on),
        answers=tuple(_answers(guide, answered)),
        notes=tuple(_notes(guide, answered, codes, icd10, on)),
        version=f"{guide.version} {icd10.version}",
    )


def require_text(text: str) -> None:
    """Raise :class:`InputError` unless this is text of a record's length."""
    if not text.strip():
        raise InputError("TEXT", "expected the words of a record", 'denial-risk advise "low back pain, right leg"')
    if len(text) > LONGEST:
        raise InputError(
            "TEXT", f"expected at most {LONGEST:,} characters", "give the words of one record, not a chart"
        )
    if _NO_TEXT.search(text):
        raise InputError("TEXT", "expected text, these are bytes of something else")


def require_known_date(icd10: Icd10, on: date) -> None:
    """Raise :class:`InputError` for a date before ICD-10-CM, or of no edition that is built in or imported."""
    if on < FIRST_DAY:
        raise InputError("--date", f"expected {FIRST_DAY} or later", "until then ICD-9-CM was the code set")
    if FIRST_KNOWN_DATE <= on <= LAST_KNOWN_DATE:
        return
    day = pd.array([day_number(on)], dtype="int64").to_numpy()
    if not icd10.years or not icd10.years.told_by_own(day)[0]:
        raise InputError(
            "--date",
            f"expected {FIRST_KNOWN_DATE} to {LAST_KNOWN_DATE}, the editions at hand",
            "import the list of that year: denial-risk reference import",
        )


def _valid(candidates: Sequence[Candidate], icd10: Icd10, on: date) -> list[Candidate]:
    codes = pd.Series([one.code for one in candidates], dtype="str")
    valid = icd10.has_status(codes, pd.Series(pd.Timestamp(on), index=codes.index), "valid")
    return [one for one, holds in zip(candidates, valid, strict=True) if holds]


def _conflicts(codes: Sequence[str], icd10: Icd10, on: date) -> dict[str, tuple[Conflict, ...]]:
    """Excludes1 conflicts of each candidate with the others."""
    claim = pd.DataFrame(
        {"claim_key": 0, "dx_position": range(1, len(codes) + 1), "dx_code": pd.Series(list(codes), dtype="str")}
    )
    found = icd10.excludes1_conflicts(claim, pd.Series(pd.Timestamp(on), index=claim.index))
    told: dict[str, list[Conflict]] = {}
    for code, other, noted_at in zip(found["dx_code"], found["other_dx_code"], found["noted_at"], strict=True):
        told.setdefault(code, []).append(Conflict(other, noted_at))
        told.setdefault(other, []).append(Conflict(code, noted_at))
    return {code: tuple(sorted(own, key=lambda one: codes.index(one.code))) for code, own in told.items()}


def _recognised(record: Record) -> Iterator[tuple[str, str, str]]:
    told = dict.fromkeys((one.fact, _term(one), one.state) for one in record.mentions if one.fact in _RECOGNISED)
    return iter(sorted(told, key=lambda one: _RECOGNISED.index(one[0])))


def _term(mention: Mention) -> str:
    if mention.fact == "intractable":
        return "intractable pain" if mention.detail == "pain" else "intractable"
    return mention.detail


def _not_recognised(record: Record, search: Search) -> list[tuple[int, int]]:
    """Places of words that are none of the guide's and stand in no title or inclusion term."""
    unknown = [(one.start, one.end) for one in record.foreign if not search.knows_any(one.detail)]
    return sorted([*unknown, *record.unread])


def _placed(place: tuple[int, int], spelled: Spelled) -> tuple[int, int]:
    """A place in the text as it was given."""
    return spelled.place(place[0]), spelled.place(place[1] - 1) + 1


def _meant(
    unknown: Sequence[tuple[int, int]], spelled: Spelled, search: Search
) -> Iterator[tuple[tuple[int, int], str]]:
    """Where a term may be meant: the first place of each."""
    found: dict[str, tuple[int, int]] = {}
    for start, end in unknown:
        if term := meant(spelled.text[start:end].lower(), search):
            found.setdefault(term, _placed((start, end), spelled))
    return ((place, term) for term, place in found.items())


def _answers(guide: Guide, signs: frozenset[str]) -> Iterable[Answer]:
    for one in guide.questions:
        if one.relevant & signs:
            yield Answer(one, "yes" if one.yes & signs else "no" if one.no & signs else "open")


def _notes(
    guide: Guide, signs: frozenset[str], codes: Sequence[TypedCode], icd10: Icd10, on: date
) -> Iterator[tuple[str, str]]:
    typed = {one.code for one in codes}
    for one in guide.changes:
        if one.any_of & signs or typed & {code.replace(".", "") for code in one.typed}:
            changed = _change(one.ended.replace(".", ""), icd10, on) if one.ended else ""
            if changed is not None:
                yield one.note + changed, one.source


def _change(code: str, icd10: Icd10, on: date) -> str | None:
    """Last day of a code and what came next; null where that was still to come."""
    ended = icd10.ended_on(pd.Series([code], dtype="str")).iloc[0]
    if pd.isna(ended) or ended.date() >= on:
        return None
    instead = ", ".join(map(dotted_code, icd10.successors(code)))
    return f"; its last day was {ended.date()}; since {ended.date() + timedelta(days=1)} {instead}"
