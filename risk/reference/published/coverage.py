"""Billing and coding articles of the Medicare Coverage Database: which diagnoses support a procedure, and where.

Source of the layout: the weekly export, ``current_article.zip`` and ``all_article.zip``, with the CSVs in an archive
inside. It has the newest version of each article; older versions are in older exports, so editions are kept by date.
Only numbers are kept: no descriptor, title or text. Three tables are made of an export, sorted as listed:

``coverage_articles``   document, state, kind, whole, effective, ends: where a version of an article holds, and when
``coverage_procedures`` code, document, lists: procedures it names, and which of its lists are closed ones for them
``coverage_diagnoses``  document, dx, lists: diagnoses on its lists

A document is one version of an article (:data:`VERSIONS`). ``lists`` has :data:`COVERED`, :data:`NEVER` or both. The
export pairs no group of procedures with a group of diagnoses in its data, so groups are not told apart: a diagnosis in
any of them counts.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from risk.errors import ReferenceDataError
from risk.reference.published.codes import NONE, numbers_of
from risk.reference.published.coverage_areas import areas_of, read_jurisdictions, read_kinds, read_states
from risk.reference.published.coverage_csv import CsvTable, header_of, read_table
from risk.reference.published.coverage_groups import ListScope
from risk.reference.published.files import PublishedFile
from risk.reference.published.imported import Columns, Imported, ImportOptions
from risk.reference.published.lookups import OPEN_END, day_number, dx_number

Array = np.ndarray[Any, Any]

TABLES = ("coverage_articles", "coverage_procedures", "coverage_diagnoses")
#: A document is the number of its article times this, plus its version.
VERSIONS = 10_000
_ARTICLES = 1_000_000
#: Which list a diagnosis is on, or is closed for a procedure: of what supports it, of what never does.
COVERED, NEVER = 1, 2

_KEY = ("article_id", "article_version")
_CONTRACTOR = ("contractor_id", "contractor_type_id", "contractor_version")
#: Files that are read, with the columns that tell each from all others.
FILES: Mapping[str, tuple[str, ...]] = {
    "article": (*_KEY, "status", "article_eff_date", "article_end_date"),
    "article_x_hcpc_code": (*_KEY, "hcpc_code_id", "hcpc_code_group"),
    "article_x_icd10_covered": (*_KEY, "icd10_code_id", "icd10_covered_group"),
    "article_x_icd10_noncovered": (*_KEY, "icd10_code_id", "icd10_noncovered_group"),
    "article_x_icd10_covered_group": (*_KEY, "icd10_covered_group", "paragraph"),
    "article_x_icd10_noncovered_group": (*_KEY, "icd10_noncovered_group", "paragraph"),
    "article_x_contractor": (*_KEY, *_CONTRACTOR),
    "contractor_jurisdiction": (*_CONTRACTOR, "state_id", "active_date", "term_date"),
    "contractor_type_lookup": ("contractor_type_id", "description"),
    "state_lookup": ("state_id", "state_abbrev", "description"),
    "article_x_primary_jurisdiction": (*_KEY, "state_id"),
}
#: Files without which an export still tells all that is needed, and those that may have no rows.
_OPTIONAL = ("article_x_primary_jurisdiction",)
_MAY_BE_EMPTY = (*_OPTIONAL, "article_x_icd10_noncovered", "article_x_icd10_noncovered_group")
_MORE = {"article": ("article_rev_end_date", "date_retired")}
#: Columns of an export's other tables, which are passed over.
_ELSEWHERE = ("article_id", "contractor_id", "state_id", "region_id", "period_id", "url_type_id", "article_type_id")
_LCD = ("lcd_id", "lcd_version")
_IN_FORCE, _RETIRED = "A", "R"
_DX = r"^[A-Z]\d[0-9A-Z]{1,5}$"
#: What a group has instead of a code, where it has none.
_NO_CODES = ("XX000", "NA", "N/A", "NONE", "")
#: Share of cells that may be no code; more, and the columns are not what their names say.
_FEW = 0.01
#: CMS exports weekly; codes change by the quarter, and with them the articles.
_SERVES = timedelta(days=90)
_EDITION = re.compile(r"(20\d\d)[-_](\d\d)[-_](\d\d)")


def recognises(file: PublishedFile) -> bool:
    """Whether a file is a table of an export of articles, by its header, or else its name."""
    header = header_of(file)
    if any(name in header for name in _LCD):
        return False
    return _table_of(file) is not None or any(name in header for name in _ELSEWHERE)


def read(files: Sequence[PublishedFile], options: ImportOptions) -> list[Imported]:
    """Read the tables of one export.

    Raises :class:`ReferenceDataError` with the line for a row that is not as published, and where a table is missing,
    is given twice, or the day of the export is not to be known.
    """
    given: dict[str, PublishedFile] = {}
    for file in files:
        name = _table_of(file)
        if name in given:
            hint = "import one export at a time, that of articles alone"
            raise ReferenceDataError(file.name, f"expected one {name}.csv, {given[name].name} is another", hint)
        if name is not None:
            given[name] = file
    missing = [f"{name}.csv" for name in FILES if name not in given and name not in _OPTIONAL]
    if missing:
        hint = "give the archive CMS publishes, current_article.zip or all_article.zip"
        raise ReferenceDataError(files[0].name, f"expected {', '.join(missing)} of the export too", hint)
    tables = {name: read_table(given[name], FILES[name], _MORE.get(name, ())) for name in FILES if name in given}
    for name, table in tables.items():
        if not len(table) and name not in _MAY_BE_EMPTY:
            raise ReferenceDataError(table.file.name, "expected rows after the header", "is the file whole?")
    day = _edition(tables["article"], options)
    columns = _columns(tables, day_number(day))
    sources = sorted({file.name.rpartition(" in ")[2] for file in given.values()})
    period = day, day + _SERVES
    return [Imported(name, day.isoformat(), period, part, sources) for name, part in zip(TABLES, columns, strict=True)]


def _table_of(file: PublishedFile) -> str | None:
    header = header_of(file)
    by_header = next((name for name, columns in FILES.items() if set(columns) <= set(header)), None)
    if by_header is not None or not header:
        return by_header
    stem = PurePosixPath(file.stem.replace("\\", "/")).name.lower()
    return stem if stem in FILES else None


def _edition(articles: CsvTable, options: ImportOptions) -> date:
    """Day of an export: as told, or as a date in the file's name, or the day of its newest change."""
    told = options.edition
    names = " ".join(PurePosixPath(part).name for part in articles.file.name.split(" in "))
    named = _day_in(told if told is not None else names)
    if named is not None:
        return named
    if told is not None:
        raise ReferenceDataError("--edition", "expected the day of the export, such as 2026-09-28")
    stamped = articles.days("last_updated") if "last_updated" in articles.texts else []
    changed = [day for day in stamped if day is not None]
    if not changed:
        hint = "say it: --edition 2026-09-28"
        raise ReferenceDataError(articles.file.name, "expected a name or a last_updated that tells its day", hint)
    return date(1970, 1, 1) + timedelta(days=max(changed))


def _day_in(text: str) -> date | None:
    for match in _EDITION.finditer(text):
        year, month, day = map(int, match.groups())
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            return date(year, month, day)
    return None


def _columns(tables: Mapping[str, CsvTable], day: int) -> tuple[Columns, Columns, Columns]:
    documents = {name: _documents(table) for name, table in tables.items() if "article_id" in table.texts}
    periods = _periods(tables["article"], documents["article"])
    articles = _articles(tables, documents, periods, day)
    kept = np.unique(articles["document"])
    if not len(kept):
        raise ReferenceDataError(
            tables["article"].file.name, "expected articles in force, of contractors for Part A or B", "is it whole?"
        )
    scopes: dict[int, dict[int, ListScope]] = {}
    diagnoses = []
    for bit, name in ((COVERED, "article_x_icd10_covered"), (NEVER, "article_x_icd10_noncovered")):
        table = tables[name]
        dx, is_none, unreadable = _diagnoses(table)
        listed = dx >= 0
        diagnoses.append((documents[name][listed], dx[listed], bit))
        own = _scopes(tables[f"{name}_group"], documents, name, ~is_none, table)
        for document in np.unique(documents[name][unreadable]).tolist():
            own[document].is_open = True
        scopes[bit] = {document: own[document] for document in np.unique(documents[name][listed]).tolist()}
    return articles, _procedures(tables, documents, kept, scopes), _merged(diagnoses, kept)


def _documents(table: CsvTable) -> Array:
    return table.numbers("article_id", _ARTICLES) * VERSIONS + table.numbers("article_version", VERSIONS)


def _periods(articles: CsvTable, documents: Array) -> dict[int, tuple[int, int]]:
    """First and last day of the versions that are or were in force; drafts are left out, and what has no days."""
    unique, counts = np.unique(documents, return_counts=True)
    articles.refuse(np.isin(documents, unique[counts > 1]), "each version of an article once")
    ends = zip(*(articles.days(name) for name in ("article_end_date", *_MORE["article"])), strict=True)
    rows = zip(documents.tolist(), articles.list_of("status"), articles.days("article_eff_date"), ends, strict=True)
    found = {}
    for document, status, begin, lasts in rows:
        end = min((last for last in lasts if last is not None), default=None)
        in_force = status == _IN_FORCE or (status == _RETIRED and end is not None)
        if in_force and begin is not None:
            found[document] = begin, int(OPEN_END) if end is None else end
    return found


def _articles(
    tables: Mapping[str, CsvTable],
    documents: Mapping[str, Array],
    periods: Mapping[int, tuple[int, int]],
    day: int,
) -> Columns:
    narrower: dict[int, set[int]] = defaultdict(set)
    if (table := tables.get("article_x_primary_jurisdiction")) is not None:
        own = documents["article_x_primary_jurisdiction"].tolist()
        for document, area in zip(own, table.numbers("state_id", 10_000).tolist(), strict=True):
            narrower[document].add(area)
    areas = areas_of(
        tables["article_x_contractor"],
        documents["article_x_contractor"].tolist(),
        read_kinds(tables["contractor_type_lookup"]),
        read_jurisdictions(tables["contractor_jurisdiction"], day),
        narrower,
        read_states(tables["state_lookup"]),
    )
    rows = [(*one, *periods[one[0]]) for one in areas if one[0] in periods]
    document, state, kind, whole, effective, ends = zip(*rows, strict=True) if rows else ((),) * 6
    return {
        "document": np.array(document, dtype=np.int64),
        "state": np.array(state, dtype=np.int16),
        "kind": np.array(kind, dtype=np.int8),
        "whole": np.array(whole, dtype=np.int8),
        "effective": np.array(effective, dtype=np.int32),
        "ends": np.array(ends, dtype=np.int32),
    }


def _diagnoses(table: CsvTable) -> tuple[Array, Array, Array]:
    """Number of each diagnosis, −1 for none; whether the cell says there is none; whether it cannot be read."""
    texts = pc.utf8_upper(pc.replace_substring(table.texts["icd10_code_id"], ".", "")).dictionary_encode()
    distinct, places = texts.dictionary, texts.indices.to_numpy()
    is_code = pc.match_substring_regex(distinct, _DX).to_pylist()
    numbers = np.array(
        [dx_number(code) if good else -1 for code, good in zip(distinct.to_pylist(), is_code, strict=True)],
        dtype=np.int64,
    )[places]
    is_none = np.array([code in _NO_CODES for code in distinct.to_pylist()], dtype=bool)[places]
    unreadable = (numbers < 0) & ~is_none
    if unreadable.sum() > _FEW * len(unreadable):
        table.refuse(unreadable, "an ICD-10-CM code as icd10_code_id")
    return numbers, is_none, unreadable


def _scopes(
    groups: CsvTable, documents: Mapping[str, Array], name: str, has_code: Array, listed: CsvTable
) -> defaultdict[int, ListScope]:
    """What the paragraphs of one list say, by document; ``has_code`` and ``listed`` are of the list's rows."""
    column = FILES[name][-1]
    filled = set(zip(documents[name][has_code].tolist(), _group(listed, column)[has_code].tolist(), strict=True))
    scopes: defaultdict[int, ListScope] = defaultdict(ListScope)
    keys = list(zip(documents[f"{name}_group"].tolist(), _group(groups, column).tolist(), strict=True))
    for document, _ in filled.difference(keys):  # a group without its paragraph may be for anything
        scopes[document].is_open = True
    for key, paragraph in zip(keys, groups.list_of("paragraph"), strict=True):
        scopes[key[0]].add(paragraph, key in filled, rules_out="noncovered" in name)
    return scopes


def _group(table: CsvTable, column: str) -> Array:
    return table.numbers(column, 10_000, may_lack=True)


def _procedures(
    tables: Mapping[str, CsvTable],
    documents: Mapping[str, Array],
    kept: Array,
    scopes: Mapping[int, Mapping[int, ListScope]],
) -> Columns:
    table, document = tables["article_x_hcpc_code"], documents["article_x_hcpc_code"]
    texts = pc.utf8_upper(table.texts["hcpc_code_id"])
    codes = numbers_of(texts)
    codes[pc.is_in(texts, pa.array(_NO_CODES, pa.large_string())).to_numpy(zero_copy_only=False)] = NONE
    bad = (codes == NONE) & ~pc.is_in(texts, pa.array(_NO_CODES, pa.large_string())).to_numpy(zero_copy_only=False)
    if bad.sum() > _FEW * len(bad):
        table.refuse(bad, "a code of five letters and digits as hcpc_code_id")
    pairs = np.unique(np.stack([codes, document], axis=1)[(codes != NONE) & np.isin(document, kept)], axis=0)
    lists = np.zeros(len(pairs), dtype=np.int8)
    by_document = np.argsort(pairs[:, 1], kind="stable")
    bounds = np.flatnonzero(np.diff(pairs[by_document, 1], prepend=-1, append=-1))
    for begin, end in pairwise(bounds.tolist()):
        rows = by_document[begin:end]
        for bit, own in scopes.items():
            scope = own.get(int(pairs[rows[0], 1]))
            if scope is not None:
                lists[rows[scope.covers(pairs[rows, 0])]] |= bit
    return {"code": pairs[:, 0].copy(), "document": pairs[:, 1].copy(), "lists": lists}


def _merged(parts: Sequence[tuple[Array, Array, int]], kept: Array) -> Columns:
    """Diagnoses of both lists by document, each once."""
    document, dx = (np.concatenate([part[at] for part in parts]) for at in (0, 1))
    bits = np.concatenate([np.full(len(own), bit, dtype=np.int8) for own, _, bit in parts])
    inside = np.isin(document, kept)
    document, dx, bits = document[inside], dx[inside], bits[inside]
    order = np.lexsort((dx, document))
    document, dx, bits = document[order], dx[order], bits[order]
    first = np.flatnonzero((np.diff(document, prepend=-1) != 0) | (np.diff(dx, prepend=-1) != 0))
    return {
        "document": document[first],
        "dx": dx[first],
        "lists": np.bitwise_or.reduceat(bits, first) if len(first) else bits,
    }
