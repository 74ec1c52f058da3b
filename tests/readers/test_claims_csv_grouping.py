"""Which rows of a CSV are one claim, and what they must agree on."""

from risk.readers.claims_csv import read_claims_csv

HEADER = (
    "claim_id,payer_id,dx_code_1,procedure_code,line_charge,service_from_date,"
    "line_number,member_id,place_of_service_code,total_charge"
)


def row(claim_id, line_number="", procedure="99213", member="M1", place="11", total="", payer="P1", dx="M54.16"):
    return f"{claim_id},{payer},{dx},{procedure},10.00,2026-10-02,{line_number},{member},{place},{total}"


def read(*rows):
    return read_claims_csv("\n".join([HEADER, *rows]).encode(), "claims.csv")


def lines_of(result):
    """Claim id, and the line numbers of each claim, in batch order."""
    lines = result.batch.service_lines
    return [
        (claim_id, lines.loc[lines["claim_key"] == key, "line_number"].tolist())
        for key, claim_id in zip(result.batch.claims["claim_key"], result.batch.claims["claim_id"], strict=True)
    ]


def test_rows_of_one_claim_need_not_stand_together():
    result = read(row("A", 1), row("B", 1), row("A", 2))
    assert lines_of(result) == [("A", [1, 2]), ("B", [1])]
    assert result.batch.claims["source_offset"].tolist() == [2, 3]


def test_lines_without_a_number_are_counted_in_file_order():
    assert lines_of(read(row("A"), row("B"), row("A"))) == [("A", [1, 2]), ("B", [1])]


def test_lines_without_a_number_follow_the_numbered_ones():
    result = read(row("A", ""), row("A", 5), row("A", ""))
    assert lines_of(result) == [("A", [5, 6, 7])]


def test_a_line_number_that_repeats_begins_another_claim_of_that_id():
    assert lines_of(read(row("A", 1), row("A", 2), row("A", 1), row("A", 2))) == [("A", [1, 2]), ("A", [1, 2])]


def test_the_kth_row_with_a_number_belongs_to_the_kth_claim():
    result = read(row("A", 1, "99211"), row("A", 1, "99212"), row("A", 2, "20551"), row("A", 2, "20552"))
    assert lines_of(result) == [("A", [1, 2]), ("A", [1, 2])]
    assert result.batch.service_lines["procedure_code"].tolist() == ["99211", "20551", "99212", "20552"]


def test_a_second_claim_may_have_more_lines_than_the_first():
    assert lines_of(read(row("A", 1), row("A", 1), row("A", 2))) == [("A", [1]), ("A", [1, 2])]


def test_a_reject_of_one_claim_leaves_the_other_of_the_same_id():
    result = read(row("A", 1), row("A", 1).replace("10.00", "ten"))
    assert (len(result.batch), [one.row for one in result.rejects], result.claims_read) == (1, [3], 2)


def test_columns_of_the_claim_must_agree():
    result = read(row("A", 1, payer="P1"), row("A", 2, payer="P2"), row("B", 1))
    assert [(one.claim_id, one.row, one.column) for one in result.rejects] == [("A", 3, "payer_id")]
    assert result.batch.claims["claim_id"].tolist() == ["B"]


def test_a_blank_says_nothing_and_another_spelling_agrees():
    result = read(
        row("A", 1, member="", dx="M54.16"),
        row("A", 2, member="M1", dx="m5416", total="20"),
        row("A", 3, total="$20.00", member=" M1"),
    )
    assert result.rejects == []
    assert result.batch.claims["member_id"].tolist() == ["M1"]
    assert result.batch.claims["total_charge_cents"].tolist() == [2000]


def test_a_required_value_on_any_row_of_the_claim_will_do():
    assert read(row("A", 1, payer=""), row("A", 2, payer="P1")).batch.claims["payer_id"].tolist() == ["P1"]


def test_place_of_service_may_differ_from_line_to_line():
    result = read(row("A", 1, place="11"), row("A", 2, place="22"), row("A", 3, place=""))
    assert result.rejects == []
    assert result.batch.claims["place_of_service_code"].tolist() == ["11"]
    assert result.batch.service_lines["place_of_service_code"].tolist() == ["11", "22", "11"]


def test_the_total_is_the_sum_of_the_lines_where_it_is_not_said():
    result = read(row("A", 1), row("B", 1, total="99.00"), row("A", 2))
    assert result.batch.claims["total_charge_cents"].tolist() == [2000, 9900]


def test_ids_that_differ_in_case_or_leading_zeros_are_different_claims():
    assert [claim_id for claim_id, _ in lines_of(read(row("a"), row("A"), row("01"), row("1")))] == [
        "a",
        "A",
        "01",
        "1",
    ]
