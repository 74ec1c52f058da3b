"""Payers that change their policies: what a model learnt before is worth less after, until it learns again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from risk.cli import run
from risk.reference import load_reference
from risk.rules import run_rules, select_rules
from risk.scoring import fired_matrix
from synthetic_data import simulate
from synthetic_data.background import FACTORS
from synthetic_data.catalogue import read_toml
from synthetic_data.period import LAST_MONTH, Period
from synthetic_data.sample import clean_claims
from synthetic_data.world import SyntheticClaims, build_world

LATER = {"months": 6, "until": "2027-05"}
NAMES = [
    "payer_id",
    "place",
    "procedure",
    "modifier",
    "principal",
    "claim_kind",
    "service_of_payer",
    "authorization",
    "billing_npi",
]


def columns(sample: SyntheticClaims) -> pd.DataFrame:
    """What a claim shows at a glance, one row per claim."""
    batch = sample.batch
    claims, lines = batch.claims, batch.service_lines
    first = lines.drop_duplicates("claim_key").set_index("claim_key")
    principal = batch.diagnoses.drop_duplicates("claim_key").set_index("claim_key")["dx_code"]
    made = claims[["payer_id", "claim_kind", "billing_npi"]].assign(
        place=claims["place_of_service_code"].fillna(claims["bill_type_code"]),
        procedure=first["procedure_code"],
        modifier=first["modifier_1"],
        principal=principal,
        service_of_payer=claims["payer_id"] + " " + first["procedure_code"].fillna(""),
        authorization=claims["payer_id"] + claims["prior_auth_number"].notna().map({True: " yes", False: " no"}),
    )
    made = made[NAMES].astype("object").where(made[NAMES].notna(), "none")
    rules = [rule.id for rule in select_rules()]
    fired = fired_matrix(run_rules(batch, load_reference()), len(batch), rules)
    made = pd.concat([made, fired.astype("int64").set_axis(made.index)], axis=1)
    return made.assign(
        charge=claims["total_charge_cents"].astype("float64"),
        lines=lines.groupby("claim_key").size(),
        noted=claims["claim_key"].isin(batch.notes["claim_key"]).astype("int64"),
        lag=(claims["submission_date"] - batch.first_service_date.array).dt.days,
    )


def learnt(sample: SyntheticClaims):
    """A logistic model of what is shown."""
    encoder = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20)
    prepared = make_column_transformer((encoder, NAMES), remainder=StandardScaler())
    return make_pipeline(prepared, LogisticRegression(C=0.2, max_iter=400)).fit(columns(sample), sample.truth["denied"])


def divergence(model, sample: SyntheticClaims) -> float:
    """Mean Kullback-Leibler divergence of a model's probabilities from the truth, in nats: log loss it could save."""
    truth = sample.truth["true_probability"].to_numpy()
    said = np.clip(model.predict_proba(columns(sample))[:, 1], 1e-4, 1 - 1e-4)
    return float(np.mean(truth * np.log(truth / said) + (1 - truth) * np.log((1 - truth) / (1 - said))))


@pytest.fixture(scope="module")
def before() -> SyntheticClaims:
    return simulate(12_000, seed=41)


@pytest.fixture(scope="module")
def after() -> SyntheticClaims:
    return simulate(12_000, seed=42, **LATER)


def test_a_model_of_the_first_period_does_worse_in_the_second_and_recovers_when_it_is_trained_again(before, after):
    old, new = learnt(simulate(24_000, seed=43)), learnt(simulate(24_000, seed=44, **LATER))
    at_home, abroad, again = divergence(old, before), divergence(old, after), divergence(new, after)
    assert abroad > 1.25 * at_home
    assert again < 0.85 * abroad
    ranked = [
        roc_auc_score(sample.truth["denied"], model.predict_proba(columns(sample))[:, 1])
        for model, sample in ((old, before), (old, after), (new, after))
    ]
    assert ranked[1] < ranked[0] - 0.01
    assert ranked[2] > ranked[1] + 0.01


def test_the_second_period_is_of_the_same_payers_and_providers(before, after):
    for column in ("payer_id", "billing_npi"):
        known, seen = (set(sample.batch.claims[column]) for sample in (before, after))
        assert len(known & seen) > 0.9 * len(known | seen), column
    served = after.batch.first_service_date
    assert served.between("2026-12-01", "2027-05-31").all()


def test_some_payers_change_and_the_others_stay_what_they_were(before, after):
    def rate(sample: SyntheticClaims, payers: list[str]) -> float:
        return float(sample.truth["true_probability"][sample.batch.claims["payer_id"].isin(payers).to_numpy()].mean())

    for payer in ("ANTHEM", "62308", "87726"):
        assert rate(after, [payer]) > rate(before, [payer]) + 0.015, payer
    assert rate(after, ["SUMMITMA", "TRICARE", "LANTERNFUND", "GRANITEWC"]) == pytest.approx(
        rate(before, ["SUMMITMA", "TRICARE", "LANTERNFUND", "GRANITEWC"]), abs=0.03
    )


def test_policies_change_within_the_default_period_and_after_it():
    terms = read_toml("payers.toml")
    days = [str(one[edge]) for one in terms["habit"] for edge in ("from", "until") if edge in one]
    days += [str(one["from"]) for one in (*terms["contract_end"], *terms["authorization"])]
    assert sum("2024-11" <= day < "2026-11" for day in days) >= 5
    assert sum(day > LAST_MONTH + "-31" for day in days) >= 8


def test_a_contract_ends_for_some_providers_on_its_day():
    world, rng = build_world(1), np.random.default_rng(2)
    made = clean_claims(world, 20_000, Period(6, "2027-02"), rng, rng)
    ended = next(n for n, one in enumerate(world.terms["contract_end"]) if one["payer"] == "62308")
    own = made.claims["payer_id"] == "62308"
    lost = world.contract_ended[made.claims["provider"], ended]
    later = made.claims["service_date"] >= np.datetime64("2026-12-01")
    factor = FACTORS["provider"](made, world)
    assert (factor[own & lost & later] == world.terms["contract_end"][ended]["factor"]).all()
    assert (factor[own & lost & ~later] < 100).all()
    assert (factor[own & ~lost] < 100).all()
    assert 0.15 < lost[own].mean() < 0.5


def test_a_new_list_finds_providers_unready_for_some_months():
    sample = simulate(20_000, seed=9, months=10, until="2027-09")
    claims = sample.batch.claims
    procedure = sample.batch.service_lines.drop_duplicates("claim_key")["procedure_code"].to_numpy()
    listed = (claims["payer_id"] == "ANTHEM").to_numpy() & np.isin(
        procedure.astype(str), ["93306", "20610", "95910", "45380"]
    )
    served = sample.batch.first_service_date.reset_index(drop=True)
    carried = claims["prior_auth_number"].notna().to_numpy()
    new, used_to = listed & (served < "2027-04-30").to_numpy(), listed & (served >= "2027-04-30").to_numpy()
    assert carried[new].mean() < 0.75 < carried[used_to].mean()


@pytest.mark.parametrize(
    ("months", "until"), [(0, "2026-10"), (1, "2027-10"), (1, "2021-09"), (13, "2022-09"), (1, "2026-1"), (1, "soon")]
)
def test_a_period_in_which_the_codes_do_not_hold_is_refused(months, until):
    with pytest.raises(ValueError, match="expected"):
        Period(months, until)


def test_the_command_writes_a_later_period(tmp_path, capsys):
    arguments = ["synth", "--claims", "60", "--months", "2", "--until", "2027-03", "--out", str(tmp_path / "later")]
    assert run(arguments) == 0
    table = pd.read_csv(tmp_path / "later" / "claims.csv", usecols=["service_from_date"])
    assert table["service_from_date"].between("2027-01-01", "2027-04-30").all()
    assert run([*arguments[:-4], "--until", "2031-01", "--out", str(tmp_path / "never")]) == 2
    assert "--until" in capsys.readouterr().err
    assert not (tmp_path / "never").exists()
