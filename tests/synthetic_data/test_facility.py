from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.claims.tables import ClaimBatch, make_batch
from risk.readers import read_claim_data
from risk.readers.claims_837 import read_claims_837
from risk.reference import load_reference
from risk.rules import Severity, catalogue, run_rules
from risk.training import read_labelled
from synthetic_data import simulate, write_world
from synthetic_data.draft import Draft
from synthetic_data.errors import make_mistakes
from synthetic_data.errors_institutional import _OTHER_TYPES
from synthetic_data.facility_codes import has_code
from synthetic_data.period import Period
from synthetic_data.sample import clean_claims
from synthetic_data.world import SyntheticClaims, build_world
from synthetic_data.write_837 import write_claims_837i
from synthetic_data.write_csv import write_claims_csv
from tests.synthetic_data.test_write_837 import assert_round_trip, validated


def drawn(claims: int, seed: int, world: int = 1) -> Draft:
    rng = np.random.default_rng(seed)
    return clean_claims(build_world(world), claims, Period(), rng, rng)


@pytest.fixture(scope="module")
def clean() -> Draft:
    return drawn(30_000, seed=21)


@pytest.fixture(scope="module")
def spoiled() -> Draft:
    world, made = build_world(1), drawn(40_000, seed=22)
    make_mistakes(made, world, np.random.default_rng(5))
    return made


@pytest.fixture(scope="module")
def sample() -> SyntheticClaims:
    return simulate(6_000, seed=6)


def of_facilities(batch: ClaimBatch) -> ClaimBatch:
    return batch.select(np.flatnonzero((batch.claims["claim_kind"] == "institutional").to_numpy()))


def as_batch(draft: Draft) -> ClaimBatch:
    numbered = replace(draft, mistakes={})
    numbered.identify("C")
    return of_facilities(numbered.to_batch())


@pytest.mark.parametrize("claims", [1, 3, 4, 20, 1_000])
def test_fifteen_of_a_hundred_claims_are_institutional(claims: int) -> None:
    made = drawn(claims, seed=1)
    assert len(made) == claims
    assert made.claims["institutional"].sum() == round(0.15 * claims)


@pytest.mark.parametrize("world", [1, 2])
def test_no_rule_that_rejects_or_denies_speaks_on_a_clean_institutional_claim(world: int, tmp_path: Path) -> None:
    batch, path = as_batch(drawn(12_000, seed=31, world=world)), tmp_path / "claims_i.837"
    write_claims_837i(batch, path)
    write_claims_csv(batch, tmp_path / "claims.csv")
    as_837 = read_claims_837(path.read_bytes(), "claims_i.837").batch
    as_csv = read_claim_data((tmp_path / "claims.csv").read_bytes(), "claims.csv").batch
    for of in (batch, as_837, as_csv):
        assert len(of) == 1_800
        findings = run_rules(of, load_reference())
        severe = {rule_id for rule_id in findings["rule_id"] if catalogue()[rule_id].severity != Severity.REVIEW}
        assert findings[findings["rule_id"].isin(severe)]["message"].tolist() == []


def test_the_837i_reads_back_as_the_same_claims_with_as_many_segments(sample: SyntheticClaims, tmp_path: Path) -> None:
    batch, path = of_facilities(sample.batch), tmp_path / "claims_i.837"
    assert len(batch) > 800
    batch = make_batch(
        batch.claims.assign(source_file="example"),
        batch.service_lines,
        batch.diagnoses,
        batch.notes,
        claim_codes=batch.claim_codes,
    )
    write_claims_837i(batch, path)
    assert_round_trip(batch, path)
    text = path.read_text()
    assert text.count("\nCLM*") == len(batch)
    assert text.count("\nSV2*") == text.count("\nLX*") == len(batch.service_lines)
    assert text.count("\nCL1*") == len(batch)
    assert text.count("\nNM1*71*") == batch.claims["attending_npi"].notna().sum()
    assert text.count("\nDTP*435*") == batch.claims["admission_date"].notna().sum()


def test_an_independent_validator_accepts_the_837i(tmp_path: Path) -> None:
    path = tmp_path / "claims_i.837"
    write_claims_837i(as_batch(drawn(1_500, seed=8)), path)
    assert validated(path)


def test_labels_of_both_kinds_are_read_again_as_what_they_are(sample: SyntheticClaims, tmp_path: Path) -> None:
    write_world(sample, tmp_path)
    read = read_labelled(tmp_path / "labels.parquet").batch.claims
    for column in ("claim_kind", "bill_type_code", "attending_npi", "admission_date", "patient_status_code"):
        pd.testing.assert_series_equal(read[column], sample.batch.claims[column])


def test_a_hospital_bills_what_a_practitioner_did_in_it_for_the_same_patient_day_and_payer(clean: Draft) -> None:
    claims = {name: clean.claims[name] for name in ("patient", "service_date", "encounter", "payer")}
    claims |= {name: clean.claims[name] for name in ("institutional", "billing_npi", "facility_npi")}
    table = pd.DataFrame(claims)
    key = ["patient", "service_date", "encounter", "payer"]
    pairs = table[~table["institutional"]].merge(table[table["institutional"]], on=key)
    assert len(pairs) > 0.2 * table["institutional"].sum()
    assert (pairs["facility_npi_x"] == pairs["billing_npi_y"]).all()


def test_clean_institutional_claims_say_what_their_bill_type_asks_for(clean: Draft) -> None:
    claims = clean.claims
    kind = claims["bill_type_code"].astype(str).astype("U2")
    stays = np.isin(kind, ("11", "21", "81"))
    assert np.array_equal(~np.isnat(claims["admission_date"]), stays)
    assert (claims["admission_date"][stays] <= claims["service_date"][stays]).all()
    own = claims["institutional"]
    assert all((npi is not None) == facility for npi, facility in zip(claims["attending_npi"], own, strict=True))
    revenue = clean.lines["revenue_center_code"] != ""
    assert np.array_equal(revenue, own[clean.lines["claim"]])
    assert np.array_equal(own, [code is not None for code in claims["bill_type_code"]])
    assert np.array_equal(has_code(clean, "occurrence_span"), kind == "21")
    replaced = np.array([number is not None for number in claims["original_claim_number"]])
    assert np.array_equal(replaced, (claims["claim_frequency_code"] == "7"))
    assert (has_code(clean, "condition") | ~replaced).all()
    nights = (claims["filing_date"] - claims["service_date"]).astype(int)
    assert ((nights > 0) == stays).all()


def test_medicare_wants_an_authorisation_on_hospital_outpatient_claims_of_its_list(spoiled: Draft) -> None:
    claims = spoiled.claims
    listed = spoiled.any_line(
        np.isin(spoiled.lines["procedure_code"].astype(str), ("63650", "64490", "64493", "64633", "64635"))
    )
    outpatient = np.array([(code or "").startswith("13") for code in claims["bill_type_code"]])
    wanted = outpatient & listed & (claims["payer_type"] == "medicare") & ~spoiled.mistakes["two_block_types"]
    wanted &= ~spoiled.mistakes["bill_type_wrong"]
    assert wanted.sum() > 30
    absent = np.array([number is None for number in claims["prior_auth_number"]])
    assert np.array_equal(absent[wanted], spoiled.mistakes["authorization_missing"][wanted])
    assert absent[wanted].any()
    assert {claims["payer_id"][row] for row in np.flatnonzero(wanted)} == {"04111"}


@pytest.mark.parametrize(
    ("name", "column"),
    [("attending_npi_missing", "attending_npi"), ("replaced_number_missing", "original_claim_number")],
)
def test_a_value_of_institutional_claims_is_missing_exactly_where_the_mistake_is(spoiled, name, column) -> None:
    expected = spoiled.claims["institutional"]
    if name == "replaced_number_missing":
        expected = spoiled.claims["claim_frequency_code"] == "7"
    missing = np.array([value is None for value in spoiled.claims[column]]) & expected
    assert np.array_equal(missing, spoiled.mistakes[name])


def test_every_mistake_of_a_facility_shows_on_the_claim_and_only_there(spoiled: Draft) -> None:
    claims, lines, mistakes = spoiled.claims, spoiled.lines, spoiled.mistakes
    kind = claims["bill_type_code"].astype(str).astype("U2")
    uncoded = spoiled.any_line((lines["procedure_code"] == "") & (lines["fault"] == "procedure_code_missing"))
    assert np.array_equal(uncoded, mistakes["procedure_code_missing"])
    in_hospital = np.isin(kind, ("13",)) & spoiled.any_line(lines["procedure_code"] == "27096")
    assert not (in_hospital & (claims["payer_type"] == "medicare") & ~mistakes["practitioner_code_in_hospital"]).any()
    undated = np.isin(kind, ("11", "21", "81")) & np.isnat(claims["admission_date"])
    assert np.array_equal(undated & ~mistakes["bill_type_wrong"], mistakes["admission_date_missing"])
    assert not has_code(spoiled, "condition")[mistakes["condition_code_missing"]].any()
    assert not has_code(spoiled, "occurrence")[mistakes["occurrence_code_missing"]].any()
    assert not has_code(spoiled, "occurrence_span")[mistakes["hospital_stay_missing"]].any()
    wrong = [code for codes in _OTHER_TYPES.values() for code in codes]
    assert set(claims["bill_type_code"][mistakes["bill_type_wrong"]]) <= set(wrong)
    left = claims["patient_status_code"] == "30"
    part = np.isin(claims["claim_frequency_code"].astype(str), ("2", "3"))
    stays = np.isin(kind, ("21", "81"))
    assert np.array_equal((left != part) & stays, mistakes["status_against_frequency"] & stays)


def test_professional_claims_have_nothing_of_an_institutional_one(sample: SyntheticClaims) -> None:
    professional = (sample.batch.claims["claim_kind"] == "professional").to_numpy()
    claims = sample.batch.claims[professional]
    for column in ("bill_type_code", "attending_npi", "admission_date", "drg_code"):
        assert claims[column].isna().all(), column
    lines = sample.batch.service_lines
    assert lines["revenue_center_code"].isna()[professional[lines["claim_key"]]].all()
    assert not professional[sample.batch.claim_codes["claim_key"]].any()
