"""The most costly and the likeliest claims, in every format for people, with what as long a list caught."""

import io
import json
import re
from dataclasses import replace

import openpyxl
import pytest

from risk.claims.examples import claim, line
from risk.reports.capacity import capacity_lists
from risk.reports.page import worklist_page
from risk.reports.table import worklist_table
from risk.reports.write import worklist_order
from risk.reports.xlsx import write_xlsx

CURVE = {
    "share": [0.0, 0.5, 1.0],
    "denials_by_risk": [0.0, 0.8, 1.0],
    "amount_by_risk": [0.0, 0.4, 1.0],
    "denials_by_stake": [0.0, 0.6, 1.0],
    "amount_by_stake": [0.0, 0.9, 1.0],
}


@pytest.fixture(autouse=True)
def _wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def four(score):
    """Two likely claims of little money, one costly and unlikely, one of neither."""
    pair = [line("62323", charge="6"), line("64483", charge="4")]
    scored, fixes = score(
        claim(claim_id="CHEAP", lines=pair),
        claim(claim_id="DEAR", lines=[line("99213", charge="90000")], member_id="D"),
        claim(claim_id="SMALL", lines=[line("62323", charge="5"), line("64483", charge="3")], member_id="P"),
        claim(claim_id="PLAIN", lines=[line("99213", charge="50")], member_id="Q"),
    )
    return replace(scored, capture=CURVE), fixes


def ids(scored, keys):
    return [scored.batch.claims["claim_id"][key] for key in keys]


def test_each_list_ranks_by_its_own_and_says_what_it_would_catch(four):
    scored, _ = four
    lists = capacity_lists(scored, 2)
    assert ids(scored, lists.costly.claim_keys)[0] == "DEAR"
    assert set(ids(scored, lists.likely.claim_keys)) == {"CHEAP", "SMALL"}
    assert list(lists.costly.claim_keys) == worklist_order(scored, "jsonl", 2)
    assert (lists.costly.caught.denials, lists.costly.caught.amount) == (0.6, 0.9)
    assert lists.likely.told() == (
        "Of the validation claims the first 50% in this order held 80% of the denials and 40% of the denied dollars."
    )


def test_room_for_more_claims_than_there_are_lists_all(four):
    lists = capacity_lists(four[0], 100)
    assert sorted(lists.costly.claim_keys) == sorted(lists.likely.claim_keys) == [0, 1, 2, 3]
    assert lists.costly.caught.denials == 1.0


def test_without_a_curve_or_without_claims_nothing_is_claimed(four, score):
    lists = capacity_lists(replace(four[0], capture=None), 2)
    assert (lists.costly.told(), lists.likely.caught) == ("", None)
    empty, fixes = score()
    none = capacity_lists(replace(empty, capture=CURVE), 3)
    assert none.claim_keys == ()
    assert "MOST COSTLY: 0 claims" in worklist_table(empty, fixes, [], whole=True, lists=none)


def test_the_table_shows_both_and_no_finding_twice(four):
    scored, fixes = four
    lists = capacity_lists(scored, 3)
    text = worklist_table(scored, fixes, lists.costly.claim_keys, whole=True, lists=lists)
    costly, likely = text.split("\n\n")
    assert costly.startswith(
        "MOST COSTLY: 3 claims, by expected denied dollars. Of the validation claims the first 75%"
    )
    assert likely.startswith("MOST LIKELY: 3 claims, by risk. ")
    for name, part, keys in (("costly", costly, lists.costly.claim_keys), ("likely", likely, lists.likely.claim_keys)):
        shown = re.findall(r"\b(CHEAP|DEAR|SMALL|PLAIN)\b", part)
        assert shown == ids(scored, keys), name
    assert len(re.findall(r"^ {7}PTP001 ", text, re.MULTILINE)) == 2, "one for each of two claims"
    assert all(len(line) <= 120 for line in text.splitlines())


def test_the_workbook_has_a_sheet_of_each_and_the_figures(four):
    scored, fixes = four
    lists = capacity_lists(scored, 2)
    stream = io.BytesIO()
    write_xlsx(scored, fixes, stream, lists.costly.claim_keys, lists=lists)
    book = openpyxl.load_workbook(stream)
    assert book.sheetnames[:3] == ["summary", "most costly", "most likely"]
    for one in lists.both:
        shown = [row[0] for row in book[one.name].iter_rows(min_row=2, values_only=True)]
        assert shown == ids(scored, one.claim_keys)
    figures = {row[0]: row[1:5] for row in book["summary"].iter_rows(values_only=True)}
    assert figures["most costly"] == (2, 0.5, 0.6, 0.9)
    assert figures["most likely"] == (2, 0.5, 0.8, 0.4)


def test_a_workbook_of_chosen_columns_has_these_in_their_order(four):
    stream = io.BytesIO()
    write_xlsx(*four, stream, range(4), columns=["denial_risk", "claim_id"])
    for sheet in openpyxl.load_workbook(stream).worksheets[1:]:
        heads, *rows = sheet.iter_rows(values_only=True)
        assert heads == ("denial_risk", "claim_id")
        assert all(isinstance(risk, float) and isinstance(name, str) for risk, name in rows)


def test_the_page_holds_the_claims_of_both_and_which_is_on_which(four):
    scored, fixes = four
    lists = capacity_lists(scored, 2)
    text = worklist_page(scored, fixes, lists.costly.claim_keys, lists)
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    for one in lists.both:
        shown = [data["claims"][place]["claim_id"] for place in data["lists"][one.name]]
        assert shown == ids(scored, one.claim_keys)
    assert len(data["claims"]) == len(lists.claim_keys)
    assert "What the first claims caught on validation" in text
    assert '<th scope="row">most costly</th><td class="number">50.0%</td><td class="number">60.0%</td>' in text
    plain = worklist_page(scored, fixes, range(4))
    assert "caught on validation" not in plain
    assert '"lists":{}' in plain
