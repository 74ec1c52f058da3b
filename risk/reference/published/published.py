"""Everything the user has imported, ready to be looked up."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from risk.reference.published.add_on import TABLE as ADD_ON_CODES
from risk.reference.published.coverage_lookup import CoverageArticles
from risk.reference.published.fee_schedule import TABLE as FEE_SCHEDULE
from risk.reference.published.hcpcs import TABLE as HCPCS
from risk.reference.published.icd10_order import TABLE as ICD10_ORDER
from risk.reference.published.icd10_tabular import EXCLUDES1_TABLE as ICD10_EXCLUDES1
from risk.reference.published.icd10_tabular import TABLE as ICD10_TABULAR
from risk.reference.published.lookups import (
    AddOnEdits,
    CodePeriods,
    CodeYears,
    PairEdits,
    PaymentIndicators,
    Table,
    UnitLimits,
)
from risk.reference.published.ptp import TABLES as PAIR_TABLES
from risk.reference.published.store import Edition, stored_tables

#: Tables of unit limits by setting; that of DME suppliers is kept, but no claim of theirs is told from others.
LIMIT_TABLES = {"practitioner": "mue_practitioner", "outpatient": "mue_outpatient"}


@dataclass(frozen=True, eq=False)
class Published:
    """Imported tables by setting, ``practitioner`` and ``outpatient``; false where nothing was imported.

    Attributes
    ----------
    pairs, unit_limits
        By setting; a setting of which nothing was imported is left out.
    add_ons, indicators
        Add-on code edits, and indicators of the fee schedule.
    dx_years
        ICD-10-CM by fiscal year: the order file, or else the tabular list.
    dx_lists, dx_excludes1
        Tabular lists by fiscal year, and their Excludes1 notes; the earliest first.
    hcpcs_periods
        HCPCS level II by quarter, each code with its dates.
    coverage
        Articles of the coverage database by the day of the export.
    editions
        What was imported, by table and date.
    """

    pairs: Mapping[str, PairEdits] = field(default_factory=dict)
    unit_limits: Mapping[str, UnitLimits] = field(default_factory=dict)
    add_ons: AddOnEdits = field(default_factory=lambda: AddOnEdits(()))
    indicators: PaymentIndicators = field(default_factory=lambda: PaymentIndicators(()))
    dx_years: CodeYears = field(default_factory=lambda: CodeYears(()))
    dx_lists: tuple[Table, ...] = ()
    dx_excludes1: tuple[Table, ...] = ()
    hcpcs_periods: CodePeriods = field(default_factory=lambda: CodePeriods(()))
    coverage: CoverageArticles = field(default_factory=CoverageArticles)
    editions: tuple[Edition, ...] = ()

    @property
    def version(self) -> str:
        """Digest of the editions; empty where there are none."""
        if not self.editions:
            return ""
        parts = [f"{one.table} {one.name} {one.digest}" for one in self.editions]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def load_published() -> Published:
    """Open the imported tables; none of them is read before it is asked for.

    Raises :class:`risk.errors.ReferenceDataError` for one that is damaged or of another version of this tool.
    """
    return published_of(stored_tables())


def published_of(tables: Mapping[str, Sequence[Table]]) -> Published:
    """Tables by name, the editions of each from the earliest, ready to be looked up."""
    return Published(
        pairs={setting: PairEdits(tables[name]) for setting, name in PAIR_TABLES.items() if name in tables},
        unit_limits={setting: UnitLimits(tables[name]) for setting, name in LIMIT_TABLES.items() if name in tables},
        add_ons=AddOnEdits(tables.get(ADD_ON_CODES, ())),
        indicators=PaymentIndicators(tables.get(FEE_SCHEDULE, ())),
        dx_years=CodeYears(_one_a_day(tables.get(ICD10_TABULAR, ()), tables.get(ICD10_ORDER, ()))),
        dx_lists=tuple(tables.get(ICD10_TABULAR, ())),
        dx_excludes1=tuple(tables.get(ICD10_EXCLUDES1, ())),
        hcpcs_periods=CodePeriods(tables.get(HCPCS, ())),
        coverage=CoverageArticles.of_tables(tables),
        editions=tuple(one.edition for name in sorted(tables) for one in tables[name]),
    )


def _one_a_day(lists: Sequence[Table], orders: Sequence[Table]) -> list[Table]:
    """Lists and order files in the order of their first days; of one day the order file, which needs no working out."""
    by_day = {one.edition.begins: one for one in (*lists, *orders)}
    return [by_day[day] for day in sorted(by_day)]
