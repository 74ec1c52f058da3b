from __future__ import annotations

import re
from pathlib import Path

import pytest

from synthetic_data import simulate
from synthetic_data.catalogue import load_catalogue, read_toml
from synthetic_data.datasheet import CLAIMS, SEED, WORLD, datasheet_markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "synthetic-datasheet.md"


@pytest.fixture(scope="module")
def page() -> str:
    return datasheet_markdown()


def cells(page: str, name: str) -> list[str]:
    row = re.search(rf"^\| {name} \| (.*) \|$", page, re.MULTILINE)
    assert row is not None, name
    return row[1].split(" | ")


def test_the_page_that_is_shipped_is_the_one_that_is_made(page):
    assert PAGE.read_text(encoding="utf-8") == page


def test_it_answers_what_a_data_sheet_answers(page):
    for heading in ("Motivation", "Composition", "What no public source could give", "Uses", "Limits"):
        assert f"\n## {heading}\n" in page


def test_its_figures_are_those_of_the_sample(page):
    sample = simulate(CLAIMS, seed=SEED, world=WORLD)
    kinds = sample.batch.claims["claim_kind"].value_counts()
    for kind, count in kinds.items():
        assert cells(page, kind)[0] == f"{count:,}"
    total = sample.truth["true_probability"].sum()
    for reason, held in read_toml("payers.toml")["marginals"]["reason"].items():
        _, share, wanted = cells(page, reason.replace("_", " "))
        assert share == f"{100 * sample.truth[f'p_{reason}'].sum() / total:.1f} %"
        assert wanted == f"{100 * held:.1f} %"


def test_every_specialty_and_payer_type_has_a_row_that_adds_up(page):
    names = [one["id"].replace("_", " ") for one in load_catalogue().specialties]
    counts = [int(cells(page, name)[0].replace(",", "")) for name in names]
    assert sum(counts) == CLAIMS
    types = read_toml("payers.toml")["marginals"]["payer_type"]
    assert sum(int(cells(page, name.replace("_", " "))[0].replace(",", "")) for name in types) == CLAIMS
