"""What stops a training, and what labelled claims go through before one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import History
from risk import guards
from risk.errors import ModelError
from risk.guards import guard
from risk.labelled import early_remits, history_of, known_on, synthetic_claims
from risk.reference import load_reference
from risk.repeats import without_repeats
from risk.training import prepare


@pytest.fixture(scope="module")
def labelled():
    return synthetic_claims(1200, seed=9)


@pytest.fixture(scope="module")
def prepared(labelled):
    return prepare(labelled, load_reference(), history=history_of(labelled))


def test_synthetic_claims_pass(labelled, prepared):
    found = guard(labelled, prepared.features, prepared.labels, load_reference(), seed=1)
    assert found.shuffled < found.by_chance < 0.65
    assert 0.5 < found.alone.iloc[0] < 0.8
    assert found.alone.is_monotonic_decreasing


def test_a_feature_that_is_the_label_is_named(labelled, prepared):
    features = prepared.features.assign(age_at_service=prepared.labels["denied"].astype("float32"))
    with pytest.raises(ModelError, match="age_at_service: alone"):
        guard(labelled, features, prepared.labels, load_reference(), seed=1)


def test_past_rates_that_count_the_claims_own_outcome_are_found(labelled, prepared, monkeypatch):
    """The history is dated before the claims: every rate of the past knows its own claim's outcome."""
    monkeypatch.setattr(guards, "known_on", lambda batch, _: batch.claims["submission_date"] - pd.Timedelta(days=1))
    with pytest.raises(ModelError, match=r"denial_rate: outcomes dealt out at random"):
        guard(labelled, prepared.features, prepared.labels, load_reference(), seed=1)


def backwards(labelled, claims):
    remits = pd.Series(pd.to_datetime(labelled.outcomes["remit_date"]).to_numpy())
    early = labelled.batch.claims["submission_date"] - pd.Timedelta(days=3)
    return replace(labelled, outcomes=labelled.outcomes.assign(remit_date=remits.mask(remits.index < claims, early)))


def test_a_remittance_from_before_its_claim_is_counted_and_known_on_submission(labelled):
    turned = backwards(labelled, 40)
    assert (early_remits(labelled), early_remits(turned)) == (0, 40)
    known = known_on(turned.batch, turned.outcomes["remit_date"])
    assert known[:40].tolist() == labelled.batch.claims["submission_date"][:40].tolist()
    assert known[40:].tolist() == pd.to_datetime(labelled.outcomes["remit_date"])[40:].tolist()


def test_clocks_that_run_backwards_give_no_outcome_away(labelled):
    """Taken at their word, the dates would let each claim's past hold its own remittance."""
    turned = backwards(labelled, len(labelled.batch))
    reference = load_reference()
    guard(
        turned,
        *(lambda p: (p.features, p.labels))(prepare(turned, reference, history=history_of(turned))),
        reference,
        seed=2,
    )
    outcomes = turned.outcomes
    naive = History.of(turned.batch, outcomes["denied"], outcomes["remit_date"]).outcomes["remit_date"]
    assert (naive < turned.batch.claims["submission_date"]).all()
    assert not (history_of(turned).outcomes["remit_date"] < turned.batch.claims["submission_date"]).any()


def doubled(labelled, rows, **changes):
    """The claims, and then some of them once more."""
    rows = np.array([*range(len(labelled.batch)), *rows])
    both = labelled.select(rows)
    batch = both.batch
    again = np.arange(len(rows)) >= len(labelled.batch)
    for column, value in changes.items():
        old = batch.claims[column]
        batch = replace(batch, claims=batch.claims.assign(**{column: old.mask(again, value(old))}))
    return replace(both, batch=batch)


def later(dates):
    return dates + pd.Timedelta(days=200)


def test_a_claim_that_was_sent_again_is_kept_where_it_was_first(labelled):
    kept, repeats = without_repeats(doubled(labelled, range(30), submission_date=later))
    assert (repeats, len(kept.batch)) == (30, len(labelled.batch))
    assert kept.batch.claims["submission_date"].tolist() == labelled.batch.claims["submission_date"].tolist()
    assert kept.outcomes["denied"].tolist() == labelled.outcomes["denied"].tolist()


def test_the_earlier_of_two_copies_stays_also_where_it_stands_last(labelled):
    earlier = doubled(labelled, [5], submission_date=lambda dates: dates - pd.Timedelta(days=2))
    kept, repeats = without_repeats(earlier)
    assert repeats == 1
    assert kept.batch.claims["claim_id"].iloc[-1] == labelled.batch.claims["claim_id"][5]
    assert labelled.batch.claims["claim_id"][5] not in set(kept.batch.claims["claim_id"][:-1])


def test_the_same_content_and_outcome_under_another_id_is_one_claim(labelled):
    renamed = doubled(labelled, range(20), submission_date=later, claim_id=lambda ids: "X" + ids)
    assert without_repeats(renamed)[1] == 20


def test_a_second_bill_with_an_outcome_of_its_own_stays(labelled):
    renamed = doubled(labelled, range(20), submission_date=later, claim_id=lambda ids: "X" + ids)
    added = np.arange(len(renamed.batch)) >= len(labelled.batch)
    outcomes = renamed.outcomes.assign(denied=renamed.outcomes["denied"].where(~added, 1 - renamed.outcomes["denied"]))
    assert without_repeats(replace(renamed, outcomes=outcomes))[1] == 0


def test_an_account_number_that_comes_back_is_another_claim(labelled):
    claims = labelled.batch.claims.assign(
        claim_id=labelled.batch.claims["claim_id"].where(labelled.batch.claims.index > 9, "A1")
    )
    kept, repeats = without_repeats(replace(labelled, batch=replace(labelled.batch, claims=claims)))
    days = labelled.batch.first_service_date[:10].nunique()
    assert days > 5
    assert repeats <= 10 - days
    assert (kept.batch.claims["claim_id"] == "A1").sum() == 10 - repeats
