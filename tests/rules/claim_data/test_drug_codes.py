"""National drug codes: their form on any line, and that Medicaid's drug lines have one."""

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from risk.rules import catalogue, run_rules


def found(rule_id, *lines, **columns):
    return run_rules(batch_of(claim(lines=lines, **columns)), load_reference(), [catalogue()[rule_id]])


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("0003029305", "10 digits"),
        ("3029305", "7 digits"),
        ("000030293055", "12 digits"),
        ("00003 0293 05", "not digits alone"),
        ("0003-0293-05", "not digits alone"),
        ("00003-293-05", "not digits alone"),
        ("ML10", "not digits alone"),
        ("٠٠٠٠٣٠٢٩٣٠٥", "not digits alone"),
        ("00000000000", "zeros alone"),
        ("00000-0000-00", "not digits alone"),
    ],
)
def test_what_is_no_code_is_told_by_its_length_and_never_repeated(code, told):
    (message,) = found("NDC001", line("J3301", ndc_code=code))["message"]
    assert message == f"Line 1: the national drug code is not eleven digits ({told})."
    assert code not in message


@pytest.mark.parametrize("code", ["00003029305", "00003-0293-05", "99999999999", "10000000000", None])
def test_eleven_digits_with_or_without_hyphens_pass(code):
    assert found("NDC001", line("J3301", ndc_code=code)).empty


def test_a_code_is_held_to_its_form_on_any_line_and_for_any_payer():
    lines = [line("99213"), line("90686", ndc_code="49281"), line(None, revenue_center_code="0250", ndc_code="1")]
    assert found("NDC001", *lines, payer_type=None)["line_number"].tolist() == [2, 3]


DETAILED = {"payer_type": "medicaid", "payer_responsibility_code": "P"}


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        *(
            (one, True)
            for one in ("J0120", "J1100", "J3301", "J3490", "J7298", "J7317", "J7334", "J7603", "J7700", "J9999")
        ),
        *((one, False) for one in ("J0119", "J7318", "J7325", "J7333", "J7613", "90686", "A4216", "Q9967", "20610")),
    ],
)
def test_the_codes_of_drugs_want_one_and_devices_vaccines_and_supplies_do_not(code, missing):
    assert (len(found("NDC002", line(code), **DETAILED)) == 1) is missing


@pytest.mark.parametrize(
    "change",
    [
        {"payer_type": "medicare"},
        {"payer_type": None},
        {"payer_responsibility_code": None},
        {"payer_responsibility_code": "S"},
        {"claim_kind": "institutional", "bill_type_code": "111"},
        {"claim_kind": "institutional", "bill_type_code": None},
        {"claim_frequency_code": "8"},
    ],
    ids=str,
)
def test_claims_of_which_too_little_is_known_or_asked_are_left_alone(change):
    assert found("NDC002", line("J3301"), **(DETAILED | change)).empty


def test_a_hospitals_outpatient_drug_wants_one_too():
    hospital = {"claim_kind": "institutional", "bill_type_code": "131"}
    lines = [line("J3301", revenue_center_code="0636"), line("J1100", revenue_center_code="0636", ndc_code="1")]
    assert found("NDC002", *lines, **DETAILED, **hospital)["line_number"].tolist() == [1], "malformed is not missing"


@pytest.mark.parametrize(
    "change",
    [{"charge": "0.00"}, {"line_charge_cents": None}, *({"modifiers": ["KX", one]} for one in ("UD", "JG", "TB"))],
    ids=str,
)
def test_drugs_that_cost_nothing_or_were_bought_at_the_340b_price_are_left_alone(change):
    assert found("NDC002", line("J3301", **change), **DETAILED).empty


def test_both_are_about_a_line_and_one_claim_does_not_speak_for_another():
    claims = [claim(lines=[line("J3301", ndc_code=code), line("J1100")], **DETAILED) for code in (None, "00003029305")]
    told = run_rules(batch_of(*claims), load_reference(), [catalogue()["NDC002"]])
    assert told[["claim_key", "line_number"]].to_numpy().tolist() == [[0, 1], [0, 2], [1, 2]]
