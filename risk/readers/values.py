"""Cells of a CSV into values: each kind of column reads its distinct texts once, and never guesses.

A parser takes trimmed, distinct, non-blank texts and returns as many values, null where the text cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.claims.tables import PAYER_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: What a cell should have been, by kind; the reason of a reject.
EXPECTED = {
    "text": "expected one line of text",
    "note": "expected text",
    "code": "expected one line of text",
    "code_2": "expected one line of text",
    "code_4": "expected one line of text",
    "bill_type": "expected one line of text",
    "dx": "expected one line of text",
    "date": "expected a date as YYYY-MM-DD or MM/DD/YYYY",
    "cents": "expected an amount in dollars such as 1234.50, with at most two decimals",
    "number": "expected a number such as 1 or 2.5",
    "count": "expected a whole number from 1",
    "payer_type": f"expected one of {', '.join(PAYER_TYPES)}",
    "sex": "expected F, M or U",
    "relationship": "expected a relationship code such as 18, or self, spouse or child",
    "pointers": "expected at most four pointers of 1 to 12 or A to L, such as 1:2 or AB",
}

_SEXES = {"F": "F", "M": "M", "U": "U", "FEMALE": "F", "MALE": "M", "UNKNOWN": "U"}

#: X12 element 1069, individual relationship code, as the 837 guides list it (SBR02, PAT01).
_RELATIONSHIPS = {"SELF": "18", "SPOUSE": "01", "CHILD": "19", "EMPLOYEE": "20", "UNKNOWN": "21", "OTHER": "G8"}

_DATE = (
    r"^(?:(?P<y1>\d{4})-(?P<m1>\d{2})-(?P<d1>\d{2})|(?P<y2>\d{4})(?P<m2>\d{2})(?P<d2>\d{2})"
    r"|(?P<m3>\d{1,2})/(?P<d3>\d{1,2})/(?P<y3>\d{4}))"
    r"(?:[ T](?:00?:00(?::00(?:\.0+)?)?Z?|12:00(?::00)? ?[Aa][Mm]))?$"
)
#: Days of birth, service and submission lie in these years.
_FIRST_DAY, _END = datetime(1800, 1, 1), datetime(2200, 1, 1)
#: Less than ten billion dollars, so that the sum of any claim's lines stays inside 64 bits.
_MONEY = r"^(?P<sign>-?)\$?(?P<whole>0{0,3}\d{1,10}|\d(?:,\d{3}){3}|\d{1,3}(?:,\d{3}){1,2}|)(?:\.(?P<rest>\d{1,2})0*)?$"


@dataclass(frozen=True)
class Cells:
    """One column of a file: a code per row into distinct values, −1 where blank; values are null where unreadable."""

    codes: np.ndarray[Any, np.dtype[np.int32]]
    values: pa.Array

    @cached_property
    def unreadable(self) -> np.ndarray[Any, np.dtype[np.intp]]:
        """Rows whose text could not be read."""
        if not self.values.null_count:
            return np.array([], dtype=np.intp)
        bad = np.append(self.values.is_null().to_numpy(zero_copy_only=False), False)
        return np.flatnonzero(bad[self.codes])

    def at(self, codes: np.ndarray[Any, np.dtype[np.int32]]) -> pa.Array:
        """Values by code, null for −1."""
        if not len(self.values):
            return pa.nulls(len(codes), self.values.type)
        return self.values.take(pa.array(codes, mask=codes < 0))

    def rows(self, kept: Any) -> Cells:
        """Keep some rows, by mask or position."""
        return Cells(self.codes[kept], self.values)


def read_columns(columns: Mapping[str, pa.DictionaryArray], kinds: Mapping[str, str]) -> dict[str, Cells]:
    """Read columns of texts, each as its kind: those of one kind together, since each reading has its cost."""
    alike: dict[str, list[str]] = {}
    for name in columns:
        alike.setdefault(kinds[name], []).append(name)
    read: dict[str, Cells] = {}
    for kind, names in alike.items():
        read |= zip(names, _read_alike([columns[name] for name in names], kind), strict=True)
    return {name: read[name] for name in columns}


def read_cells(column: pa.DictionaryArray, kind: str) -> Cells:
    """Read a column of texts as a kind; texts that mean one value share its code."""
    return _read_alike([column], kind)[0]


def _read_alike(columns: Sequence[pa.DictionaryArray], kind: str) -> list[Cells]:
    """Read columns of one kind."""
    dictionaries = [column.dictionary for column in columns]
    texts = pa.concat_arrays(dictionaries)
    if not len(texts):
        return [Cells(_codes_of(column), _nothing(kind)) for column in columns]
    trimmed = pc.utf8_trim_whitespace(texts)
    values = PARSERS[kind](trimmed)
    ends = accumulate(map(len, dictionaries))
    places = [slice(end - len(own), end) for own, end in zip(dictionaries, ends, strict=True)]
    if values.equals(texts):
        return [Cells(_codes_of(column), values[place]) for column, place in zip(columns, places, strict=True)]
    blank = pc.equal(trimmed, "").to_numpy(zero_copy_only=False)
    return [
        _shared(_codes_of(column), column.dictionary, values[place], blank[place])
        for column, place in zip(columns, places, strict=True)
    ]


def _codes_of(column: pa.DictionaryArray) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Code of each row into the texts of a column, −1 where there is none."""
    if not len(column.dictionary):
        return np.full(len(column), -1, dtype=np.int32)
    indices = column.indices.fill_null(-1) if column.indices.null_count else column.indices
    codes: np.ndarray[Any, np.dtype[np.int32]] = indices.to_numpy()
    return codes


def _shared(
    codes: np.ndarray[Any, np.dtype[np.int32]], texts: pa.Array, values: pa.Array, blank: np.ndarray[Any, Any]
) -> Cells:
    """Cells whose distinct texts mean these values: one code for each value, and one for all that is unreadable."""
    if not len(texts) or values.equals(texts):
        return Cells(codes, values)
    coded = values.dictionary_encode()
    if len(coded.dictionary) == len(values) and not blank.any():
        return Cells(codes, values)
    unreadable = len(coded.dictionary)  # past the readable values
    shared = coded.indices.fill_null(unreadable).to_numpy()
    shared = np.append(np.where(blank, -1, shared), -1).astype(np.int32)
    distinct = pa.concat_arrays([coded.dictionary, pa.nulls(1, coded.dictionary.type)])
    return Cells(shared[codes], distinct if (shared == unreadable).any() else coded.dictionary)


@cache
def _nothing(kind: str) -> pa.Array:
    """No value of a kind: many columns of a file say nothing."""
    return PARSERS[kind](pa.array([], pa.large_string()))


def _texts(texts: pa.Array) -> pa.Array:
    feeds, returns = pc.match_substring(texts, "\n"), pc.match_substring(texts, "\r")
    if not feeds.true_count and not returns.true_count:
        return texts
    return pc.if_else(pc.or_(feeds, returns), pa.scalar(None, pa.large_string()), texts)


def _notes(texts: pa.Array) -> pa.Array:
    return texts


def _codes(texts: pa.Array) -> pa.Array:
    return pc.utf8_upper(_texts(texts))


def _padded(width: int) -> Callable[[pa.Array], pa.Array]:
    """Codes of digits whose leading zero a spreadsheet has dropped."""

    def parse(texts: pa.Array) -> pa.Array:
        codes = _codes(texts)
        short = pc.match_substring_regex(codes, rf"^\d{{{width - 1}}}$")
        return pc.if_else(short, pc.utf8_lpad(codes, width, "0"), codes) if short.true_count else codes

    return parse


def _bill_types(texts: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(_codes(texts), r"^0(\w{3})$", r"\1")


def _diagnoses(texts: pa.Array) -> pa.Array:
    plain = pc.replace_substring(_codes(texts), ".", "")
    return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.large_string()), plain)


def _dates(texts: pa.Array) -> pa.Array:
    plain = _plain_dates(texts)
    return _any_dates(texts) if plain is None else plain


def _plain_dates(texts: pa.Array) -> pa.Array | None:
    """Dates as most exports write them, all as YYYY-MM-DD; None where any is written otherwise or is no date."""
    if not pc.all(pc.equal(pc.binary_length(texts), len("YYYY-MM-DD"))).as_py():
        return None
    try:
        dates = texts.cast(pa.timestamp("s"))
    except pa.ArrowInvalid:
        return None
    ends = pc.min_max(dates)
    return dates if ends["min"].as_py() >= _FIRST_DAY and ends["max"].as_py() < _END else None


def _any_dates(texts: pa.Array) -> pa.Array:
    found = pc.extract_regex(texts, _DATE)

    def part(name: str) -> np.ndarray[Any, np.dtype[np.int64]]:
        spelled = [pc.struct_field(found, f"{name}{form}") for form in (1, 2, 3)]
        said = [pc.if_else(pc.equal(one, ""), pa.scalar(None, pa.large_string()), one) for one in spelled]
        numbers: np.ndarray[Any, np.dtype[np.int64]] = pc.coalesce(*said).cast(pa.int64()).fill_null(0).to_numpy()
        return numbers

    year, month, day = part("y"), part("m"), part("d")
    months = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    dates = months.astype("datetime64[D]") + (day - 1)
    real = (year >= _FIRST_DAY.year) & (year < _END.year)
    real &= (month >= 1) & (month <= 12) & (dates.astype("datetime64[M]") == months)
    real &= day >= 1
    return pa.array(dates.astype("datetime64[s]"), mask=~real)


def _cents(texts: pa.Array) -> pa.Array:
    if pc.all(pc.match_substring_regex(texts, r"^0{0,3}\d{1,10}\.\d{2}$")).as_py():  # as most exports write it
        return pc.replace_substring(texts, ".", "").cast(pa.int64())
    found = pc.extract_regex(texts, _MONEY)
    whole, rest = (pc.struct_field(found, name) for name in ("whole", "rest"))
    said = pc.and_(found.is_valid(), pc.greater(pc.add(pc.utf8_length(whole), pc.utf8_length(rest)), 0))
    nothing = pa.scalar("", pa.large_string())
    digits = pc.binary_join_element_wise(pc.replace_substring(whole, ",", ""), pc.utf8_rpad(rest, 2, "0"), nothing)
    cents = pc.if_else(said, digits, pa.scalar(None, pa.large_string())).cast(pa.int64())
    return pc.if_else(pc.equal(pc.struct_field(found, "sign"), "-"), pc.negate(cents), cents)


def _numbers(texts: pa.Array) -> pa.Array:
    return _like(r"^[-+]?(?:\d{1,12}(?:\.\d*)?|\.\d+)$", texts).cast(pa.float64())


def _counts(texts: pa.Array) -> pa.Array:
    return _like(r"^0*[1-9]\d{0,5}$", texts).cast(pa.int64())


def _like(pattern: str, texts: pa.Array) -> pa.Array:
    """Texts that a pattern matches, null for the others."""
    matched = pc.match_substring_regex(texts, pattern)
    if matched.true_count == len(texts):
        return texts
    return pc.if_else(matched, texts, pa.scalar(None, pa.large_string()))


def _mapped(meanings: dict[str, str], *, others: str | None = None) -> Callable[[pa.Array], pa.Array]:
    """Words of a closed vocabulary; ``others`` is a pattern of codes that stand for themselves."""
    vocabulary, values = pa.array(meanings, pa.large_string()), pa.array(meanings.values())

    def parse(texts: pa.Array) -> pa.Array:
        as_written = pc.index_in(pc.utf8_upper(texts), vocabulary)
        if not as_written.null_count:
            return values.take(as_written)
        words = pc.replace_substring_regex(_codes(texts), r"[\s_-]+", "_")
        known = values.take(pc.index_in(words, vocabulary))
        if others is None:
            return known
        return pc.coalesce(known, _like(others, words))

    return parse


_padded_2 = _padded(2)
_related = _mapped(_RELATIONSHIPS, others=r"^[0-9A-Z]{2}$")


def _relationships(texts: pa.Array) -> pa.Array:
    return _related(_padded_2(texts))


def _pointers(texts: pa.Array) -> pa.Array:
    """Pointers as ``1:2``: numbers apart from each other, or letters of the CMS-1500 (A is the first diagnosis)."""
    return pa.array([_pointer_list(text) for text in texts.to_pylist()], type=pa.large_string())


def _pointer_list(text: str | None) -> str | None:
    words = (text or "").upper().replace(":", " ").replace(",", " ").replace(";", " ").replace("|", " ").split()
    numbers: list[int] = []
    for word in words:
        if word.isascii() and word.isdigit():
            numbers.append(int(word))
        else:
            numbers += [ord(letter) - ord("A") + 1 for letter in word]
    if not 1 <= len(numbers) <= 4 or not all(1 <= number <= 12 for number in numbers):
        return None
    return ":".join(map(str, numbers))


PARSERS: dict[str, Callable[[pa.Array], pa.Array]] = {
    "text": _texts,
    "note": _notes,
    "code": _codes,
    "code_2": _padded_2,
    "code_4": _padded(4),
    "bill_type": _bill_types,
    "dx": _diagnoses,
    "date": _dates,
    "cents": _cents,
    "number": _numbers,
    "count": _counts,
    "payer_type": _mapped({name.upper(): name for name in PAYER_TYPES}),
    "sex": _mapped(_SEXES),
    "relationship": _relationships,
    "pointers": _pointers,
}
