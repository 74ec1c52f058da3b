"""What holds for every feature, whatever it measures."""

import copy
import inspect
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import features
from features import HISTORY_COLUMNS, FeatureInputs, History, catalogue, compute_features
from features._docs import features_markdown
from features._shared import Coded
from risk.claims.examples import CLEAN, batch_of, claim, line
from risk.claims.tables import TABLES, ClaimBatch, empty_batch

NAMES = list(catalogue())
PAST = [name for name, one in catalogue().items() if one.past]
#: Of the past, what was done to the patient, answered or not.
SERVICES = {"past_year_services", "days_since_service"}
MARKER = "PLANTEDMARKER"


def same(left: pd.Series, right: pd.Series) -> None:
    pd.testing.assert_series_equal(left.reset_index(drop=True), right.reset_index(drop=True), check_names=False)


def changed(batch: ClaimBatch, table: str, column: str, value: object) -> ClaimBatch:
    frame = getattr(batch, table)
    tables = {name: getattr(batch, name) for name in TABLES}
    present = frame[column].notna()
    tables[table] = frame.assign(**{column: frame[column].mask(present, value)})
    return ClaimBatch(**tables)


@pytest.fixture(scope="module")
def together(batch, reference, history) -> pd.DataFrame:
    return compute_features(batch, reference, history)


@pytest.fixture(scope="module")
def alone(batch, reference, history) -> pd.DataFrame:
    parts = [compute_features(batch.select([key]), reference, history) for key in range(len(batch))]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def shuffled(batch, reference, history) -> pd.DataFrame:
    order = np.random.default_rng(3).permutation(len(batch))
    return compute_features(batch.select(order), reference, history).iloc[np.argsort(order)]


@pytest.fixture(scope="module")
def with_later_remits(batch, reference, history) -> pd.DataFrame:
    """Each claim by itself, with the outcomes of all claims dated on the day it was submitted and after."""
    known_by = FeatureInputs(batch, reference, history).known_by
    denied = pd.Series(1.0, index=known_by.index)
    parts = []
    for key, day in known_by.items():
        dates = [pd.Series(day + pd.Timedelta(days=wait), index=known_by.index) for wait in (0, 1, 400)]
        later = [History.of(batch, denied, on).outcomes for on in dates]
        past = History(pd.concat([history.outcomes, *later], ignore_index=True), history.services)
        parts.append(compute_features(batch.select([key]), reference, past))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def with_earlier_remits(batch, reference, history) -> pd.DataFrame:
    denied = pd.Series(1.0, index=batch.claims.index)
    earlier = pd.Series(pd.Timestamp("2026-01-05"), index=batch.claims.index)
    past = pd.concat([history.outcomes, *[History.of(batch, denied, earlier).outcomes] * 9], ignore_index=True)
    return compute_features(batch, reference, History(past, history.services))


@pytest.fixture(scope="module")
def marked(batch, reference, history) -> pd.DataFrame:
    """Computed on claims whose identifying columns hold a marker."""
    planted = changed(batch, "claims", "member_id", MARKER)
    planted = changed(planted, "claims", "claim_id", MARKER)
    planted = changed(planted, "notes", "note_text", f"{MARKER} has intractable pain, failed NSAIDs for 6 weeks.")
    return compute_features(planted, reference, history)


@pytest.fixture(scope="module")
def of_nothing(reference, history) -> pd.DataFrame:
    return compute_features(empty_batch(), reference, history)


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_has_one_value_per_claim_numbers_or_codes(name, batch, reference, history):
    values = catalogue()[name].compute(FeatureInputs(batch, reference, history))
    coded = catalogue()[name].encoding != "number"
    assert isinstance(values, Coded if coded else np.ndarray)
    assert len(values.positions if coded else values) == len(batch)


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_is_a_finite_number_or_missing_or_a_text(name, together):
    values, encoding = together[name], catalogue()[name].encoding
    assert values.dtype == ("float32" if encoding == "number" else "str")
    if encoding == "number":
        assert not np.isinf(values).any()


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_tells_some_claims_apart(name, together):
    assert len(set(together[name].astype(str))) > 1


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_has_the_same_value_alone_and_in_a_batch(name, together, alone):
    same(together[name], alone[name])


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_the_claims_changes_nothing(name, together, shuffled):
    same(together[name], shuffled[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_remittance_on_or_after_submission_changes_nothing(name, together, with_later_remits):
    same(together[name], with_later_remits[name])


def test_a_remittance_before_submission_moves_the_past_rates_and_nothing_else(together, with_earlier_remits):
    moved = {name for name in NAMES if not together[name].equals(with_earlier_remits[name])}
    assert moved == set(PAST) - SERVICES
    assert len(moved) >= 6


def test_codes_that_name_the_payer_and_no_other_begin_with_it(batch, reference, history, together):
    elsewhere = compute_features(changed(batch, "claims", "payer_id", "ANOTHER"), reference, history)
    codes = {name for name in NAMES if catalogue()[name].encoding == "target"}
    assert {name for name in codes if not together[name].equals(elsewhere[name])} == {
        name for name in codes if name.startswith("payer_")
    }


@pytest.mark.parametrize("name", NAMES)
def test_no_claims_give_no_values(name, of_nothing, together):
    assert len(of_nothing) == 0
    assert of_nothing[name].dtype == together[name].dtype


def test_claims_without_any_optional_column_have_every_feature(reference, history):
    bare = dict.fromkeys(column for column in CLEAN if column not in ("claim_id", "payer_id"))
    batch = batch_of(claim(lines=[line("99213", pointers=[], quantity=None)], **bare), claim(**bare), claim())
    for outcomes in (history, History.empty()):
        values = compute_features(batch, reference, outcomes)
        assert list(values.columns) == NAMES
        assert len(values) == 3


def test_without_history_only_the_past_is_missing(batch, reference, together):
    values = compute_features(batch, reference)
    for name in NAMES:
        if name in PAST:
            assert values[name].isna().all()
        else:
            same(values[name], together[name])


def test_computing_leaves_the_claims_as_they_were(batch, reference, history):
    before = copy.deepcopy({name: getattr(batch, name) for name in TABLES})
    compute_features(batch, reference, history)
    for name, table in before.items():
        pd.testing.assert_frame_equal(getattr(batch, name), table)


def test_names_and_labels_are_used_once():
    labels = [one.label for one in catalogue().values()]
    assert len(set(labels)) == len(labels)
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_a_feature_says_what_it_is_and_what_missing_means(name):
    one = catalogue()[name]
    assert one.name == name
    assert one.label.strip()
    assert one.label[0].isupper()
    assert "missing" in one.definition.lower()
    assert one.family in inspect.getmodule(one.compute).__name__


def test_who_the_patient_is_changes_nothing(batch, reference, history, together):
    ids = batch.claims["member_id"]
    other = changed(batch, "claims", "member_id", ids.str.replace("1", "2"))  # of the same form
    born = batch.claims["patient_birth_date"]
    other = changed(other, "claims", "patient_birth_date", born + pd.Timedelta(days=1))
    found = compute_features(other, reference, history)
    pd.testing.assert_frame_equal(found.drop(columns=SERVICES), together.drop(columns=SERVICES))
    assert not found["past_year_services"].equals(together["past_year_services"])


@pytest.mark.parametrize("name", NAMES)
def test_no_value_carries_what_identifies_a_patient(name, batch, marked):
    values = marked[name].astype("str").fillna("")
    assert not values.str.contains(MARKER).any()
    assert not values.isin({str(born.date()) for born in batch.claims["patient_birth_date"].dropna()}).any()


def test_no_feature_reads_the_text_of_a_note():
    sources = Path(features.__file__).parent.glob("*.py")
    assert not [path.name for path in sources if "note_text" in path.read_text(encoding="utf-8")]


def test_the_identifier_of_a_claim_changes_nothing(batch, reference, history, together):
    pd.testing.assert_frame_equal(
        compute_features(changed(batch, "claims", "claim_id", "X"), reference, history), together
    )


def test_a_history_with_other_columns_in_another_order_gives_the_same(batch, reference, history, together):
    turned = History(history.outcomes[list(HISTORY_COLUMNS)[::-1]].iloc[::-1], history.services.iloc[::-1, ::-1])
    pd.testing.assert_frame_equal(compute_features(batch, reference, turned), together)


def test_a_claim_without_a_submission_date_knows_the_past_of_its_last_day_of_service(reference, history):
    lines = [line("99213", date_of_service="2026-05-02")]
    undated, dated = claim(submission_date=None, lines=lines), claim(submission_date=date(2026, 5, 2), lines=lines)
    rates = compute_features(batch_of(undated, dated, claim()), reference, history)["payer_denial_rate"]
    assert rates[0] == rates[1]
    assert rates[0] != rates[2]


def test_the_page_of_features_is_the_one_the_features_write():
    page = Path(__file__).resolve().parents[2] / "docs" / "features.md"
    assert page.read_text(encoding="utf-8") == features_markdown()
