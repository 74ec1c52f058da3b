import csv
import gzip
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from risk.claims import structural_failures
from risk.claims.tables import PAYER_TYPES
from synthetic_data.catalogue import _line as parse_line
from synthetic_data.catalogue import load_catalogue
from synthetic_data.encounters import draw_encounters
from synthetic_data.errors import copy_claims, make_mistakes, registered_mistakes
from synthetic_data.notes import write_notes
from synthetic_data.npi import make_npis
from synthetic_data.period import Period
from synthetic_data.sample import clean_claims, simulate
from synthetic_data.world import SyntheticClaims, build_world

SHARED = Path(os.environ.get("DENIAL_RISK_SHARED", Path(__file__).resolve().parents[3] / "shared"))

#: What a note says of care that was done and failed, one piece of each sentence of the grammar.
FAILED_CARE = (
    "without lasting relief",
    "Failed ",
    "stopped for lack of effect",
    "activity modification) has failed",
    "without benefit",
    "No relief from",
    "FAILED ",
)


@pytest.fixture(scope="module")
def sample() -> SyntheticClaims:
    return simulate(20_000, seed=5)


@pytest.fixture(scope="module")
def draft():
    """Claims with their mistakes, before they are copied and judged."""
    world, rng = build_world(1), np.random.default_rng(3)
    made = clean_claims(world, 40_000, Period(), rng, rng)
    make_mistakes(made, world, rng)
    write_notes(made, world, rng)
    return made


def same_frames(one: SyntheticClaims, other: SyntheticClaims) -> bool:
    tables = ("claims", "service_lines", "diagnoses", "notes")
    frames = [(getattr(one.batch, name), getattr(other.batch, name)) for name in tables]
    frames += [(one.truth, other.truth), (one.outcomes, other.outcomes)]
    return all(first.equals(second) for first, second in frames)


def passes_check_digit(npi: str) -> bool:
    """The Luhn formula over 80840 and the number, digit by digit from the right."""
    total = 0
    for place, digit in enumerate(reversed("80840" + npi)):
        value = int(digit) * (1 + place % 2)
        total += value // 10 + value % 10
    return total % 10 == 0


def test_a_sample_is_structurally_sound_and_as_large_as_asked(sample):
    assert structural_failures(sample.batch) == []
    assert len(sample.batch) == len(sample.truth) == 20_000
    assert len(sample.outcomes) == len(sample.batch.service_lines)


@pytest.mark.parametrize("claims", [1, 2, 7, 150])
def test_small_samples_have_exactly_the_claims_asked_for(claims):
    sample = simulate(claims, seed=1)
    assert len(sample.batch) == claims
    assert structural_failures(sample.batch) == []


def test_the_same_numbers_give_the_same_sample():
    assert same_frames(simulate(1_500, seed=7, world=2), simulate(1_500, seed=7, world=2))


def test_two_seeds_of_one_world_share_providers_and_payers_but_no_claim():
    one, other = simulate(6_000, seed=1), simulate(6_000, seed=2)
    assert not set(one.truth["claim_id"]) & set(other.truth["claim_id"])
    assert not set(one.batch.claims["member_id"].dropna()) & set(other.batch.claims["member_id"].dropna())
    known, seen = set(one.batch.claims["billing_npi"]), set(other.batch.claims["billing_npi"])
    assert len(known & seen) > 0.9 * len(known | seen)


def test_another_world_has_other_providers_and_other_habits():
    one, other = build_world(1), build_world(2)
    assert not set(one.providers["npi"]) & set(other.providers["npi"])
    assert not np.allclose(one.habits[:100], other.habits[:100])
    assert not np.allclose(one.strictness, other.strictness)


@pytest.mark.parametrize("months", [6, 24])
def test_services_lie_in_the_months_asked_for(months):
    served = simulate(3_000, seed=1, months=months).batch.first_service_date
    end = pd.Timestamp("2026-10-31")
    first_day = end + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    assert served.between(first_day, end).all()
    assert served.min() < first_day + pd.Timedelta(days=20)


@pytest.mark.parametrize("wrong", [{"claims": 0}, {"seed": -1}, {"world": -1}, {"months": 0}])
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="expected at least one claim"):
        simulate(**({"claims": 10, "seed": 1} | wrong))


def test_interventional_pain_is_a_good_third_of_the_claims(sample):
    claims = sample.batch.claims
    of_practitioners = claims["billing_taxonomy_code"][claims["claim_kind"] == "professional"]
    assert 0.35 <= (of_practitioners == "208VP0014X").mean() <= 0.40
    assert sample.batch.claims["billing_taxonomy_code"].nunique() >= 16


def test_every_payer_type_and_all_payers_occur(sample):
    assert set(sample.batch.claims["payer_type"]) == set(PAYER_TYPES)
    payers = build_world(1).payers
    ids = {one["id"] for one in payers} | {one["institutional"]["id"] for one in payers if "institutional" in one}
    assert set(sample.batch.claims["payer_id"]) == ids
    assert len(payers) >= 15


def test_there_are_at_least_120_billing_providers():
    assert 120 <= len(build_world(1).providers["npi"]) <= 200


def test_npis_pass_the_check_digit_unless_the_mistake_says_so(draft):
    invalid = draft.mistakes["rendering_npi_invalid"]
    for column in ("billing_npi", "referring_npi", "facility_npi"):
        assert all(passes_check_digit(npi) for npi in set(draft.claims[column]) - {None})
    rendering = [npi is None or passes_check_digit(npi) for npi in draft.claims["rendering_npi"]]
    missing = draft.mistakes["rendering_npi_missing"]
    assert np.array_equal(~np.array(rendering), invalid & ~missing)
    assert all(passes_check_digit(npi) for npi in set(draft.claims["attending_npi"]) - {None})


def test_a_made_npi_is_the_published_example():
    assert make_npis(np.array([23_456_789])).tolist() == ["1234567893"]


def test_every_mistake_is_made_and_there_are_more_than_twenty(draft):
    counts = {name: int(marks.sum()) for name, marks in draft.mistakes.items() if name != "duplicate_claim"}
    assert len(counts) >= 20
    assert min(counts.values()) > 0, counts
    assert set(registered_mistakes()) <= set(counts)


def test_a_claim_carries_at_most_one_mistake_per_part(draft):
    parts = {name: facts["part"] for name, facts in build_world(1).causes["mistake"].items()}
    for part in set(parts.values()):
        marks = [draft.mistakes[name] for name in parts if parts[name] == part]
        assert np.sum(marks, axis=0).max() <= 1, part


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("member_id_missing", "member_id"),
        ("sex_missing", "patient_sex"),
        ("rendering_npi_missing", "rendering_npi"),
    ],
)
def test_a_value_is_missing_exactly_where_the_mistake_is(draft, name, column):
    expected = True if column != "rendering_npi" else ~draft.claims["institutional"]
    missing = np.array([value is None for value in draft.claims[column]])
    assert np.array_equal(missing & expected, draft.mistakes[name])


def test_a_total_is_wrong_exactly_where_the_mistake_is(draft):
    assert np.array_equal(draft.claims["total_charge_cents"] != draft.total_charges(), draft.mistakes["wrong_total"])


def test_a_claim_is_late_exactly_where_the_mistake_is(draft):
    days = np.array([one["filing_days"] for one in build_world(1).payers])[draft.claims["payer"]]
    submitted = draft.claims["submission_date"]
    assert np.array_equal((submitted - draft.claims["filing_date"]).astype(int) > days, draft.mistakes["late_filing"])
    taken = (submitted - draft.claims["service_date"]).astype(int)
    assert np.array_equal(taken < 0, draft.mistakes["service_after_submission"])


def test_a_pointer_reaches_no_diagnosis_exactly_where_the_mistake_is(draft):
    count = np.bincount(draft.diagnoses["claim"], minlength=len(draft))
    pointers = np.column_stack([draft.lines[f"dx_pointer_{rank}"] for rank in range(1, 5)])
    beyond = draft.any_line(pointers.max(axis=1) > count[draft.lines["claim"]])
    assert np.array_equal(beyond, draft.mistakes["pointer_to_nothing"])
    none = draft.any_line(draft.lines["dx_pointer_1"] == 0) & ~draft.claims["institutional"]
    assert np.array_equal(none, draft.mistakes["pointer_missing"])


def test_an_addon_stands_alone_only_where_the_mistake_is(draft):
    primary = {"64484": ["64483"], "64494": ["64493"], "64491": ["64490"], "64634": ["64633"], "64636": ["64635"]}
    for addon, primaries in primary.items():
        has = draft.any_line(draft.lines["procedure_code"] == addon)
        alone = has & ~draft.any_line(np.isin(draft.lines["procedure_code"].astype(str), primaries))
        assert not (alone & ~draft.mistakes["addon_alone"]).any()
    assert draft.mistakes["addon_alone"].any()


def test_fluoroscopy_is_billed_apart_exactly_where_the_mistake_is(draft):
    billed = draft.any_line(draft.lines["procedure_code"] == "77003")
    assert np.array_equal(billed, draft.mistakes["imaging_billed_apart"])


def test_authorisation_is_missing_exactly_where_the_mistake_is(draft):
    without = np.array([number is None for number in draft.claims["prior_auth_number"]])
    assert np.array_equal(without & draft.claims["authorization_needed"], draft.mistakes["authorization_missing"])


def test_a_note_documents_failed_care_unless_the_mistake_says_so(draft):
    treated = draft.in_family("epidural", "facet", "radiofrequency", "sacroiliac")
    for row in np.flatnonzero([note is not None for note in draft.claims["note"]] & treated):
        documented = any(words in draft.claims["note"][row] for words in FAILED_CARE)
        assert documented != draft.mistakes["undocumented_care"][row]


def test_a_note_holds_no_date_and_no_identifier(draft):
    text = " ".join(note for note in draft.claims["note"] if note)
    assert not any(year in text for year in ("2024", "2025", "2026"))
    assert not any(member in text for member in set(draft.claims["member_id"][:2_000]) - {None})


def test_a_duplicate_repeats_a_claim_of_the_sample_later():
    world, rng = build_world(1), np.random.default_rng(11)
    made = draw_encounters(world, 4_000, period=Period(), rng=rng)
    make_mistakes(made, world, rng)
    copy_claims(made, world, rng)
    copies = np.flatnonzero(made.mistakes["duplicate_claim"])
    assert len(made) == 4_000
    assert len(copies) > 0
    for row in copies:
        twins = np.flatnonzero(
            (made.claims["patient"] == made.claims["patient"][row])
            & (made.claims["service_date"] == made.claims["service_date"][row])
            & (made.claims["encounter"] == made.claims["encounter"][row])
        )
        assert (made.claims["submission_date"][twins] < made.claims["submission_date"][row]).any()


def test_clean_claims_see_a_patient_once_a_day():
    world, rng = build_world(1), np.random.default_rng(4)
    claims = draw_encounters(world, 20_000, period=Period(), rng=rng).claims
    assert not pd.DataFrame({name: claims[name] for name in ("patient", "service_date")}).duplicated().any()


def test_a_line_outside_the_notation_is_refused():
    with pytest.raises(ValueError, match=r"catalogue\.toml: expected"):
        parse_line("62323 890")


def test_a_line_of_the_catalogue_is_read_by_its_notation():
    row = parse_line("64483-S-59*2 980 1:3")
    assert (row["procedure_code"], row["modifier_1"], row["modifier_2"]) == ("64483", "S", "59")
    assert (row["quantity"], row["cents"], row["dx_pointer_1"], row["dx_pointer_2"]) == (2.0, 98_000, 1, 3)


def test_sides_of_diagnosis_and_modifier_agree_in_clean_claims():
    world, rng = build_world(1), np.random.default_rng(2)
    clean = draw_encounters(world, 5_000, period=Period(), rng=rng)
    sided = np.isin(clean.lines["modifier_1"].astype(str), ("RT", "LT"))
    side = np.where(clean.lines["modifier_1"][sided] == "RT", 1, 2)
    assert np.array_equal(clean.claims["side"][clean.lines["claim"][sided]], side)


@pytest.mark.parametrize("period", [Period(), Period(72, "2027-09")], ids=["default", "all that can be asked for"])
def test_every_diagnosis_of_clean_claims_is_billable_on_its_day(period):
    path = SHARED / "refdata" / "icd10cm_billable_lifecycle.csv.gz"
    if not path.exists():
        pytest.skip("the ICD-10-CM life cycle file is not beside this repository")
    with gzip.open(path, "rt") as file:
        life = {row["code"].replace(".", ""): row for row in csv.DictReader(file)}
    world, rng = build_world(1), np.random.default_rng(2)
    clean = clean_claims(world, 20_000, period, rng, rng)
    served = clean.claims["service_date"].astype(str)[clean.diagnoses["claim"]]
    for code, day in set(zip(clean.diagnoses["dx_code"], served, strict=True)):
        assert code in life, code
        earliest, latest = (life[code]["valid_from"].strip("<=")[part] for part in (slice(10), slice(-10, None)))
        # of codes that came before the releases at hand only a span of years is known; the default period is later
        assert (latest if period == Period() else earliest) <= day, (code, day)
        ended = life[code]["valid_to"]
        assert not ended or day <= (ended[:10] if period == Period() else ended[-10:]), (code, day)


def test_every_specialty_has_encounters_or_courses():
    catalogue = load_catalogue()
    for specialty in catalogue.specialties:
        numbers = catalogue.numbers_of(specialty["id"])
        assert len(numbers) > 0
        assert specialty["visits"] == 0 or all(catalogue.encounters[n].dx_sets is not None for n in numbers)
