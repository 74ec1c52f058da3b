"""The ICD-10-CM tabular list as CDC publishes it, in XML: codes, titles, inclusion terms and Excludes1 notes of a year.

What is built in is worked out from the April 2026 list by the same code (:func:`risk.reference.icd10_build.tables_of`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from risk.errors import ReferenceDataError
from risk.reference.icd10_build import no_lifecycle, tables_of
from risk.reference.published.editions import days_of_tabular_list, fiscal_year_of
from risk.reference.published.files import PublishedFile
from risk.reference.published.imported import Columns, Imported, ImportOptions
from risk.reference.published.lookups import dx_number
from risk.reference.published.tabular_xml import ROOT, parse_tabular

#: Columns: ``code`` (a number, ascending), ``billable``; texts ``description``, ``inclusion_terms`` (by line).
TABLE = "icd10cm_tabular"
#: Texts as :func:`risk.reference.icd10_excludes.excludes1_intervals` gives them, empty for null.
EXCLUDES1_TABLE = "icd10cm_excludes1"
_ROOT = re.compile(rf"<{re.escape(ROOT)}[\s/>]")
_YEAR = re.compile(r"20\d\d")
#: Codes and headings of a year; the lists of 2021 to 2027 have 95,000 to 98,000.
_FEWEST = 50_000


def recognises(file: PublishedFile) -> bool:
    """Whether a file is a tabular list in XML, of whatever encoding."""
    return not file.is_workbook and _ROOT.search(file.head().replace("\0", "")) is not None


def read(files: Sequence[PublishedFile], options: ImportOptions) -> list[Imported]:
    """Read one file for each edition.

    Raises :class:`ReferenceDataError` with the line for what is not as published, and for a list that is cut.
    """
    return [one for file in files for one in _edition(file, options)]


def _edition(file: PublishedFile, options: ImportOptions) -> list[Imported]:
    tabular = parse_tabular(file.data, file.name)
    year = _year(file, tabular.version, options)
    nodes, excludes1 = tables_of(tabular.chapters, no_lifecycle())
    if len(nodes) < _FEWEST:
        raise ReferenceDataError(file.name, f"expected a whole year, {_FEWEST:,} codes and more", "is the file cut?")
    edition, begins, ends = days_of_tabular_list(year, options.edition or file.stem)
    tables: dict[str, Columns] = {TABLE: _code_columns(nodes), EXCLUDES1_TABLE: _texts(excludes1)}
    return [Imported(table, edition, (begins, ends), columns, [file.name]) for table, columns in tables.items()]


def _year(file: PublishedFile, version: str, options: ImportOptions) -> int:
    """Fiscal year as told, or else as the list says; its name must not say otherwise."""
    if options.edition is not None or not _YEAR.fullmatch(version):
        return fiscal_year_of(file.name, file.stem, options.edition)
    named = re.findall(r"(?<!\d)20\d\d(?!\d)", file.stem)
    if named and version not in named:
        found = f"expected one fiscal year, the list says {version} and its name {named[0]}"
        raise ReferenceDataError(file.name, found, f"say it: --edition FY{named[0]}")
    return int(version)


def _code_columns(nodes: pd.DataFrame) -> Columns:
    numbers = np.array([dx_number(code) for code in nodes["code"]], dtype=np.int64)
    order = np.argsort(numbers)
    flags = nodes["billable"].to_numpy(dtype=np.int8)
    texts = _texts(nodes[["description", "inclusion_terms"]].iloc[order])
    return {"code": numbers[order], "billable": flags[order], **texts}


def _texts(frame: pd.DataFrame) -> Columns:
    return {str(name): pa.array(values.fillna("").to_list(), pa.large_string()) for name, values in frame.items()}
