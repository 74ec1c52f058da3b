"""A rule that fails is left out and told: the claim and the kind of error, never what the error says."""

import numpy as np
import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim
from risk.claims.tables import empty_batch
from risk.reference import load_reference
from risk.rules import UnexpectedResultError, catalogue, run_rules
from tests.rules.test_catalogue import declared

MARKER = "ZZMARKERMEMBER"


def with_query(query):
    from dataclasses import replace

    return replace(declared(), query=query)


def batch_with(*bad, claims=40):
    """Claims C0, C1 …; those at ``bad`` belong to payer BAD."""
    return batch_of(
        *(claim(claim_id=f"C{n}", member_id=MARKER, payer_id="BAD" if n in bad else "P") for n in range(claims))
    )


def raising_on_bad(batch, _reference):
    if (batch.claims["payer_id"] == "BAD").any():
        raise KeyError(MARKER)
    return batch.service_lines


def failures_of(query, batch):
    failures = []
    found = run_rules(batch, load_reference(), [with_query(query)], failures)
    assert found.empty
    (failure,) = failures
    assert MARKER not in repr(failure)
    return failure


@pytest.mark.parametrize("bad", [0, 17, 39])
def test_the_claim_a_rule_fails_on_is_found(bad):
    failure = failures_of(raising_on_bad, batch_with(bad))
    assert (failure.rule_id, failure.claim_id, failure.error) == ("TST001", f"C{bad}", "KeyError")
    line = raising_on_bad.__code__.co_firstlineno + 2
    assert str(failure) == f"rule TST001 failed on claim C{bad} (test_failing_rules.py:{line}): KeyError"


def test_of_several_claims_the_first_is_told():
    assert failures_of(raising_on_bad, batch_with(30, 8, 9)).claim_id == "C8"


def test_the_search_takes_about_two_more_batches():
    seen = []

    def counting(batch, reference):
        seen.append(len(batch))
        return raising_on_bad(batch, reference)

    assert failures_of(counting, batch_with(63, claims=64)).claim_id == "C63"
    assert sum(seen) <= 64 * 3


def test_a_rule_that_fails_only_on_claims_together_says_so():
    def disliking_company(batch, _reference):
        if len(batch) > 10:
            raise ValueError(MARKER)
        return batch.service_lines

    failure = failures_of(disliking_company, batch_with(claims=40))
    assert (failure.claim_id, failure.claims) == (None, 20)
    assert "failed on 20 claims together and on neither half of them" in str(failure)


def test_a_rule_that_fails_on_no_claims_at_all_says_so():
    def never(_batch, _reference):
        raise IndexError(MARKER)

    assert "on a batch of no claims" in str(failures_of(never, empty_batch()))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (None, "expected a DataFrame"),
        ([0], "expected a DataFrame"),
        (pd.Series([0]), "expected a DataFrame"),
        (pd.DataFrame({"line_number": [1]}), "expected a column claim_key"),
        (pd.DataFrame([[0, 0]], columns=["claim_key", "claim_key"]), "expected a column claim_key"),
        (pd.DataFrame({"claim_key": [99]}), "expected claims of the batch in claim_key"),
        (pd.DataFrame({"claim_key": [-1]}), "expected claims of the batch in claim_key"),
        (pd.DataFrame({"claim_key": [0.5]}), "expected claims of the batch in claim_key"),
        (pd.DataFrame({"claim_key": [np.nan]}), "expected claims of the batch in claim_key"),
        (pd.DataFrame({"claim_key": ["C0"]}), "expected numbers in claim_key"),
        (pd.DataFrame({"claim_key": [True]}), "expected numbers in claim_key"),
        (pd.DataFrame({"claim_key": [0], "line_number": ["first"]}), "ArrowInvalid"),
        (pd.DataFrame({"claim_key": [0]}), "KeyError"),  # the message names a line number
    ],
)
def test_what_is_no_list_of_offenders_is_a_failure(result, expected):
    failure = failures_of(lambda _batch, _reference: result, batch_with(claims=3))
    assert failure.error == expected
    assert failure.claim_id == "C0"
    assert failure.place.startswith("test_failing_rules.py")


def test_the_other_rules_run_on_as_if_it_were_not_there():
    others = list(catalogue().values())[:40]
    batch = batch_of(*(bad for one in others for bad in one.bad))
    failures = []
    found = run_rules(batch, load_reference(), [*others, with_query(lambda *_: None)], failures)
    assert len(failures) == 1
    assert len(found) > 40
    pd.testing.assert_frame_equal(found, run_rules(batch, load_reference(), others))


def test_where_nobody_asks_for_failures_a_rule_raises():
    with pytest.raises(KeyError):
        run_rules(batch_with(3), load_reference(), [with_query(raising_on_bad)])
    with pytest.raises(UnexpectedResultError):
        run_rules(batch_with(3), load_reference(), [with_query(lambda *_: None)])


def test_running_out_of_memory_is_no_defect_of_a_rule():
    def greedy(_batch, _reference):
        raise MemoryError

    with pytest.raises(MemoryError):
        run_rules(batch_with(3), load_reference(), [with_query(greedy)], [])
