"""The only way a feature sees a remittance: counted by hand, and never from the day of submission on."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from features import HISTORY_COLUMNS, History, compute_features
from features._asof import PRIOR_CLAIMS
from risk.claims.examples import Claim, batch_of, claim, line
from risk.reference import load_reference


def past(*rows: dict) -> History:
    clean = {
        "payer_id": "P1",
        "billing_npi": "1234567893",
        "rendering_npi": "1245319599",
        "procedure_code": "62323",
        "dx_code": "M5416",
        "remit_date": "2026-03-01",
        "denied": 0.0,
    }
    frame = pd.DataFrame([clean | row for row in rows], columns=list(HISTORY_COLUMNS))
    frame["remit_date"] = pd.to_datetime(frame["remit_date"])
    return History(frame.astype(HISTORY_COLUMNS))


def ask(when, **keys) -> tuple[pd.DataFrame, pd.Series]:
    days = pd.Series(pd.to_datetime(pd.Series(when)).astype("datetime64[s]"))
    frame = pd.DataFrame({name: pd.Series(values, dtype="str") for name, values in keys.items()}, index=days.index)
    return frame, days


def counted(history: History, when, **keys) -> list[tuple[float, float]]:
    counts = history.counts_before(*ask(when, **keys))
    return list(counts.itertuples(index=False, name=None))


def test_only_remittances_strictly_before_the_day_count():
    history = past(
        {"remit_date": "2026-03-01", "denied": 1.0},
        {"remit_date": "2026-03-02", "denied": 0.0},
        {"remit_date": "2026-03-03", "denied": 1.0},
    )
    days = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2030-01-01", "2020-01-01"]
    expected = [(0, 0), (1, 1), (2, 1), (3, 2), (3, 2), (0, 0)]
    assert counted(history, days, payer_id=["P1"] * 6) == expected


def test_only_claims_that_share_every_key_count():
    history = past(
        {"payer_id": "P1", "procedure_code": "62323", "denied": 1.0},
        {"payer_id": "P1", "procedure_code": "64483"},
        {"payer_id": "P2", "procedure_code": "62323", "denied": 1.0},
    )
    asked = counted(
        history, ["2026-04-01"] * 4, payer_id=["P1", "P1", "P2", "P2"], procedure_code=["62323", "64483"] * 2
    )
    assert asked == [(1, 1), (1, 0), (1, 1), (0, 0)]


def test_a_key_that_was_never_seen_has_no_past_and_a_null_key_is_missing():
    frame, days = ask(["2026-04-01"] * 2, payer_id=["P9", None])
    counts = past({}).counts_before(frame, days)
    assert counts.loc[0].tolist() == [0, 0]
    assert counts.loc[1].isna().all()


def test_a_claim_without_a_day_is_missing():
    frame, days = ask(["2026-04-01", None], payer_id=["P1", "P1"])
    counts = past({}).counts_before(frame, days)
    assert counts["claims"].isna().tolist() == [False, True]


def test_an_empty_history_makes_everything_missing():
    frame, days = ask(["2026-04-01"], payer_id=["P1"])
    assert History.empty().counts_before(frame, days).isna().all(axis=None)
    assert History.empty().rate_before(frame, days).isna().all()
    assert History.empty().overall_rate_before(days).isna().all()


def test_asking_about_no_claims_gives_no_rows():
    frame, days = ask([], payer_id=[])
    assert len(past({}).counts_before(frame, days)) == 0


def test_rows_of_the_history_without_an_outcome_or_a_date_do_not_count():
    history = past({"denied": np.nan}, {"remit_date": None, "denied": 1.0}, {"denied": 1.0})
    assert counted(history, ["2026-04-01"], payer_id=["P1"]) == [(1, 1)]


def test_the_order_of_the_history_does_not_matter():
    rows = [{"remit_date": f"2026-03-{day:02d}", "denied": float(day % 3 == 0)} for day in range(1, 29)]
    days = [f"2026-03-{day:02d}" for day in range(1, 29)]
    assert counted(past(*rows), days, payer_id=["P1"] * 28) == counted(past(*rows[::-1]), days, payer_id=["P1"] * 28)


def test_counts_agree_with_counting_one_by_one():
    rng = np.random.default_rng(7)
    payers, procedures = rng.integers(0, 4, 300), rng.integers(0, 5, 300)
    remits = np.datetime64("2026-01-01") + rng.integers(0, 60, 300)
    denied = rng.integers(0, 2, 300).astype(float)
    rows = zip(payers, procedures, remits, denied, strict=True)
    history = past(
        *({"payer_id": f"P{a}", "procedure_code": f"C{b}", "remit_date": c, "denied": d} for a, b, c, d in rows)
    )
    when = np.datetime64("2026-01-01") + rng.integers(-5, 70, 200)
    own_payer, own_procedure = rng.integers(0, 5, 200), rng.integers(0, 6, 200)
    got = counted(
        history,
        when,
        payer_id=[f"P{value}" for value in own_payer],
        procedure_code=[f"C{value}" for value in own_procedure],
    )
    for row, (claims, denials) in enumerate(got):
        same = (payers == own_payer[row]) & (procedures == own_procedure[row]) & (remits < when[row])
        assert (claims, denials) == (same.sum(), denied[same].sum())


def test_a_span_leaves_out_what_lies_further_back():
    history = past(
        {"remit_date": "2025-03-31", "denied": 1.0},
        {"remit_date": "2025-04-01", "denied": 1.0},
        {"remit_date": "2026-03-31"},
    )
    frame, days = ask(["2026-04-01", "2025-04-01", "2030-01-01"], payer_id=["P1"] * 3)
    counts = history.counts_before(frame, days, within_days=365)
    assert counts.to_numpy().tolist() == [[2, 1], [1, 1], [0, 0]]


def test_the_diagnosis_category_is_a_key_too():
    history = past({"dx_code": "M5416", "denied": 1.0}, {"dx_code": "M542"}, {"dx_code": "M47816"})
    assert counted(history, ["2026-04-01"], dx_category=["M54"]) == [(2, 1)]


def test_a_rate_is_shrunk_toward_the_overall_rate_of_that_day():
    history = past(*[{"payer_id": "P1", "denied": 1.0}] * 10, *[{"payer_id": "P2"}] * 30)
    frame, days = ask(["2026-04-01"] * 3, payer_id=["P1", "P2", "P9"])
    rates = history.rate_before(frame, days)
    overall = 0.25
    assert rates[0] == pytest.approx((10 + PRIOR_CLAIMS * overall) / (10 + PRIOR_CLAIMS))
    assert rates[1] == pytest.approx(PRIOR_CLAIMS * overall / (30 + PRIOR_CLAIMS))
    assert rates[2] == pytest.approx(overall)


def test_a_rate_is_missing_before_the_first_remittance_of_all():
    frame, days = ask(["2026-03-01", "2026-03-02"], payer_id=["P1", "P1"])
    assert past({}).rate_before(frame, days).isna().tolist() == [True, False]


def test_a_rate_can_be_shrunk_toward_a_broader_one():
    frame, days = ask(["2026-04-01"], payer_id=["P9"])
    assert past({}).rate_before(frame, days, pd.Series([0.4])).tolist() == [0.4]


def test_a_history_of_a_batch_takes_the_principal_diagnosis_and_the_costliest_line():
    batch = batch_of(
        claim(lines=[line("99213", charge="90"), line("62323", charge="900")], dx=["M54.16", "G89.4"]),
        claim(),
        claim(),
    )
    denied = pd.Series([1.0, np.nan, 0.0])
    remits = pd.Series(pd.to_datetime([date(2026, 11, 20), date(2026, 11, 20), None]))
    outcomes = History.of(batch, denied, remits).outcomes
    assert outcomes[["procedure_code", "dx_code", "denied"]].to_numpy().tolist() == [["62323", "M5416", 1.0]]
    assert outcomes.dtypes.astype(str).to_dict() == HISTORY_COLUMNS


def services_of(*days: str, code: str = "62323", member: str = "M1") -> History:
    return History.of(
        batch_of(*(claim(member_id=member, lines=[line(code, date_of_service=day)]) for day in days)),
        pd.Series([np.nan] * len(days)),
        pd.Series([None] * len(days)),
    )


def seen(history: History, *asked: Claim) -> list[tuple[float, float]]:
    values = compute_features(batch_of(*asked), load_reference(), history)
    return list(values[["past_year_services", "days_since_service"]].itertuples(index=False, name=None))


def again(day: str, code: str = "62323", member: str = "M1", **columns) -> Claim:
    return claim(member_id=member, lines=[line(code, date_of_service=day)], **columns)


def test_services_of_a_patient_count_though_nobody_has_answered_them():
    history = services_of("2025-10-02", "2026-03-01", "2026-06-01")
    assert seen(history, again("2026-10-02")) == [(3.0, 123.0)]


def test_services_of_the_day_itself_of_later_days_and_of_more_than_a_year_ago_do_not_count():
    history = services_of("2025-10-01", "2026-10-02", "2026-12-01")
    (count, since), *_ = seen(history, again("2026-10-02"))
    assert count == 0
    assert np.isnan(since)


def test_services_count_for_the_same_patient_and_kind_of_procedure_alone():
    history = services_of("2026-09-01")
    others = (
        again("2026-10-02", member="M2"),
        again("2026-10-02", patient_birth_date=date(1990, 1, 1)),
        again("2026-10-02", code="99213"),
    )
    assert [count for count, _ in seen(history, *others)] == [0, 0, 0]
    assert seen(history, again("2026-10-02", code="62321"))[0][0] == 1  # an epidural as well


def test_a_patient_who_cannot_be_told_has_no_known_past():
    for unknown in ({"member_id": None}, {"patient_birth_date": None}):
        asked = claim(lines=[line("62323", date_of_service="2026-10-02")], **({"member_id": "M1"} | unknown))
        assert np.isnan(seen(services_of("2026-09-01"), asked)).all()
