"""docs/labels.md says what the code does, as far as it can be read off."""

from __future__ import annotations

import re
from pathlib import Path

from risk.outcomes import LABEL_COLUMNS
from risk.outcomes.decisions import LATER_PAYERS, UNDECIDED
from risk.outcomes.matching import CROWDED
from risk.outcomes.maturity import FALLBACK_DAYS, LEAST_ANSWERED, WITHIN

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "labels.md").read_text("utf-8")
WORDS = " ".join(PAGE.split())


def test_columns_and_numbers_are_those_of_the_code():
    assert set(re.findall(r"`(\w+)`", PAGE)) >= {*LABEL_COLUMNS, "matched", "unmatched", "immature"}
    for said in (
        f"{WITHIN:.0%}".replace("%", " %"),
        f"fewer than {LEAST_ANSWERED};",
        f"{FALLBACK_DAYS} days",
        f"{CROWDED:,}",
    ):
        assert said in WORDS, said


def test_every_status_that_is_treated_apart_is_named():
    stated = {int(number) for number in re.findall(r"\b\d+\b", PAGE.replace("13, 15–17", "13, 15, 16, 17"))}
    assert {int(code) for code in (*LATER_PAYERS, *UNDECIDED, "4", "19", "22")} <= stated
