"""Which diagnosis may come first, and what has to stand beside it."""

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.claims.tables import make_batch
from risk.reference import load_reference
from risk.rules import run_rules, select_rules

RULES = select_rules(select=["DX008", "DX009", "DX010", "DX011", "DX012", "DX016"])
HOSPITAL = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
STAY = HOSPITAL | {"bill_type_code": "111", "payer_type": "medicare"}


def found(*claims):
    return run_rules(batch_of(*claims), load_reference(), RULES)


def ids(*claims):
    return found(*claims)["rule_id"].tolist()


def message(one):
    findings = found(one)
    assert len(findings) == 1
    return findings["message"].iloc[0]


def without_pointers(code="99213"):
    return line(code, pointers=())


QUIET = {
    "fall seen in the emergency room": ["S01.81XA", "W19.XXXA", "Y92.009", "Y93.01"],
    "burn with its agent": ["T22.211A", "X10.0XXA"],
    "poisoning": ["T50.901A", "J96.01"],
    "delivery": ["O80", "Z37.0", "Z3A.39"],
    "pregnancy with diabetes": ["O24.410", "Z3A.28", "Z79.4"],
    "newborn": ["Z38.01", "P07.14", "P59.0"],
    "newborn with an infection": ["P36.4", "B96.20"],
    "diabetes with its complications": ["E11.42", "E11.22", "N18.31", "E11.621", "L97.411"],
    "ulcer seen for itself": ["L97.411", "E11.621"],
    "kidney disease seen for itself": ["N18.6", "I12.0", "D63.1"],
    "Alzheimer's dementia": ["G30.9", "F02.80"],
    "dementia without a known cause": ["F03.90"],
    "vascular dementia": ["F01.50"],
    "neutropenic fever": ["D70.1", "R50.81", "C91.01"],
    "pleural effusion of a cancer": ["C34.91", "J91.0"],
    "aftercare of a joint": ["Z47.1", "Z96.651"],
    "healing fracture": ["S72.141D", "W18.30XD"],
    "scar of a burn": ["L90.5", "T22.211S", "X10.0XXS"],
    "stroke of the past": ["I69.354", "R13.10"],
    "polio of the past": ["M62.81", "B91"],
    "caries": ["K02.9", "K05.10"],
    "joint implant seen in the office": ["Z96.651"],
    "cancer of the past": ["Z85.3", "Z90.11"],
    "anticoagulation clinic": ["Z79.01", "I48.91"],
    "breast cancer with its receptors": ["C50.911", "Z17.0"],
    "sepsis": ["A41.9", "R65.21", "J96.01"],
    "stroke with its score": ["I63.9", "R29.705"],
    "gender dysphoria": ["F64.0", "Z87.890"],
    "weight counselling": ["E66.9", "Z68.35"],
    "body mass index for a Medicare visit": ["Z68.35"],
}


@pytest.mark.parametrize("kind", ["professional", "institutional"])
@pytest.mark.parametrize("name", QUIET)
def test_codes_in_their_order_are_quiet(name, kind):
    facts = HOSPITAL if kind == "institutional" else {}
    one = claim(dx=QUIET[name], lines=[without_pointers() if facts else line("99213")], **facts)
    assert found(one)["message"].tolist() == []


@pytest.mark.parametrize(
    ("dx", "expected"),
    [
        (["Y92.009", "S01.81XA"], ["DX008"]),
        (["X10.0XXA", "T22.211A"], ["DX008"]),
        (["W01.0XXS", "M25.631"], ["DX008"]),
        (["E08.9", "C25.9"], ["DX009"]),
        (["N08", "M32.14"], ["DX009"]),
        (["D63.0", "C18.9"], ["DX009"]),
        (["R50.81", "D70.1"], ["DX009"]),
        (["M25.50", "D63.0"], ["DX010"]),
        (["U09.9", "J12.82"], ["DX010"]),
        (["B97.4", "J20.9"], ["DX011"]),
        (["Z16.12", "N39.0"], ["DX011"]),
        (["R65.10", "T67.01XA"], ["DX011"]),
        (["Z37.0", "O80"], ["DX011"]),
        (["T22.211S", "L90.5"], ["DX012"]),
        (["B94.8", "R53.83"], ["DX012"]),
        (["G09", "G81.91"], ["DX012"]),
    ],
)
def test_one_code_out_of_order_is_told_by_one_rule(dx, expected):
    assert ids(claim(dx=dx)) == expected
    assert ids(claim(dx=dx, lines=[without_pointers()], **HOSPITAL)) == expected


def test_a_code_that_is_no_code_is_left_to_the_rules_on_codes():
    assert ids(claim(dx=["W01"]), claim(dx=["M49.8"]), claim(dx=["B95"]), claim(dx=["W99.9X"])) == []


def test_a_line_that_points_to_the_external_cause_first_is_found_by_its_number():
    lines = [line("99213", pointers=(1, 2)), line("97110", pointers=(2, 1)), line("73110", pointers=(2,))]
    findings = found(claim(dx=["S52.532A", "W01.0XXA"], lines=lines))
    assert findings["line_number"].tolist() == [2, 3]
    assert findings["message"].iloc[0] == (
        "The first diagnosis that line 2 points to is W01.0XXA, an external cause, which is never the reason for a "
        "service."
    )


def test_an_external_cause_first_on_the_claim_is_told_once_whatever_its_lines_point_to():
    findings = found(claim(dx=["W01.0XXA", "S52.532A"], lines=[line("99213"), line("73110", pointers=(1, 2))]))
    assert findings["line_number"].isna().tolist() == [True]


@pytest.mark.parametrize("qualifier", ["external_cause", "reason_for_visit", "admitting"])
def test_only_the_principal_diagnosis_is_first_listed(qualifier):
    batch = batch_of(claim(dx=["S52.532A", "W01.0XXA"], lines=[without_pointers()], **HOSPITAL))
    diagnoses = batch.diagnoses.assign(dx_qualifier=["principal", qualifier], dx_position=[2, 1])
    batch = make_batch(batch.claims, batch.service_lines, diagnoses)
    assert run_rules(batch, load_reference(), RULES).empty


def test_a_manifestation_without_any_disease_says_so():
    assert "only manifestations are on the claim" in message(claim(dx=["F02.80"]))
    assert "only manifestations are on the claim" in message(claim(dx=["G63", "D63.8"]))
    assert "only manifestations" not in message(claim(dx=["G63", "E85.4"]))


@pytest.mark.parametrize(
    ("dx", "expected"),
    [
        (["G89.3", "C61"], 0),
        (["G89.3", "D36.10"], 0),
        (["G89.3", "D49.9"], 0),
        (["G89.3", "D50.9"], 1),
        (["G89.3", "Z85.3"], 1),
        (["G89.3"], 1),
        (["I50.9", "I25.82", "I25.810"], 0),
        (["I50.9", "I25.82", "I25.2"], 1),
        (["L97.411", "I70.92", "I70.234"], 0),
        (["L97.411", "I70.92", "I70.1"], 1),
        (["C80.2", "T86.11"], 0),
        (["C83.30", "D47.Z1"], 1),
    ],
)
def test_the_companion_has_to_be_of_the_closed_list(dx, expected):
    assert ids(claim(dx=dx)) == ["DX010"] * expected


def test_the_companion_of_another_claim_does_not_count():
    findings = found(claim(dx=["G89.3", "I10"]), claim(dx=["C61", "I10"]), claim(dx=["C61", "G89.3"]))
    assert findings["claim_key"].tolist() == [0]


def test_a_missing_companion_is_named_with_its_codes():
    assert message(claim(dx=["I50.9", "I25.82"])) == (
        "Diagnosis 2: I25.82 is reported together with coronary atherosclerosis (I25.1, I25.7, I25.81), which is not "
        "on the claim."
    )


def test_a_sequela_followed_by_a_manifestation_is_the_exception_of_the_guideline():
    assert ids(claim(dx=["S06.2X9S", "F02.80"])) == []
    assert ids(claim(dx=["S06.2X9S", "R41.3", "F02.80"])) == ["DX012"]


def test_a_sequela_without_its_condition_says_so():
    assert "no such condition is on the claim" in message(claim(dx=["S52.531S"]))
    assert "no such condition is on the claim" in message(claim(dx=["S52.531S", "W01.0XXS"]))
    assert "no such condition" not in message(claim(dx=["S52.531S", "M25.631"]))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["DX016"]),
        ({"bill_type_code": "114"}, ["DX016"]),
        ({"bill_type_code": "131"}, []),
        ({"bill_type_code": "211"}, []),
        ({"bill_type_code": None}, []),
        ({"payer_type": "medicare_advantage"}, []),
        ({"payer_type": None}, []),
    ],
)
def test_a_status_is_returned_as_the_principal_diagnosis_of_a_medicare_stay_only(changes, expected):
    assert ids(claim(dx=["Z95.5", "I10"], lines=[without_pointers(None)], **(STAY | changes))) == expected
    assert ids(claim(dx=["I10", "Z95.5"], lines=[without_pointers(None)], **(STAY | changes))) == []


@pytest.mark.parametrize("code", ["Z47.1", "Z51.11", "Z38.01", "Z48.812", "Z45.02", "Z43.3"])
def test_an_encounter_code_may_be_the_principal_diagnosis_of_a_stay(code):
    assert ids(claim(dx=[code], lines=[without_pointers(None)], **STAY)) == []


def test_findings_are_the_same_alone_and_in_a_batch():
    claims = [
        claim(dx=["W01.0XXA", "S52.532A"]),
        claim(),
        claim(dx=["F02.80"]),
        claim(dx=["G89.3", "M54.16"]),
        claim(dx=["S52.531S"]),
    ]
    together = found(*claims)
    for key, one in enumerate(claims):
        alone = found(one)["message"].tolist()
        assert together.loc[together["claim_key"] == key, "message"].tolist() == alone
