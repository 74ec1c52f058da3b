import json
import math

import orjson
import pytest

from risk.claims.examples import claim, line
from risk.reports.records import claim_records


def records_of(scored_and_fixes):
    scored, fixes = scored_and_fixes
    return list(claim_records(scored, fixes, range(len(scored.batch))))


def test_records_come_in_the_order_asked_for(three):
    scored, fixes = three
    assert [record["claim_id"] for record in claim_records(scored, fixes, [2, 0])] == ["POINTLESS", "BUNDLED"]


def test_a_record_is_plain_json(three):
    for record in records_of(three):
        assert json.loads(orjson.dumps(record)) == record


def test_the_offset_is_null_where_no_file_was_read(three):
    assert [record["source"]["offset"] for record in records_of(three)] == [None, None, 7]


def test_findings_stand_with_the_claim_and_line_they_are_about(three):
    bundled, clean, pointless = records_of(three)
    assert [(f["rule_id"], f["line_number"]) for f in bundled["findings"]] == [("PTP001", 2)]
    assert clean["findings"] == [] == clean["fixes"]
    assert ("CLM008", 2) in [(f["rule_id"], f["line_number"]) for f in pointless["findings"]]


def test_the_line_without_a_finding_is_no_riskier_than_the_one_with(three):
    lines = records_of(three)[2]["lines"]
    assert [one["line_number"] for one in lines] == [1, 2]
    assert lines[0]["denial_risk"] <= lines[1]["denial_risk"] <= records_of(three)[2]["denial_risk"]


def test_without_a_model_there_are_no_drivers(three):
    assert all(record["drivers"] == [] for record in records_of(three))


def test_every_fix_says_what_must_be_true_for_it(three):
    fixes = [fix for record in records_of(three) for fix in record["fixes"]]
    assert fixes
    assert all(fix["change"] and fix["requires"] and fix["kind"] in ("data", "documentation") for fix in fixes)


def test_dollars_at_stake_are_the_charges_weighed_by_the_risk_of_their_lines(score):
    (record,) = records_of(score(claim(lines=[line("99213", charge="123.45")])))
    assert record["expected_denied_amount"] == pytest.approx(123.45 * record["denial_risk"], abs=0.005)


def test_a_negative_charge_is_found_and_puts_nothing_at_stake(score):
    (record,) = records_of(score(claim(lines=[line("99213", charge="-50.00"), line("97110", charge="0.00")])))
    assert record["expected_denied_amount"] == 0
    assert "CLM005" in [finding["rule_id"] for finding in record["findings"]]


def test_probabilities_are_finite_and_inside_the_interval(three):
    for record in records_of(three):
        low, high = record["denial_risk_interval"]
        assert 0 <= low <= record["denial_risk"] <= high <= 1
        assert math.isfinite(record["expected_denied_amount"])
