"""What the rules on claim data say beyond their examples."""

from dataclasses import replace
from datetime import date

import pytest

from risk.claims.examples import Line, batch_of, claim, line
from risk.claims.tables import CLAIMS
from risk.reference import load_reference
from risk.rules import catalogue, run_rules

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
