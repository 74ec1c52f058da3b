"""A history that asks its source counts as one that holds every row, and asks no more than it must."""

import numpy as np
import pandas as pd
import pytest

from features import HISTORY_COLUMNS, SERVICE_COLUMNS, AskedHistory, History


class Source:
    """Rows of a history, told by value and day; remembers what it was asked."""

    def __init__(self, held: History) -> None:
        self.held, self.asked = held, []
        self.has_outcomes, self.has_services = not held.outcomes.empty, not held.services.empty

    def daily_counts(self, keys):
        self.asked.append(keys)
        rows = self.held.outcomes.assign(dx_category=self.held.outcomes["dx_code"].str[:3], claims=1)
        columns = list(keys.columns)
        rows = rows.merge(keys, on=columns) if columns else rows
        return rows.groupby([*columns, "remit_date"])[["claims", "denied"]].sum().reset_index()

    def services_of(self, patients):
        self.asked.append(patients)
        return self.held.services[self.held.services["patient"].isin(patients)]


@pytest.fixture
def held() -> History:
    draw = np.random.default_rng(3)
    count = 400
    outcomes = pd.DataFrame(
        {
            "payer_id": draw.choice(["P1", "P2", "P3"], count),
            "billing_npi": draw.choice(["N1", "N2"], count),
            "rendering_npi": draw.choice(["R1", "R2", "R3"], count),
            "procedure_code": draw.choice(["62323", "64483", "99213"], count),
            "dx_code": draw.choice(["M5416", "M5450", "G894"], count),
            "remit_date": pd.Timestamp("2025-01-01") + pd.to_timedelta(draw.integers(0, 700, count), unit="D"),
            "denied": draw.integers(0, 2, count),
        }
    )
    services = pd.DataFrame(
        {
            "patient": draw.choice(["A|1", "B|2", "C|3"], count),
            "procedure_code": outcomes["procedure_code"],
            "service_date": outcomes["remit_date"],
        }
    )
    return History(outcomes.astype(HISTORY_COLUMNS), services.astype(SERVICE_COLUMNS))


def days(count, seed=1):
    draw = np.random.default_rng(seed)
    when = pd.Timestamp("2025-01-01") + pd.to_timedelta(draw.integers(-5, 800, count), unit="D")
    return pd.Series(when).astype("datetime64[s]").mask(draw.random(count) < 0.1)


def asked_about(count, *columns, seed=2):
    draw, values = np.random.default_rng(seed), {"payer_id": "P", "billing_npi": "N", "rendering_npi": "R"}
    table = {name: [f"{values[name]}{n}" for n in draw.integers(1, 5, count)] for name in columns}
    return pd.DataFrame(table, index=range(count), dtype="str").mask(draw.random((count, len(columns))) < 0.1)


@pytest.mark.parametrize("columns", [(), ("payer_id",), ("billing_npi", "payer_id"), ("rendering_npi",)], ids=str)
@pytest.mark.parametrize("within", [None, 365, 30])
def test_counts_are_those_of_a_history_that_holds_every_row(held, columns, within):
    keys, when = asked_about(200, *columns), days(200)
    expected = held.counts_before(keys, when, within)
    pd.testing.assert_frame_equal(AskedHistory.over(Source(held)).counts_before(keys, when, within), expected)
    assert expected["claims"].nunique() > 5


def test_services_are_those_of_a_history_that_holds_every_row(held):
    draw = np.random.default_rng(8)
    patients = pd.Series(draw.choice(["A|1", "C|3", "D|4"], 200)).mask(draw.random(200) < 0.1).astype("str")
    families = pd.Series(draw.choice(["62323", "99213"], 200), dtype="str")
    asked = patients, families, days(200), lambda codes: codes
    expected = held.services_before(*asked)
    pd.testing.assert_frame_equal(AskedHistory.over(Source(held)).services_before(*asked), expected)
    assert expected["count"].max() > 5


def test_a_question_about_some_of_the_same_values_is_not_asked_again(held):
    source = Source(held)
    history, keys, when = AskedHistory.over(source), asked_about(50, "payer_id"), days(50)
    history.counts_before(keys, when)
    again = history.counts_before(keys[:5], when[:5])
    assert len(source.asked) == 1
    assert source.asked[0]["payer_id"].is_unique
    pd.testing.assert_frame_equal(again, held.counts_before(keys[:5], when[:5]))


def test_a_question_about_others_is_asked_and_nothing_but_its_answer_is_kept(held):
    source = Source(held)
    history, when = AskedHistory.over(source), days(1)
    for payer in ("P1", "P2", "P1"):
        keys = pd.DataFrame({"payer_id": pd.Series([payer], dtype="str")})
        pd.testing.assert_frame_equal(history.counts_before(keys, when), held.counts_before(keys, when))
    assert [keys["payer_id"].tolist() for keys in source.asked] == [["P1"], ["P2"], ["P1"]]


def test_a_source_that_holds_nothing_makes_everything_missing():
    history, keys, when = AskedHistory.over(Source(History.empty())), asked_about(5, "payer_id"), days(5)
    assert history.counts_before(keys, when).isna().all(axis=None)
    patients = pd.Series(["A|1"] * 5, dtype="str")
    assert history.services_before(patients, patients, when, lambda codes: codes).isna().all(axis=None)
