"""The published subsets beside the project, written as CMS publishes them and read by the importer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tests.reference.icd10_shared import oracle
from tests.reference.published.published_files import write_add_ons, write_fee_schedule, write_mue, write_ptp

if TYPE_CHECKING:
    from pathlib import Path

#: Quarter the subsets are of.
QUARTER = "2024Q3"
#: A day of it.
DAY = "2024-08-14"
PAIR_FILES = {
    "practitioner": ("ncci_ptp_pain_subset_2024Q3_practitioner.csv", "pra"),
    "outpatient": ("ncci_ptp_pain_subset_2024Q3_outpatient_hospital.csv", "oph"),
}


def pair_rows(setting: str) -> pd.DataFrame:
    """Rows of the setting's pairs: column1, column2, deletion_date (ISO or null), modifier_indicator; all text."""
    return pd.read_csv(oracle(PAIR_FILES[setting][0]), dtype="str")


def add_on_rows() -> pd.DataFrame:
    """Rows of the add-on edits: primary_code, add_on_code, aoc_edit_type; all text."""
    return pd.read_csv(oracle("ncci_addon_pain_subset_2024.csv"), dtype="str")


def indicator_rows() -> pd.DataFrame:
    """Fee schedule and unit limits by code: status, glob (text), bilat_surg, mue_prac, mue_oph and their _mai."""
    columns = {"hcpcs_code": "str", "glob": "str", "status": "str"}
    return pd.read_csv(oracle("pain_codes_pfs_indicators_mue_2024Q3.csv"), dtype=columns).set_index("hcpcs_code")


def pair_files(folder: Path, setting: str) -> list[Path]:
    """The pairs as text files of a quarter; the subset has no effective dates, so all begin on 2020-01-01."""
    ended = pair_rows(setting)["deletion_date"].str.replace("-", "").fillna("*")
    rows = [
        f"{row.column1} {row.column2} 20200101 {last} {row.modifier_indicator}"
        for row, last in zip(pair_rows(setting).itertuples(), ended, strict=True)
    ]
    return write_ptp(folder, *rows, setting=PAIR_FILES[setting][1])


def add_on_file(folder: Path) -> Path:
    """The add-on edits as a workbook."""
    rows = [f"{row.add_on_code} {row.aoc_edit_type} {row.primary_code} 2020001 -" for row in add_on_rows().itertuples()]
    return write_add_ons(folder, *rows, quarter=QUARTER)


def unit_limit_files(folder: Path) -> list[Path]:
    """The unit limits of both settings."""
    names = {"prac": "Practitioner Services", "oph": "Outpatient Hospital Services"}
    return [
        write_mue(
            folder,
            *(
                f"{code} {units:.0f} {mai:.0f}"
                for code, units, mai in indicator_rows()[[f"mue_{short}", f"mue_{short}_mai"]].dropna().itertuples()
            ),
            setting=setting,
            date="07-01-2024",
        )
        for short, setting in names.items()
    ]


def fee_schedule_file(folder: Path) -> Path:
    """The fee schedule's global periods and bilateral indicators, with the status of each code."""
    rows = [f"{row.Index} - {row.glob} {row.bilat_surg:.0f} {row.status}" for row in indicator_rows().itertuples()]
    return write_fee_schedule(folder, *rows, month="Jul")
