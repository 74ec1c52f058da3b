import io
import json
import re

import openpyxl
import pytest

from risk.claims.examples import claim, line
from risk.reports.flat import flat_records
from risk.reports.page import worklist_page
from risk.reports.records import claim_records
from risk.reports.table import worklist_table
from risk.reports.write import worklist_order
from risk.reports.xlsx import write_xlsx


@pytest.fixture
def mixed(score):
    """A dear claim with three kinds of finding, riskier than a cheap one that no payer adjudicates, and a clean one."""
    defective = [line("62323", charge="9000"), line("64483", charge="9000")]
    scored, fixes = score(
        claim(claim_id="CLEAN", member_id="ONE"),
        claim(claim_id="DEAR", member_id="TWO", lines=defective),
        claim(claim_id="RETURNED", member_id="THREE", billing_npi="1234567890", lines=[line("99213", charge="10")]),
    )
    scored.claims.loc[2, "denial_risk"] = 0.2  # as if a payer let such claims in; the mark does not hang on the risk
    return scored, fixes


def order(mixed, kind, capacity=None):
    scored, _ = mixed
    return [scored.batch.claims["claim_id"][key] for key in worklist_order(scored, kind, capacity)]


@pytest.mark.parametrize("kind", ["table", "xlsx", "html"])
def test_a_worklist_begins_with_what_no_payer_adjudicates(kind, mixed):
    assert order(mixed, kind) == ["RETURNED", "DEAR", "CLEAN"]


@pytest.mark.parametrize("kind", ["table", "jsonl", "csv", "xlsx", "html"])
def test_a_capacity_goes_to_certain_rejects_first_and_then_by_dollars(kind, mixed):
    assert order(mixed, kind, 1) == ["RETURNED"]
    assert order(mixed, kind, 2) == ["RETURNED", "DEAR"]


def test_data_formats_keep_the_order_of_the_input_and_carry_the_mark(mixed):
    scored, fixes = mixed
    keys = worklist_order(scored, "jsonl", None)
    assert keys == [0, 1, 2]
    records = list(claim_records(scored, fixes, keys))
    assert [record["certain_reject"] for record in records] == [False, False, True]
    assert [row["certain_reject"] for row in flat_records(scored, fixes, keys)] == ["no", "no", "yes"]


def test_a_certain_reject_is_critical_whatever_its_probability(mixed):
    scored, fixes = mixed
    (record,) = claim_records(scored, fixes, [2])
    assert (record["risk_band"], record["denial_risk"]) == ("critical", 0.2)


def test_the_table_says_so_in_the_line_of_the_claim(mixed):
    scored, fixes = mixed
    text = worklist_table(scored, fixes, worklist_order(scored, "table", None), whole=True)
    marked = [row for row in text.splitlines() if "certain reject" in row]
    assert len(marked) == 1
    assert "RETURNED" in marked[0]


def test_the_page_has_it_first_and_marked(mixed):
    scored, fixes = mixed
    text = worklist_page(scored, fixes, [0, 1, 2])
    claims = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])["claims"]
    assert [(one["claim_id"], one["certain_reject"]) for one in claims] == [
        ("RETURNED", True),
        ("DEAR", False),
        ("CLEAN", False),
    ]


def test_the_sheet_of_a_team_begins_with_its_certain_rejects(score):
    scored, fixes = score(
        claim(claim_id="BALANCE", total_charge_cents=100, member_id="ONE"),
        claim(claim_id="LATE", member_id="TWO", billing_npi="1234567890"),
    )
    scored.claims["certain_reject"] = [False, True]
    scored.claims["denial_risk"] = [0.9, 0.1]
    scored.claims["queue"] = "billing"
    stream = io.BytesIO()
    write_xlsx(scored, fixes, stream, [0, 1])
    head, *rows = openpyxl.load_workbook(stream)["billing"].iter_rows(values_only=True)
    shown = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["claim_id"], row["certain_reject"]) for row in shown] == [("LATE", "yes"), ("BALANCE", "no")]
