"""What the diagnosis rules do beyond their own examples."""

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import run_rules, select_rules

PROFESSIONAL, INSTITUTIONAL = "professional", "institutional"


def found(*claims):
    return run_rules(batch_of(*claims), load_reference(), select_rules(select=["DX", "LAT"]))


def ids(*claims):
    return found(*claims)["rule_id"].tolist()


def message(one):
    findings = found(one)
    assert len(findings) == 1
    return findings["message"].iloc[0]


# Ordinary claims of other specialties; position 1 is what the visit was for.
ORDINARY = {
    "family medicine": ["E11.9", "I10", "E78.5", "Z79.84"],
    "cardiology": ["I25.10", "I48.91", "I50.22", "Z95.5"],
    "endocrinology": ["E11.22", "N18.31", "E03.9", "E11.65", "Z79.4"],
    "pulmonology": ["J44.1", "J96.11", "F17.210"],
    "gastroenterology": ["K21.9", "K57.30", "Z12.11", "D12.6"],
    "ophthalmology": ["H25.13", "H40.1131", "H52.4", "E11.9"],
    "dermatology": ["L57.0", "C44.311", "L40.0", "D22.5"],
    "obstetrics": ["O09.511", "Z3A.20", "O24.410"],
    "psychiatry": ["F33.1", "F41.1", "F43.10", "F90.2"],
    "oncology": ["C50.911", "C77.3", "D63.0", "Z17.0"],
    "orthopaedics": ["M17.11", "M25.561", "Z96.652", "S83.241A"],
    "nephrology": ["N18.6", "I12.0", "Z99.2", "D63.1"],
    "neurology": ["G43.709", "G40.909", "G20.A1", "R41.3"],
    "paediatrics": ["J06.9", "H66.91", "Z00.129", "Z23"],
    "urology": ["N20.0", "R35.1", "N39.0", "B96.20"],
    "emergency medicine": ["R07.9", "R55", "S01.81XA", "W19.XXXA"],
    "physical therapy": ["M25.511", "M62.81", "R26.2", "Z47.1"],
    "stroke rehabilitation": ["I69.351", "I10", "R13.10"],
    "pain medicine": ["M47.816", "M48.061", "G89.4", "M96.1", "F11.20", "M54.16"],
}


@pytest.mark.parametrize("specialty", ORDINARY)
def test_ordinary_diagnoses_of_a_specialty_are_quiet(specialty):
    assert found(claim(dx=ORDINARY[specialty]))["message"].tolist() == []


@pytest.mark.parametrize("year", [2021, 2023, 2025, 2026])
def test_ordinary_diagnoses_are_quiet_in_earlier_years(year):
    lasting = [specialty for specialty in ORDINARY if specialty != "neurology"]  # Parkinson's disease was split in 2023
    claims = [claim(dx=ORDINARY[one], lines=[line("99213", date_of_service=f"{year}-03-01")]) for one in lasting]
    assert found(*claims)["message"].tolist() == []


def test_a_retired_code_names_its_successors():
    assert message(claim(dx=["M54.5"])) == (
        "Diagnosis 1: M54.5 is not valid on the date of service, 2026-10-01. It was last valid on 2021-09-30; "
        "it was replaced by M54.50, M54.51 and M54.59."
    )


def test_a_heading_names_a_few_of_the_codes_below_it():
    text = message(claim(dx=["M54"]))
    assert "M54.00, M54.01, M54.02, M54.03 and" in text
    assert text.endswith(" more.")


def test_one_defect_of_a_code_is_one_finding():
    assert ids(claim(dx=["M54.5"], lines=[line("62323")])) == ["DX002"]
    assert ids(claim(dx=["M54.5", "M54.41"])) == ["DX002"]
    assert ids(claim(dx=["G89.29", "R52"])) == ["DX006"]
    assert ids(claim(dx=["E11", "E11"])) == ["DX003"]


def test_what_stands_in_the_place_of_a_code_is_not_repeated():
    text = message(claim(dx=["SMITHJOHN"]))
    assert "SMITH" not in text.upper().replace("DOES NOT", "")
    assert "not shown" in text


@pytest.mark.parametrize(
    ("kind", "dx", "expected"),
    [
        (PROFESSIONAL, ["M72.2", "M72.21"], []),
        (PROFESSIONAL, ["M72.21", "M72.2"], ["DX002", "DX002"]),
        (INSTITUTIONAL, ["M72.2"], ["DX002"]),
        (INSTITUTIONAL, ["M72.21"], []),
    ],
)
def test_a_bill_is_judged_on_its_through_date_and_a_professional_claim_line_by_line(kind, dx, expected):
    pointers = [(1,), (2,)] if kind == PROFESSIONAL else [(), ()]
    days = zip(("2026-09-28", "2026-10-02"), pointers, strict=True)
    lines = [line("97110", date_of_service=day, pointers=pointed) for day, pointed in days]
    assert ids(claim(claim_kind=kind, dx=dx, lines=lines)) == expected


def test_the_message_names_the_day_on_which_a_code_was_wrong():
    lines = [line("97110", date_of_service="2026-09-30"), line("97110", day=2)]
    assert "not valid on the date of service, 2026-10-02" in message(claim(dx=["M72.2"], lines=lines))


def test_a_claim_without_a_date_of_service_is_not_called_invalid():
    undated = line("99213", service_from_date=None, service_to_date=None)
    assert ids(claim(dx=["M54.5"], lines=[undated]), claim(dx=["M51.360"], lines=[undated])) == []


def test_unspecified_pain_is_quiet_where_the_line_points_to_a_cause():
    assert ids(claim(dx=["M48.061", "M54.50"], lines=[line("62323", pointers=(1, 2))])) == []


def test_an_institutional_line_rests_on_all_diagnoses_of_its_claim():
    assert ids(claim(claim_kind=INSTITUTIONAL, dx=["M54.50"], lines=[line("62323", pointers=())])) == ["DX004"]
    assert ids(claim(claim_kind=INSTITUTIONAL, dx=["M54.16", "M54.50"], lines=[line("62323", pointers=())])) == []


def test_only_the_procedure_of_a_visit_is_found_nonspecific():
    findings = found(claim(dx=["M54.9"], lines=[line("99213"), line("20552"), line("80305"), line("J1030")]))
    assert findings["line_number"].tolist() == [2]


def test_an_epidural_for_axial_pain_is_found_once():
    one = claim(dx=["M54.9"], lines=[line("62323")])
    findings = run_rules(batch_of(one), load_reference(), select_rules(select=["DX004", "NEC"]))
    assert findings["rule_id"].tolist() == ["NEC004"]


def test_every_exclusion_of_a_claim_is_told_once():
    findings = found(claim(dx=["M51.16", "M54.16", "M54.31"]))
    assert findings["rule_id"].tolist() == ["DX005", "DX005"]
    assert findings["message"].is_unique


def test_the_admitting_diagnosis_does_not_conflict_with_the_final_one():
    batch = batch_of(claim(dx=["M51.16", "M54.16"]))
    batch.diagnoses.loc[1, "dx_qualifier"] = "admitting"
    assert run_rules(batch, load_reference(), select_rules(select=["DX005"])).empty


def test_a_pain_code_after_a_device_complication_is_in_place():
    assert ids(claim(dx=["T85.112A", "G89.4"], lines=[line("63650", pointers=(1, 2))])) == []


def test_findings_are_the_same_alone_and_in_a_batch():
    claims = [claim(dx=["M54.5"]), claim(), claim(dx=["M54.9"], lines=[line("62323")]), claim(dx=["M51.16", "M54.16"])]
    together = found(*claims)
    for key, one in enumerate(claims):
        alone = found(one)
        assert together.loc[together["claim_key"] == key, "message"].tolist() == alone["message"].tolist()
