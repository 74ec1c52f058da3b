"""What reference data there is, as a table for people."""

from __future__ import annotations

from datetime import date

from risk.reference import load_reference
from risk.reference.icd10 import FIRST_KNOWN_DATE, LAST_KNOWN_DATE
from risk.reference.icd10_years import newer_lists
from risk.reference.published.store import Edition, newest_editions, reference_folder

_MEANINGS = {
    "ptp_practitioner": "NCCI procedure pairs, practitioners",
    "ptp_outpatient": "NCCI procedure pairs, outpatient hospitals",
    "mue_practitioner": "unit limits (MUE), practitioners",
    "mue_outpatient": "unit limits (MUE), outpatient hospitals",
    "mue_dme": "unit limits (MUE), equipment suppliers",
    "add_on_codes": "add-on code edits",
    "icd10cm_order": "ICD-10-CM, all codes of a fiscal year",
    "icd10cm_tabular": "ICD-10-CM tabular list, codes, titles and inclusion terms",
    "icd10cm_excludes1": "ICD-10-CM tabular list, Excludes1 notes",
    "hcpcs_level_2": "HCPCS level II, codes and their dates",
    "coverage_articles": "coverage articles (MCD), where and when they hold",
    "coverage_procedures": "coverage articles (MCD), procedures",
    "coverage_diagnoses": "coverage articles (MCD), diagnoses",
    "fee_schedule": "fee schedule indicators",
}


def edition_line(one: Edition) -> str:
    """One imported edition: table, edition, period, rows."""
    meaning = _MEANINGS.get(one.table, one.table)
    return f"{one.table} {one.name}: {meaning}, {one.begins} to {one.ends}, {one.rows:,} rows"


def status_table(today: date) -> str:
    """Everything claims are held against, built in first."""
    reference = load_reference()
    procedures, editions = reference.procedures, reference.procedures.published.editions
    imported = {one.table for one in editions}
    lines = [
        f"reference {reference.version}",
        "",
        "built in",
        f"  ICD-10-CM             {FIRST_KNOWN_DATE} to {LAST_KNOWN_DATE}, {len(reference.icd10.nodes):,} rows"
        + (", with those of the imported lists" if newer_lists(procedures.published.dx_lists) else "")
        + _replaced("icd10cm", imported),
        f"  pain procedures       {len(procedures.facts):,} codes, editions of 2024Q3",
        f"  procedure pairs       {len(procedures.ptp):,} of pain procedures" + _replaced("ptp", imported),
        f"  add-on codes          {len(procedures.add_on_primaries):,}" + _replaced("add_on", imported),
        f"  HCPCS level II        {len(reference.hcpcs.ended):,} codes that ended" + _replaced("hcpcs", imported),
        f"  payer terms           {reference.payers.version}",
        "",
        f"imported, in {reference_folder()}",
    ]
    newest = newest_editions(editions)
    for one in editions:
        days = one.days_old(today)
        age = f"; out of date for {days} days" if one in newest and days > 0 else ""
        lines.append(f"  {edition_line(one)}; imported {one.imported} from {', '.join(one.sources)}{age}")
    if not editions:
        lines.append("  nothing: other procedures than those of interventional pain have no pairs, limits or add-ons")
    return "\n".join(lines)


def _replaced(prefix: str, imported: set[str]) -> str:
    return "; the imported tables count before them" if any(name.startswith(prefix) for name in imported) else ""
