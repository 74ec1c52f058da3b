import pytest

from risk.claims import empty_batch
from risk.claims.examples import batch_of, claim
from risk.readers.rejects import ReadResult, Reject, concat_results


def test_a_reject_says_where_in_words_and_as_json():
    reject = Reject("claims.csv", "expected a date", claim_id="A1", row=7, column="service_from_date")
    assert str(reject) == "claims.csv, row 7, column service_from_date: expected a date"
    assert reject.to_json() == {
        "file": "claims.csv",
        "reason": "expected a date",
        "claim_id": "A1",
        "row": 7,
        "column": "service_from_date",
    }


def test_a_reject_of_an_837_names_the_element_rather_than_its_segment():
    reject = Reject("c.837", "expected money", byte_offset=0, segment_number=9, segment="CLM", element="CLM02")
    assert reject.place == "c.837, segment 9, CLM02, byte 0"
    assert reject.to_json()["byte_offset"] == 0


def test_what_was_read_is_scored_or_rejected():
    with pytest.raises(ValueError, match="read 3 claims, but 1 in the batch and 1 rejects"):
        ReadResult(batch_of(claim()), [Reject("f", "r")], 3)


def test_joined_results_keep_order_and_count():
    one = ReadResult(batch_of(claim(claim_id="A")), [Reject("f", "r")], 2, ("f: Colour",))
    other = ReadResult(batch_of(claim(claim_id="B")), [], 1, ("f: Colour", "g: Size"))
    joined = concat_results([one, other])
    assert joined.batch.claims["claim_id"].tolist() == ["A", "B"]
    assert (joined.claims_read, joined.rejects) == (3, one.rejects)
    assert joined.ignored_columns == ("f: Colour", "g: Size")


def test_no_results_join_to_an_empty_one():
    joined = concat_results([])
    assert (joined.claims_read, len(joined.batch), len(empty_batch())) == (0, 0, 0)
