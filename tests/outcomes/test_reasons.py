"""The table of reasons says something of every code, and nothing that the rest of the tool does not know."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pandas as pd
import pytest

from models.reasons import ENDED_CARCS, REASONS, USUAL_CARCS
from risk.outcomes.reasons import INFORMATIONAL_RARCS, TREATMENTS, carc_table, reason_of, treatment_of
from risk.rules import select_rules
from synthetic_data.catalogue import read_toml

SHARED = Path(os.environ.get("DENIAL_RISK_SHARED") or Path(__file__).resolve().parents[3] / "shared")
CODES = SHARED / "refdata" / "carc_codes_dates_no_descriptions_2024-06.csv"
RARCS = SHARED / "refdata" / "rarc_codes_dates_no_descriptions_2024-06.csv"


def test_every_row_is_a_treatment_and_only_denials_have_a_reason():
    for carc, (treatment, reason) in carc_table().items():
        assert treatment in TREATMENTS, carc
        assert reason is None or (treatment == "denial" and reason in REASONS), carc


def test_every_reason_has_its_usual_codes():
    for reason, carcs in USUAL_CARCS.items():
        assert set(reason_of(pd.Series(carcs, dtype="str"))) == {reason}


def test_the_codes_of_the_synthetic_payers_lead_back_to_their_reasons():
    causes = read_toml("causes.toml")
    mistakes = [(one["carc"], one["reason"]) for one in causes["mistake"].values()]
    background = [(one["carc"], reason) for reason, one in causes["background"].items()]
    carcs, reasons = zip(*mistakes, *background, strict=True)
    assert reason_of(pd.Series(carcs, dtype="str")).tolist() == list(reasons)


def test_what_the_rules_warn_of_is_a_denial():
    carcs = pd.Series([one.carc for one in select_rules()], dtype="str")
    assert set(treatment_of(carcs)) == {"denial"}


def test_contract_and_patient_share_are_no_denials_and_ended_codes_still_are():
    codes = pd.Series(["45", "1", "2", "3", "23", "133", None], dtype="str")
    assert treatment_of(codes).tolist()[:6] == [
        "contractual",
        "patient_share",
        "patient_share",
        "patient_share",
        "informational",
        "pending",
    ]
    assert treatment_of(codes).isna().tolist() == [False] * 6 + [True]
    assert reason_of(pd.Series(sorted(ENDED_CARCS), dtype="str")).notna().all()


def test_a_code_that_is_not_in_the_table_is_a_denial_of_unknown_reason():
    assert treatment_of(pd.Series(["ZZ9"], dtype="str")).tolist() == ["denial"]
    assert reason_of(pd.Series(["ZZ9"], dtype="str")).isna().all()


@pytest.mark.skipif(not CODES.exists(), reason="no code list; DENIAL_RISK_SHARED can name its folder")
def test_the_table_has_the_codes_of_the_published_list_and_no_other():
    with CODES.open() as lines:
        assert [row["adj_code"] for row in csv.DictReader(lines)] == list(carc_table())
    with RARCS.open() as lines:
        assert {row["adj_code"] for row in csv.DictReader(lines)} >= INFORMATIONAL_RARCS
