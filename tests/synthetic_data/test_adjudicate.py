import csv
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from synthetic_data.adjudicate import adjudicate, cause_hazards
from synthetic_data.background import FACTORS
from synthetic_data.catalogue import read_toml
from synthetic_data.errors import make_mistakes
from synthetic_data.lines import cause_reasons
from synthetic_data.notes import can_lack_care, write_notes
from synthetic_data.period import Period
from synthetic_data.sample import clean_claims, simulate
from synthetic_data.world import SyntheticClaims, build_world

SHARED = Path(os.environ.get("DENIAL_RISK_SHARED", Path(__file__).resolve().parents[3] / "shared"))
REASONS = (
    "eligibility",
    "claim_data",
    "authorization",
    "coding",
    "bundling",
    "medical_necessity",
    "frequency",
    "documentation",
    "timely_filing",
    "duplicate",
    "provider",
    "coordination_of_benefits",
)
ENDED_CARCS = {"15", "125", "165"}
WORLDS = (1, 2, 3)


@pytest.fixture(scope="module", params=WORLDS)
def sample(request) -> SyntheticClaims:
    return simulate(30_000, seed=17, world=request.param)


@pytest.fixture(scope="module")
def draft():
    world, rng = build_world(1), np.random.default_rng(23)
    made = clean_claims(world, 20_000, Period(), rng, rng)
    make_mistakes(made, world, rng)
    write_notes(made, world, rng)
    made.identify("T")
    return made


def marginals() -> dict:
    return read_toml("payers.toml")["marginals"]


def test_the_share_of_denied_claims_is_the_published_one(sample):
    low, high = marginals()["overall"]
    assert low <= sample.truth["true_probability"].mean() <= high


def test_each_payer_type_denies_as_often_as_published(sample):
    kinds = sample.batch.claims["payer_type"].to_numpy()
    shares = sample.truth["true_probability"].groupby(kinds).agg(["mean", "size"])
    for kind, wanted in marginals()["payer_type"].items():
        found = shares.loc[kind]
        chance = 3 * np.sqrt(wanted * (1 - wanted) / found["size"])
        assert abs(found["mean"] - wanted) <= marginals()["tolerance_payer_type"] + chance, kind


def test_each_reason_has_its_published_share_of_denials(sample):
    shares = sample.truth.filter(like="p_").sum() / sample.truth["true_probability"].sum()
    for reason, wanted in marginals()["reason"].items():
        assert abs(shares[f"p_{reason}"] - wanted) <= marginals()["tolerance_reason"], reason


def test_the_published_shares_add_up_to_one():
    assert sum(marginals()["reason"].values()) == pytest.approx(1.0)
    assert set(marginals()["reason"]) == set(REASONS)


def test_the_true_probability_separates_denials_as_well_as_it_should(sample):
    auroc = roc_auc_score(sample.truth["denied"], sample.truth["true_probability"])
    assert 0.82 <= auroc <= 0.90


def test_no_single_column_gives_the_outcome_away(sample):
    claims, lines = sample.batch.claims, sample.batch.service_lines
    first = lines.drop_duplicates("claim_key").set_index("claim_key")
    principal = sample.batch.diagnoses.drop_duplicates("claim_key").set_index("claim_key")["dx_code"]
    columns = {column: claims[column] for column in claims.columns if column not in ("claim_key", "claim_id")}
    columns |= {f"line_{column}": first[column].reindex(claims["claim_key"]) for column in first.columns}
    columns["principal"] = principal.reindex(claims["claim_key"])
    columns["lines"] = lines.groupby("claim_key").size()
    denied = sample.truth["denied"]
    learn = np.arange(len(denied)) % 2 == 0
    for name, values in columns.items():
        if isinstance(values.dtype, pd.StringDtype):
            scored = values.fillna("").map(denied[learn].groupby(values.fillna("")[learn].to_numpy()).mean())
            scored = scored.fillna(denied[learn].mean())
        else:
            numbers = values.astype("int64") if values.dtype.kind == "M" else values
            scored = pd.to_numeric(numbers).astype("float64").fillna(-1.0)
        auroc = roc_auc_score(denied[~learn], scored.to_numpy()[~learn])
        assert max(auroc, 1 - auroc) <= 0.75, name


def test_claims_are_denied_as_often_as_their_probability_says(sample):
    probability, denied = sample.truth["true_probability"], sample.truth["denied"]
    assert probability.between(0, 1, inclusive="neither").all()
    for _, group in probability.groupby(pd.qcut(probability, 10)):
        spread = np.sqrt((group * (1 - group)).sum()) / len(group)
        assert abs(denied[group.index].mean() - group.mean()) <= 4.5 * spread


def test_reasons_are_drawn_as_often_as_their_probability_says(sample):
    reason = sample.outcomes.drop_duplicates("claim_id")["denial_reason"]
    for name in REASONS:
        expected = sample.truth[f"p_{name}"]
        spread = np.sqrt((expected * (1 - expected)).sum())
        assert abs((reason == name).sum() - expected.sum()) <= 4.5 * spread, name


def test_the_reasons_add_up_to_the_probability(sample):
    assert list(sample.truth.columns) == ["claim_id", "true_probability", *(f"p_{name}" for name in REASONS), "denied"]
    total = sample.truth.filter(like="p_").sum(axis=1)
    np.testing.assert_allclose(total, sample.truth["true_probability"], rtol=1e-9)


def test_the_probability_is_one_minus_the_product_of_what_each_reason_leaves(draft):
    world = build_world(1)
    hazards, reasons = cause_hazards(draft, world), np.array(cause_reasons(world))
    assert (hazards >= 0).all()
    survived = np.ones(len(draft))
    for reason in world.reasons:
        survived *= np.exp(-hazards[:, reasons == reason].sum(axis=1))
    truth = adjudicate(draft, world, np.random.default_rng(1)).truth
    np.testing.assert_allclose(truth["true_probability"], 1 - survived, rtol=1e-9)


def test_a_third_of_the_denials_come_without_a_mistake_on_the_claim(draft):
    world = build_world(1)
    hazards = cause_hazards(draft, world)
    total = hazards.sum(axis=1)
    share = -np.expm1(-total) / total
    background = hazards[:, len(world.mistakes) :].sum(axis=1) * share
    assert 1 / 3 <= background.sum() / (total * share).sum() <= 2 / 3


def test_a_mistake_that_is_not_there_has_no_hazard_and_one_that_is_has(draft):
    world = build_world(1)
    hazards = cause_hazards(draft, world)
    for column, name in enumerate(world.mistakes):
        marked = draft.mistakes[name]
        assert (hazards[marked, column] > 0).all(), name
        if name != "undocumented_care":
            assert (hazards[~marked, column] == 0).all(), name


def test_care_that_no_note_shows_is_judged_by_the_habit_of_the_provider(draft):
    world = build_world(1)
    column = world.mistakes.index("undocumented_care")
    hazard = cause_hazards(draft, world)[:, column]
    unseen = can_lack_care(draft) & np.array([note is None for note in draft.claims["note"]])
    rate = world.habits[draft.claims["provider"], column]
    payer = draft.claims["payer"]
    found = world.causes["mistake"]["undocumented_care"]["hazard"] * world.strictness[payer, column]
    np.testing.assert_allclose(1 - np.exp(-hazard[unseen]), (rate * (1 - np.exp(-found)))[unseen], rtol=1e-9)


def test_a_payer_changes_its_habit_on_the_day_it_says(draft):
    world = build_world(1)
    column = world.mistakes.index("unspecified_side")
    marked = draft.mistakes["unspecified_side"] & (draft.claims["payer_id"] == "87726")
    later = draft.claims["submission_date"] >= np.datetime64("2025-11-01")
    hazard = cause_hazards(draft, world)[:, column]
    before, after = hazard[marked & ~later], hazard[marked & later]
    assert np.ptp(before) == pytest.approx(0)
    assert after == pytest.approx(3 * before[0])


def test_a_claim_is_as_likely_denied_as_its_likeliest_line_and_less_than_its_lines_together(sample):
    lines = sample.line_truth
    assert lines[["claim_id", "line_number"]].equals(sample.outcomes[["claim_id", "line_number"]])
    by_claim = lines.groupby("claim_id")["true_probability"].agg(["max", "sum"]).loc[sample.truth["claim_id"]]
    claim = sample.truth["true_probability"].to_numpy()
    assert (lines["true_probability"] >= 0).all()
    assert (by_claim["max"].to_numpy() <= claim * (1 + 1e-12)).all()
    assert (by_claim["sum"].to_numpy() >= claim * (1 - 1e-9)).all()
    single = lines.groupby("claim_id").size().loc[sample.truth["claim_id"]].to_numpy() == 1
    np.testing.assert_allclose(by_claim["max"].to_numpy()[single], claim[single], rtol=1e-9)
    assert (by_claim["max"].to_numpy() < claim * 0.999).mean() > 0.02, "every denial reaches the same lines"


def test_lines_are_denied_as_often_as_their_probability_says(sample):
    probability, denied = sample.line_truth["true_probability"], sample.outcomes["line_denied"]
    for _, group in probability.groupby(pd.qcut(probability, 10)):
        spread = np.sqrt((group * (1 - group)).sum()) / len(group)
        assert abs(denied[group.index].mean() - group.mean()) <= 4.5 * spread
    number = sample.outcomes["line_number"]
    for line in (1, 2, 3):
        expected = probability[number == line]
        spread = np.sqrt((expected * (1 - expected)).sum())
        assert abs(denied[number == line].sum() - expected.sum()) <= 4.5 * spread, line


def test_every_reason_has_a_background_a_mistake_or_both():
    causes = read_toml("causes.toml")
    assert set(causes["background"]) == set(FACTORS) == set(REASONS)
    assert {one["reason"] for one in causes["mistake"].values()} <= set(REASONS)


def test_denied_claims_have_a_denied_line_and_paid_claims_have_none(sample):
    by_claim = sample.outcomes.groupby("claim_id")
    assert (by_claim["denied"].min() == by_claim["denied"].max()).all()
    assert (by_claim["line_denied"].max() == by_claim["denied"].first()).all()
    partial = (by_claim["line_denied"].sum() < by_claim.size()) & (by_claim["denied"].first() == 1)
    assert partial.mean() > 0


def test_codes_stand_on_denied_lines_only_and_have_not_ended(sample):
    outcomes = sample.outcomes
    assert (outcomes["carc"].notna() == (outcomes["line_denied"] == 1)).all()
    assert outcomes.loc[outcomes["line_denied"] == 0, "rarc"].isna().all()
    assert not set(outcomes["carc"].dropna()) & ENDED_CARCS
    assert (outcomes["denial_reason"].notna() == (outcomes["denied"] == 1)).all()
    assert set(outcomes["denial_reason"].dropna()) == set(REASONS)


def test_a_carc_stands_for_one_reason_but_for_the_catch_all_16():
    causes = read_toml("causes.toml")
    facts = [(one["carc"], one["reason"]) for one in causes["mistake"].values()]
    facts += [(one["carc"], reason) for reason, one in causes["background"].items()]
    for carc in {code for code, _ in facts}:
        assert len({reason for code, reason in facts if code == carc}) == 1, carc


def test_carcs_and_rarcs_are_codes_that_exist_and_have_not_ended():
    causes = read_toml("causes.toml")
    facts = [*causes["mistake"].values(), *causes["background"].values()]
    for column in ("carc", "rarc"):
        path = SHARED / "refdata" / f"{column}_codes_dates_no_descriptions_2024-06.csv"
        if not path.exists():
            pytest.skip("the X12 code lists are not beside this repository")
        with path.open() as file:
            current = {row["adj_code"] for row in csv.DictReader(file) if not row["adj_end_date"]}
        assert {one[column] for one in facts} - {""} <= current


def test_remittances_come_after_submission(sample):
    submitted = sample.batch.claims.set_index("claim_id")["submission_date"]
    remitted = sample.outcomes.drop_duplicates("claim_id").set_index("claim_id")["remit_date"]
    assert (remitted > submitted.loc[remitted.index]).all()
    assert (sample.outcomes["label_status"] == "matched").all()


def test_every_payer_program_names_its_source_and_known_payers():
    terms = read_toml("payers.toml")
    payers = {one["id"] for one in terms["payer"]}
    assert all(program["source"] for program in terms["authorization"])
    for entry in (*terms["authorization"], *terms["habit"]):
        assert set(entry["payers"]) <= payers
    causes = read_toml("causes.toml")
    for habit in terms["habit"]:
        assert habit.get("mistake") in causes["mistake"] or habit.get("reason") in REASONS
