"""The built-in tables of procedures as they lie in ``data``, with their types."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

FILES = (
    "procedures.csv",
    "ptp_pairs.csv",
    "add_ons.csv",
    "same_session.csv",
    "session_limits.csv",
    "bypass_modifiers.csv",
)
COUNTS = (
    "bilateral_indicator",
    "assistant_indicator",
    "cosurgeon_indicator",
    "team_indicator",
    "mue_practitioner",
    "mue_practitioner_mai",
    "mue_outpatient",
    "mue_outpatient_mai",
    "level",
    "max_levels",
)
FLAGS = ("add_on", "imaging_included")


def procedure_facts() -> pd.DataFrame:
    """One row per procedure; see ``Procedures.facts``."""
    facts = read_table("procedures.csv").set_index("procedure_code")
    return facts.assign(
        **{name: pd.to_numeric(facts[name]).astype("Int64") for name in COUNTS},
        **{name: facts[name] == "1" for name in FLAGS},
    )


def read_table(name: str) -> pd.DataFrame:
    """One file as texts."""
    with files("risk.reference").joinpath("data", name).open(encoding="utf-8") as handle:
        return pd.read_csv(handle, dtype="str")


def table_bytes(name: str) -> bytes:
    """Content of a file, for the digest."""
    return files("risk.reference").joinpath("data", name).read_bytes()


def session_limits(limits: pd.DataFrame) -> pd.DataFrame:
    """Numbers and words of the limits; see ``Procedures.session_limits``."""
    counts = {name: limits[name].astype("int64") for name in ("sessions", "days")}
    words = {
        name: limits[name].fillna("").str.split() for name in ("families", "uncounted_modifiers", "counted_modifiers")
    }
    return limits.assign(**counts, **words).set_index("limit")


def long_pairs(grouped: pd.DataFrame) -> pd.DataFrame:
    """From groups of codes to one row per pair and setting."""
    pairs = grouped.assign(
        column_1_code=grouped["column_1_codes"].str.split(), column_2_code=grouped["column_2_codes"].str.split()
    )
    pairs = pairs.explode("column_1_code").explode("column_2_code")
    pairs = pairs.melt(
        id_vars=["column_1_code", "column_2_code", "edition"],
        value_vars=["practitioner", "outpatient"],
        var_name="setting",
        value_name="modifier_indicator",
    ).dropna(subset="modifier_indicator")
    return pd.DataFrame(
        {
            "column_1_code": pairs["column_1_code"].astype("str"),
            "column_2_code": pairs["column_2_code"].astype("str"),
            "setting": pairs["setting"].astype("str"),
            "modifier_indicator": pairs["modifier_indicator"].astype("int64"),
            "source": ("NCCI PTP " + pairs["edition"] + " " + pairs["setting"]).astype("str"),
        }
    ).reset_index(drop=True)
