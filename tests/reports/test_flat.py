from risk.reports.flat import FLAT_COLUMNS, flat_records
from risk.reports.records import claim_records


def rows_and_records(three):
    scored, fixes = three
    keys = range(len(scored.batch))
    return list(flat_records(scored, fixes, keys)), list(claim_records(scored, fixes, keys))


def test_every_row_has_every_column_in_order(three):
    rows, _ = rows_and_records(three)
    assert all(tuple(row) == FLAT_COLUMNS for row in rows)


def test_a_row_says_what_the_record_says(three):
    for row, record in zip(*rows_and_records(three), strict=True):
        assert (row["claim_id"], row["denial_risk"]) == (record["claim_id"], record["denial_risk"])
        assert [row["denial_risk_low"], row["denial_risk_high"]] == record["denial_risk_interval"]
        assert row["rule_ids"].split() == list(dict.fromkeys(f["rule_id"] for f in record["findings"]))
        assert row["ruleset_version"] == record["versions"]["ruleset"]
        assert row["source_offset"] == record["source"]["offset"]


def test_the_reasons_are_numbered_and_the_rest_is_empty(three):
    rows, records = rows_and_records(three)
    assert rows[0]["reason_1"] == records[0]["reasons"][0]["reason"] == "bundling"
    assert rows[0]["reason_1_carc"] == records[0]["reasons"][0]["carcs"][0]["code"]
    assert rows[1]["reason_1"] is None


def test_the_lowest_risk_after_a_fix_is_empty_where_no_fix_can_be_scored(three):
    rows, records = rows_and_records(three)
    for row, record in zip(rows, records, strict=True):
        known = [fix["denial_risk_after"] for fix in record["fixes"] if fix["denial_risk_after"] is not None]
        assert row["lowest_risk_after_fix"] == (min(known) if known else None)


def test_lines_are_one_cell(three):
    rows, records = rows_and_records(three)
    assert rows[2]["line_risks"].split(" | ")[1] == f"2: {records[2]['lines'][1]['denial_risk']}"


def test_what_to_do_first_is_the_smallest_set_with_its_conditions(three, score, two_to_mend):
    rows, records = rows_and_records(three)
    for row, record in zip(rows, records, strict=True):
        own = [fix for fix in record["fixes"] if fix["in_smallest_set"]]
        assert row["risk_after_smallest_set"] == record["risk_after_smallest_set"]
        assert row["do_first"] == (f"{own[0]['change']} (Only if: {own[0]['requires']})" if own else None)
        assert row["do_first_conditional"] == ("yes" if own else None)
    (row,), (record,) = rows_and_records(score(two_to_mend))
    changes = [fix["change"] for fix in record["fixes"] if fix["in_smallest_set"]]
    assert row["do_first"] == f"1. {changes[0]} | 2. {changes[1]}"
    assert row["do_first_conditional"] == "no"
    assert row["fixes"].split(" | ")[:2] == changes
