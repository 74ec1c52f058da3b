"""Compiles ICD-10-CM: a tabular list, the code changes around it, sides and Excludes1 notes.

A list is a tree of :class:`TabularNode`: that of April 2026, which is built in, or one a user imports
(:mod:`risk.reference.published.tabular_xml`). The built-in one comes from the PyPI package ``simple_icd_10_cm`` 1.5.0
(MIT; the list itself is a work of CDC/NCHS), which takes two seconds and two hundred megabytes to import: it is
imported here and nowhere else.
"""

from __future__ import annotations

import csv
import importlib
import io
import warnings
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from risk.errors import ReferenceDataError
from risk.reference.icd10_excludes import excludes1_intervals
from risk.reference.icd10_sides import SIDES, sided_groups

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: The one release that is known to carry the April 2026 tabular list; another release is other medicine.
PACKAGE, PACKAGE_VERSION = "simple_icd_10_cm", "1.5.0"

LIFECYCLE_FILE = "icd10cm_lifecycle.csv"
LIFECYCLE_COLUMNS = ("code", "kind", "from_earliest", "from_latest", "to_earliest", "to_latest", "description")
DATE_COLUMNS = LIFECYCLE_COLUMNS[2:6]


class TabularNode(Protocol):
    """A chapter, a section, or a code of a tabular list, with all that stands below it."""

    @property
    def type(self) -> str:
        """One of chapter, section, category, subcategory, extended subcategory (with a seventh character)."""

    @property
    def name(self) -> str:
        """Code with or without dot; of a section its range ("M50-M54")."""

    @property
    def description(self) -> str:
        """Title."""

    @property
    def children(self) -> Sequence[TabularNode]:
        """What stands directly below; none below a billable code."""

    @property
    def excludes1(self) -> Sequence[str]:
        """Excludes1 notes that stand here."""

    @property
    def inclusion_term(self) -> Sequence[str]:
        """Conditions named here."""


def lifecycle_bytes() -> bytes:
    """Read the shipped table of codes whose life began or ended between FY2021 and FY2027, as shipped."""
    return (Path(__file__).parent / "data" / LIFECYCLE_FILE).read_bytes()


def read_lifecycle(content: bytes) -> pd.DataFrame:
    """Parse the lifecycle table: one row per changed code, dates as ``datetime64[s]``, absent as null."""
    lines = [line for line in content.decode("utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    if not rows or tuple(rows[0]) != LIFECYCLE_COLUMNS:
        raise ReferenceDataError(LIFECYCLE_FILE, f"expected the columns {', '.join(LIFECYCLE_COLUMNS)}")
    frame = pd.DataFrame(rows, dtype="str").set_index("code")
    if not frame.index.is_unique:
        raise ReferenceDataError(LIFECYCLE_FILE, "expected one row per code")
    for column in DATE_COLUMNS:
        frame[column] = pd.to_datetime(frame[column], format="%Y-%m-%d").astype("datetime64[s]")
    return frame


def compile_icd10() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compile the built-in code set, as :func:`tables_of`; takes about four seconds.

    Raises :class:`ReferenceDataError` where the installed ``simple_icd_10_cm`` is not the release this was made for.
    """
    return tables_of(built_in_chapters(), read_lifecycle(lifecycle_bytes()))


def tables_of(chapters: Sequence[TabularNode], lifecycle: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compile a tabular list.

    Parameters
    ----------
    chapters
        The list.
    lifecycle
        Codes that changed before and after it, as :func:`read_lifecycle`; :func:`no_lifecycle` for the list alone.

    Returns
    -------
    nodes
        One row per code of any edition, in code order: code, description, billable (ever), the four lifecycle dates,
        side (index into ``SIDES``), side_group (−1: none), inclusion_terms (newline-separated).
    excludes1
        One row per excluded interval of codes; see :func:`risk.reference.icd10_excludes.excludes1_intervals`.
    """
    tabular = list(_walk(chapters))
    codes = [node for node in tabular if node.type not in ("chapter", "section")]
    nodes = _with_lifecycle(_listed(codes), lifecycle)
    nodes["side"], nodes["side_group"] = sides(nodes)
    leaves = sorted(nodes.index[nodes["billable"]])
    categories = sorted(code for code in nodes.index if len(code) == 3)
    excludes1 = excludes1_intervals(_notes(tabular), categories, leaves)
    return nodes.sort_index().reset_index(names="code"), excludes1


def no_lifecycle() -> pd.DataFrame:
    """No code that changed, in the form of :func:`read_lifecycle`."""
    frame = pd.DataFrame(columns=list(LIFECYCLE_COLUMNS), dtype="str").set_index("code")
    return frame.astype(dict.fromkeys(DATE_COLUMNS, "datetime64[s]"))


def built_in_chapters() -> Sequence[TabularNode]:
    """Chapters of the April 2026 list.

    Raises :class:`ReferenceDataError` where the installed ``simple_icd_10_cm`` is not the release this was made for.
    """
    try:
        installed = version(PACKAGE)
    except PackageNotFoundError:
        installed = ""
    if installed != PACKAGE_VERSION:
        raise ReferenceDataError(
            PACKAGE, f"expected release {PACKAGE_VERSION} to be installed", f"install {PACKAGE}=={PACKAGE_VERSION}"
        )
    # The public functions go by name and so cannot reach the 39 categories that share theirs with a block (C50, B20 …).
    with warnings.catch_warnings():
        # The package reads its own data by a deprecated call; that is no news for a user of ours.
        warnings.simplefilter("ignore", DeprecationWarning)
        chapters: list[TabularNode] = list(importlib.import_module(f"{PACKAGE}.{PACKAGE}")._chapter_list)
    return chapters


def _walk(nodes: Sequence[TabularNode]) -> Iterator[TabularNode]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _listed(codes: Sequence[TabularNode]) -> pd.DataFrame:
    """Codes of a list; a leaf is billable, also where it is a category alone (B20, F99, P84, R99, Z66)."""
    return pd.DataFrame(
        {
            "description": [node.description for node in codes],
            "billable": [not node.children for node in codes],
            "inclusion_terms": ["\n".join(node.inclusion_term) for node in codes],
        },
        index=pd.Index([node.name.replace(".", "") for node in codes], dtype="str"),
    ).assign(**dict.fromkeys(DATE_COLUMNS, pd.Series(dtype="datetime64[s]")))


def _with_lifecycle(listed: pd.DataFrame, lifecycle: pd.DataFrame) -> pd.DataFrame:
    described = lifecycle["description"].where(lifecycle["description"] != "")
    absent = lifecycle.index.difference(listed.index)
    nodes = listed.reindex(listed.index.append(absent))
    nodes["description"] = nodes["description"].fillna(described.reindex(nodes.index))
    if nodes["description"].isna().any():
        raise ReferenceDataError(LIFECYCLE_FILE, "expected a description for every code that the tabular list lacks")
    billable = lifecycle["kind"] == "billable"
    nodes["billable"] = nodes["billable"].eq(True) | billable.reindex(nodes.index, fill_value=False)
    nodes["inclusion_terms"] = nodes["inclusion_terms"].fillna("")
    for column in DATE_COLUMNS:
        nodes[column] = lifecycle[column].reindex(nodes.index)
    return nodes


def sides(nodes: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Side and group of each code; codes that ended are left out, so that nothing points to them as an alternative."""
    current = nodes[nodes["billable"] & nodes["to_latest"].isna()]
    found = sided_groups(current["description"])
    side = found["side"].reindex(nodes.index, fill_value=SIDES.index("none"))
    group = found["side_group"].reindex(nodes.index, fill_value=-1)
    return side.astype("int8"), group.astype("int32")


def _notes(tabular: Sequence[TabularNode]) -> Iterator[tuple[str, list[str], str]]:
    """Excludes1 notes as (where it stands, code prefixes it holds for, text); a block holds for its categories."""
    for node in tabular:
        if not node.excludes1:
            continue
        if node.type in ("chapter", "section"):
            scope = [below.name for below in _walk(node.children) if below.type == "category"]
        else:
            scope = [node.name.replace(".", "")]
        for text in node.excludes1:
            yield node.name.replace(".", ""), scope, text
