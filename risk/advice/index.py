"""Full text of the code set: titles and inclusion terms, as a table that SQLite's FTS5 searches.

One row per code and wording. What the tabular list names at a heading holds for the codes below it ("Acute otitis media
NOS" stands at H66.9, and the codes are one for each ear), so a heading's term joins what sets a code apart from the
heading. Codes that differ in the seventh character alone are one row of what is before it. "Without …" says what a
condition is not, and is left out.

FTS5 is part of the SQLite that Python brings; its Porter stemmer makes "diabetic" and "diabetes" one word.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import suppress

from risk.errors import ReferenceDataError
from risk.files import written_whole
from risk.reference.home import cache_folder
from risk.reference.icd10 import Icd10

#: Change it when the rows change.
_SCHEMA = 2
_SEVEN = 7

#: Parts of a title that name no condition.
_EMPTY = re.compile(
    r"\bwithout (?:(?! in | with )[^,])*|,? ?not elsewhere classified"
    r"|\b(?:unspecified|NOS|NEC|mention of|uncomplicated|mellitus)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z0-9]+")
_GRAMMAR = frozenset(
    [
        *("a", "an", "and", "as", "at", "by", "due", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to"),
        *("region", "regions", "side", "sides", "site", "sites", "specified", "with"),
    ]
)
#: What says no more than the rest: words in parentheses, which may be there or not (guideline I.A.7), the unspecified.
_OPTIONAL = re.compile(r"(?<!\w)\([^()]*\)|, unspecified \w+", re.IGNORECASE)
#: What two forms of a word differ in, and the letters of the rest that count: "diabetes", "diabetic".
_ENDING = re.compile(r"(?:ies|es|ic|ical|al|is|us|um|a|s|y)$")
_STEM = 8


def significant(text: str) -> set[str]:
    """Words of a wording that name something, in a form that is the same for singular and plural, noun and adjective.

    "Other" is among them: it stands for a condition that is named and has no code of its own.
    """
    return {_stem(word) for word in _WORD.findall(text.lower()) if word not in _GRAMMAR}


def _stem(word: str) -> str:
    return _ENDING.sub("", word)[:_STEM]


def open_index(icd10: Icd10) -> sqlite3.Connection:
    """Open the full text of a code set, from the cache or built anew (about two seconds, once).

    Table ``wording``: ``code`` (a code, or what stands before the seventh character), ``stems`` (of the words that have
    to be there), ``title`` (the tabular list's wording), ``text`` (what is searched). Raises
    :class:`risk.errors.ReferenceDataError` where this Python's SQLite has no FTS5.
    """
    key = hashlib.sha256(f"{icd10.version} {_SCHEMA} {sqlite3.sqlite_version}".encode()).hexdigest()[:12]
    path = cache_folder() / f"icd10cm-text-{key}.sqlite"
    connection = sqlite3.connect(":memory:")
    with suppress(OSError):
        digest, _, content = path.read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() == digest:
            connection.deserialize(content)
            return connection
    _build(connection, icd10)
    content = connection.serialize()
    with suppress(OSError):  # a home that cannot be written costs the building, and nothing else
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path, binary=True) as stream:
            stream.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
    return connection


def _build(connection: sqlite3.Connection, icd10: Icd10) -> None:
    try:
        connection.execute(
            "CREATE VIRTUAL TABLE wording USING fts5"
            "(code UNINDEXED, stems UNINDEXED, title UNINDEXED, text, detail=none, tokenize='porter unicode61')"
        )
    except sqlite3.OperationalError:
        raise ReferenceDataError(
            "SQLite of this Python", "expected one with full-text search (FTS5)", "use another build of Python"
        ) from None
    rows = ((code, _stems(text), title, _cleaned(text)) for code, title, text in _wordings(icd10))
    connection.executemany("INSERT INTO wording VALUES (?, ?, ?, ?)", (row for row in rows if significant(row[3])))
    connection.execute("INSERT INTO wording(wording) VALUES ('optimize')")
    connection.commit()


def _wordings(icd10: Icd10) -> Iterator[tuple[str, str, str]]:
    """Code, title or inclusion term as listed, and with what sets the code apart, of every code that is searched."""
    nodes = icd10.nodes
    titles = dict(zip(nodes["code"].tolist(), nodes["description"].tolist(), strict=True))
    terms = dict(zip(nodes["code"].tolist(), nodes["inclusion_terms"].tolist(), strict=True))
    billable = nodes.loc[nodes["billable"], "code"].tolist()
    for code in dict.fromkeys(searched_code(one, titles) for one in billable):
        title = titles[code]
        yield code, title, title
        for at in range(len(code), 2, -1):
            heading = code[:at]
            if heading in titles and terms[heading]:
                apart = _apart(title, titles[heading]) if heading != code else ""
                for term in terms[heading].splitlines():
                    yield code, term, f"{term} {apart}".strip()


def searched_code(code: str, titles: dict[str, str]) -> str:
    """Code under which a billable code is searched: itself, or what stands before its seventh character."""
    stem = code[:-1].rstrip("X")
    return stem if len(code) == _SEVEN and stem in titles else code


def _stems(text: str) -> str:
    return " ".join(sorted(significant(_cleaned(_OPTIONAL.sub(" ", text)))))


def _cleaned(text: str) -> str:
    return _EMPTY.sub(" ", text)


def _apart(title: str, heading: str) -> str:
    """Words of a title that its heading does not have: "left ear", "unspecified ear"."""
    known = significant(heading)
    return " ".join(word for word in _WORD.findall(title.lower()) if _stem(word) not in known)
