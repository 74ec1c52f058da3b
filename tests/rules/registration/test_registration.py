"""When a gap in the registration is a defect of the claim, and when of the file it came in."""

from datetime import date

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import catalogue, run_rules

GAPS = {
    "REG001": "member_id",
    "REG002": "patient_birth_date",
    "REG003": "patient_sex",
    "PRV002": "billing_npi",
    "CLM006": "place_of_service_code",
}
RULES = [catalogue()[rule_id] for rule_id in GAPS]


def found(*claims):
    return run_rules(batch_of(*claims), load_reference(), RULES)["rule_id"].tolist()


@pytest.mark.parametrize(("rule_id", "column"), GAPS.items())
def test_one_gap_in_a_complete_claim_is_found_by_its_rule_alone(rule_id, column):
    assert found(claim(**{column: None})) == [rule_id]


@pytest.mark.parametrize("column", GAPS.values())
def test_two_gaps_say_that_the_file_has_no_such_columns(column):
    for other in set(GAPS.values()) - {column}:
        assert found(claim(**{column: None, other: None})) == []


@pytest.mark.parametrize("column", GAPS.values())
def test_a_claim_is_judged_the_same_alone_as_among_others(column):
    gap = claim(**{column: None})
    assert found(claim(), gap, claim()) == found(gap)


def test_an_institutional_claim_has_its_place_in_the_bill_type():
    institutional = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
    assert found(claim(**institutional)) == []
    assert found(claim(**institutional, member_id=None)) == ["REG001"]


@pytest.mark.parametrize(
    ("born", "expected"),
    [(date(2026, 10, 1), 0), (date(2026, 10, 2), 1), (date(1904, 1, 1), 0), (date(1903, 1, 1), 1)],
)
def test_nobody_is_born_after_the_service_or_lives_for_ever(born, expected):
    batch = batch_of(claim(patient_birth_date=born, lines=[line("99213", day=9), line("20610", day=1)]))
    messages = run_rules(batch, load_reference(), [catalogue()["REG004"]])["message"]
    assert len(messages) == expected
    assert not messages.str.contains(str(born)).any()


def ids_found(rule_id, ids, **columns):
    batch = batch_of(*(claim(member_id=one, **columns) for one in ids))
    findings = run_rules(batch, load_reference(), [catalogue()[rule_id]])
    assert not any(one in message for one in ids for message in findings["message"] if len(one) > 3)
    return [ids[key] for key in findings["claim_key"]]


PLACEHOLDERS = ["0", "000", "00000000000", "99999", "111-11-1111", "unknown", "N/A", "Self Pay", "123456789", "TBD"]


def test_a_placeholder_is_told_and_never_shown():
    assert ids_found("REG005", PLACEHOLDERS) == PLACEHOLDERS


@pytest.mark.parametrize(("payer_type", "expected"), [("workers_comp", 0), ("other", 0), ("medicaid", 1), (None, 1)])
def test_insurers_of_accidents_have_no_members(payer_type, expected):
    assert len(ids_found("REG005", ["999999999"], payer_type=payer_type)) == expected


def test_ids_that_could_be_real_and_masks_of_an_extract_are_no_placeholders():
    plausible = ["1EG4TE5MK73", "A1", "9", "W000000001", "1111", "UNKNOWN1", "NANCY", "123456780", "XXXXX", "*****"]
    assert ids_found("REG005", plausible) == []


@pytest.mark.parametrize("letter", "SLOIBZ")
def test_letters_that_look_like_digits_are_on_no_medicare_card(letter):
    wrong = [f"1{letter}G4TE5MK73", f"1E{letter}4TE5MK73", f"1EG4{letter}E5MK73", f"1EG4TE5M{letter}73"]
    assert ids_found("REG006", wrong, payer_type="medicare") == wrong


def test_each_place_of_the_medicare_id_has_its_kind_of_character():
    right = ["1EG4TE5MK73", "9AA0AA0AA00", "1A00A00AA00", "1eg4te5mk73", "1EG4-TE5-MK73", "1EG4 TE5 MK73"]
    assert ids_found("REG006", right, payer_type="medicare") == []
    for place, character in enumerate("A1-A1-A11AA"):  # a character each place does not take
        wrong = "1EG4TE5MK73"[:place] + ("?" if character == "-" else character) + "1EG4TE5MK73"[place + 1 :]
        assert ids_found("REG006", [wrong], payer_type="medicare") == [wrong]
    assert ids_found("REG006", ["0EG4TE5MK73"], payer_type="medicare") == ["0EG4TE5MK73"]


def test_numbers_of_the_old_card_are_told_and_pseudonyms_are_not():
    old = ["123456789A", "123456789C1", "A123456", "WCD123456789", "123456789"]
    assert ids_found("REG006", old, payer_type="medicare") == old
    assert ids_found("REG006", ["P17", "5f4dcc3b5aa765d61d8327deb882cf99"], payer_type="medicare") == []


@pytest.mark.parametrize("payer_type", ["medicare_advantage", "commercial", "medicaid", None])
def test_other_payers_have_ids_of_their_own(payer_type):
    assert ids_found("REG006", ["123456789A"], payer_type=payer_type) == []


def test_a_placeholder_on_a_medicare_claim_is_told_once():
    batch = batch_of(claim(payer_type="medicare", member_id="000000000"))
    found_rules = run_rules(batch, load_reference(), [catalogue()["REG005"], catalogue()["REG006"]])["rule_id"]
    assert found_rules.tolist() == ["REG005"]


def test_services_before_the_new_card_keep_their_number():
    old = claim(payer_type="medicare", member_id="123456789A", lines=[line("99213", date_of_service="2019-12-31")])
    assert run_rules(batch_of(old), load_reference(), [catalogue()["REG006"]]).empty


@pytest.mark.parametrize(
    ("payer_type", "relationship", "expected"),
    [("medicare", "01", 1), ("medicare", "18", 0), ("medicare", None, 0), ("medicare_advantage", "01", 0)],
)
def test_everybody_is_the_subscriber_of_their_own_medicare(payer_type, relationship, expected):
    one = claim(payer_type=payer_type, subscriber_relationship_code=relationship)
    assert len(run_rules(batch_of(one), load_reference(), [catalogue()["REG007"]])) == expected
