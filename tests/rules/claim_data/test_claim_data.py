"""What the rules on claim data say beyond their examples."""

from dataclasses import replace
from datetime import date

import pytest

from risk.claims.csv_layout import csv_bytes, csv_layout
from risk.claims.examples import Line, batch_of, claim, line
from risk.claims.tables import CLAIMS
from risk.readers.claims_837 import read_claims_837
from risk.readers.claims_csv import read_claims_csv
from risk.reference import load_reference
from risk.rules import catalogue, run_rules
from synthetic_data.write_837 import write_claims_837p

MINIMAL = dict.fromkeys(
    column
    for column, kind in CLAIMS.items()
    if kind in ("text", "date") and column not in ("claim_id", "source_file", "claim_kind", "payer_id")
)
OWN = [one for one in catalogue().values() if one.category in ("claim_data", "registration", "provider")]


def messages(rule_id, *claims):
    return run_rules(batch_of(*claims), load_reference(), [catalogue()[rule_id]])["message"].tolist()


def repaired(rule_id, *claims):
    one, batch = catalogue()[rule_id], batch_of(*claims)
    findings = run_rules(batch, load_reference(), [one])
    assert len(findings)
    mended = one.repair(batch, findings)
    assert run_rules(mended, load_reference(), [one]).empty
    return mended


def test_a_claim_with_only_the_required_columns_draws_no_finding():
    bare = claim(lines=[line("99213", pointers=[])], **MINIMAL)
    assert run_rules(batch_of(bare, bare), load_reference(), OWN).empty


def test_a_pointer_into_a_gap_between_diagnoses_points_to_nothing():
    batch = batch_of(claim(lines=[line("99213", pointers=[2, 3])], dx=["M54.16", "M48.061", "G89.29"]))
    gap = replace(batch, diagnoses=batch.diagnoses[batch.diagnoses["dx_position"] != 2].reset_index(drop=True))
    found = run_rules(gap, load_reference(), [catalogue()["CLM001"]])
    assert found["message"].tolist() == ["Line 1 points to diagnosis 2, which the claim does not have."]


def test_pointers_of_a_claim_without_diagnoses_are_left_to_the_missing_diagnosis():
    bare = claim(dx=[], lines=[line("99213", pointers=[1, 2])])
    assert messages("CLM001", bare) == []
    assert messages("CLM003", bare) == ["The claim has no diagnosis."]


def test_each_pointer_to_nothing_is_told():
    found = messages("CLM001", claim(lines=[line("99213", pointers=[1, 2, 3])]))
    assert [text[:29] for text in found] == ["Line 1 points to diagnosis 2,", "Line 1 points to diagnosis 3,"]


def test_both_amounts_of_a_claim_out_of_balance_are_told():
    (message,) = messages("CLM002", claim(lines=[line("62323", charge="1200.05")], total_charge_cents=120000))
    assert message == "The total charge is $1,200.00, but the lines add up to $1,200.05."


def test_the_total_is_repaired_from_the_lines():
    wrong = claim(lines=[line("62323", charge="10.05"), line("99213", charge="1.00")], total_charge_cents=1)
    assert repaired("CLM002", claim(), wrong).claims["total_charge_cents"].tolist() == [20000, 1105]


def test_an_unknown_total_or_charge_is_not_out_of_balance():
    assert messages("CLM002", claim(total_charge_cents=None)) == []
    assert messages("CLM002", claim(lines=[line("99213", line_charge_cents=None)], total_charge_cents=5)) == []


def test_every_missing_element_is_named_with_its_line():
    empty = Line({"procedure_code": None, "quantity": None, "line_charge_cents": None, "service_from_date": None})
    found = messages("CLM003", claim(dx=[], lines=[line("99213"), empty], total_charge_cents=20000))
    assert sorted(found) == [
        "Line 2 has no charge.",
        "Line 2 has no date of service.",
        "Line 2 has no procedure code.",
        "Line 2 has no units.",
        "The claim has no diagnosis.",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"date_of_service": "2026-12-24"}, "the date of service 2026-12-24 is after the submission on 2026-11-02"),
        (
            {"service_to_date": date(2026, 12, 24)},
            "the date of service 2026-12-24 is after the submission on 2026-11-02",
        ),
        (
            {"day": 3, "service_to_date": date(2026, 10, 1)},
            "the last date of service is before the first one, 2026-10-03",
        ),
    ],
)
def test_dates_out_of_order_are_told(changes, message):
    assert messages("CLM004", claim(lines=[line("99213", **changes)])) == [f"Line 1: {message}."]


def test_a_service_on_the_day_of_submission_is_in_order():
    assert messages("CLM004", claim(lines=[line("99213", date_of_service="2026-11-02")])) == []


def test_a_repeated_modifier_is_repaired_in_place():
    lines = [line("64483", modifiers=["59", "LT", "59"]), line("64493", modifiers=["KX"])]
    mended = repaired("CLM007", claim(lines=lines)).service_lines
    assert mended.loc[0, ["modifier_1", "modifier_2"]].tolist() == ["59", "LT"]
    assert mended.loc[0, ["modifier_3", "modifier_4"]].isna().all()
    assert mended.loc[1, "modifier_1"] == "KX"


def test_liability_modifiers_concern_medicare_alone():
    assert messages("CLM010", claim(payer_type="commercial", lines=[line("64493", modifiers=["GA", "GZ"])])) == []


def test_codes_of_every_level_have_their_form():
    known = ["99213", "0275T", "0001U", "1000F", "J1030", "G0260"]
    assert messages("CLM011", claim(lines=[line(code) for code in known])) == []
    wrong = ["9921", "99-13", "J103", "JJ103", "992133"]
    assert len(messages("CLM011", claim(lines=[line(code) for code in wrong]))) == len(wrong)


# ── what only an 837 can say ──────────────────────────────────────────────────────────────────────────────────────────

SAID = {"payer_responsibility_code": "P", "assignment_code": "A"}
STAY = {"claim_kind": "institutional", "bill_type_code": "111", "place_of_service_code": None}
ROOM = line(None, revenue_center_code="0120", pointers=[])


@pytest.mark.parametrize(
    ("rule_id", "columns"),
    [
        ("CLM012", {"claim_frequency_code": "7"}),
        ("CLM013", {"accident_cause_code": "AA"}),
        ("CLM015", STAY | {"lines": [ROOM]}),
    ],
)
def test_a_gap_counts_only_where_the_claim_says_what_every_837_says(rule_id, columns):
    assert len(messages(rule_id, claim(**SAID, **columns))) == 1
    assert messages(rule_id, claim(**columns)) == []
    for one in SAID:
        assert messages(rule_id, claim(**{one: SAID[one]}, **columns)) == []


def test_a_replacement_is_found_in_an_837_and_its_csv_and_not_in_a_csv_without_the_columns(tmp_path):
    path = tmp_path / "claims.837"
    replacement = claim(claim_frequency_code="7", **SAID)
    named = claim(claim_frequency_code="7", original_claim_number="ICN-1", **SAID)
    write_claims_837p(batch_of(claim(), replacement, named), path)
    of_837 = read_claims_837(path.read_bytes(), "claims.837").batch
    table = csv_layout(of_837)
    of_csv = read_claims_csv(csv_bytes(table), "claims.csv").batch
    short = read_claims_csv(csv_bytes(table.drop_columns([*SAID, "original_claim_number"])), "claims.csv").batch
    one = catalogue()["CLM012"]
    keys = [run_rules(batch, load_reference(), [one])["claim_key"].tolist() for batch in (of_837, of_csv, short)]
    assert keys == [[1], [1], []]


def test_a_void_without_the_number_is_told_too():
    assert messages("CLM012", claim(claim_frequency_code="8", **SAID)) == [
        "Frequency 8 says that this claim replaces or voids another, and the payer's number of that claim is missing."
    ]


def test_the_date_of_an_accident_is_a_matter_of_professional_claims():
    assert messages("CLM013", claim(accident_cause_code="OA", **SAID, **STAY)) == []


@pytest.mark.parametrize(("bill_type", "expected"), [("111", 1), ("117", 1), ("181", 1), ("121", 0), ("131", 0)])
def test_an_admission_date_belongs_to_a_stay(bill_type, expected):
    stay = claim(**(STAY | {"bill_type_code": bill_type}), **SAID, lines=[ROOM])
    assert len(messages("CLM015", stay)) == expected


def test_each_line_without_a_revenue_code_is_told_where_others_have_one():
    lines = [line("62323"), ROOM, line("99213"), line("77003", revenue_center_code="360")]
    assert messages("CLM014", claim(), claim(lines=lines, **STAY)) == [
        "Line 1 has no revenue code.",
        "Line 3 has no revenue code.",
        "Line 4 has a revenue code that is not four digits.",
    ]


def test_a_professional_line_needs_no_revenue_code():
    assert messages("CLM014", claim(lines=[line("99213"), line("62323")], **SAID), claim(lines=[ROOM], **STAY)) == []


@pytest.mark.parametrize(
    ("code", "columns", "expected"),
    [
        ("64493", {"service_to_date": date(2026, 10, 2)}, 1),
        ("64493", {"service_to_date": date(2026, 10, 2), "quantity": 2.0}, 0),  # as many units as days: a series
        ("64493", {}, 0),
        ("64493", {"day": 4, "service_to_date": date(2026, 10, 2)}, 0),  # dates exchanged: another rule's finding
        ("64494", {"service_to_date": date(2026, 10, 2)}, 0),  # no global period of its own
        ("97110", {"service_to_date": date(2026, 10, 2)}, 0),
        ("64493", {"service_to_date": date(2026, 10, 2), "quantity": None}, 0),
    ],
)
def test_a_procedure_of_one_day_has_one_day(code, columns, expected):
    assert len(messages("CLM016", claim(lines=[line(code, **columns)]))) == expected


def test_a_procedure_of_a_hospital_may_carry_the_dates_of_the_statement():
    lines = [line("64493", service_to_date=date(2026, 10, 2), revenue_center_code="0360")]
    assert messages("CLM016", claim(**(STAY | {"bill_type_code": "131"}), lines=lines)) == []
