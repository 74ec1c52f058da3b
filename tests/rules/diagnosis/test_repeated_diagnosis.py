"""One diagnosis twice on a claim, and its repair."""

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.claims.tables import POINTERS
from risk.reference import load_reference
from risk.rules import catalogue, run_rules, select_rules

RULES = select_rules(select=["DX013"])


def found(batch):
    return run_rules(batch, load_reference(), RULES)


def repaired(*claims):
    batch = batch_of(*claims)
    repair = catalogue()["DX013"].repair
    assert repair is not None
    return repair(batch, found(batch))


def pointers(batch):
    return [[int(at) for at in row if at == at] for row in batch.service_lines[POINTERS].astype(float).to_numpy()]


def test_a_code_that_stands_three_times_is_told_once():
    findings = found(batch_of(claim(dx=["I10", "M54.16", "I10", "E11.9", "I10"])))
    assert findings["message"].tolist() == ["Diagnosis 3 repeats I10, which is diagnosis 1 already."]


def test_the_code_of_another_claim_is_no_repetition():
    assert found(batch_of(claim(dx=["I10"]), claim(dx=["I10"]))).empty


@pytest.mark.parametrize("qualifier", ["admitting", "reason_for_visit", "external_cause"])
def test_the_admitting_diagnosis_may_be_the_final_one(qualifier):
    batch = batch_of(claim(dx=["M54.16", "M54.16"]))
    batch.diagnoses.loc[1, "dx_qualifier"] = qualifier
    assert found(batch).empty


def test_a_code_that_is_no_code_is_left_to_the_rules_on_codes():
    assert found(batch_of(claim(dx=["E11", "E11"]), claim(dx=["M54.5", "M54.5"]), claim(dx=["NOCODE", "NOCODE"]))).empty


def test_the_repair_keeps_the_first_and_moves_the_pointers():
    mended = repaired(
        claim(
            dx=["E11.9", "I10", "E11.9", "M54.16", "I10"],
            lines=[
                line("99213", pointers=(3, 5, 1, 4)),
                line("20610", pointers=(4,)),
                line("36415", pointers=(9, 2)),
                line("80053", pointers=()),
            ],
        )
    )
    assert mended.diagnoses["dx_code"].tolist() == ["E119", "I10", "M5416"]
    assert mended.diagnoses["dx_position"].tolist() == [1, 2, 3]
    assert pointers(mended) == [[1, 2, 3], [3], [9, 2], []]
    assert found(mended).empty


def test_the_repair_leaves_other_claims_and_qualifiers_as_they_are():
    clean = claim(dx=["M54.16", "I10"], lines=[line("99213", pointers=(2, 1))])
    mended = repaired(clean, claim(dx=["I10", "I10"]), clean)
    assert mended.diagnoses["claim_key"].tolist() == [0, 0, 1, 2, 2]
    assert mended.diagnoses["dx_qualifier"].tolist() == ["principal", "other", "principal", "principal", "other"]
    assert pointers(mended) == [[2, 1], [1], [2, 1]]
    assert mended.diagnoses.dtypes.equals(batch_of(clean).diagnoses.dtypes)
    assert mended.service_lines.dtypes.equals(batch_of(clean).service_lines.dtypes)


def test_a_repair_of_nothing_changes_nothing():
    batch = batch_of(claim(dx=["M54.16", "I10"]))
    repair = catalogue()["DX013"].repair
    assert repair is not None
    mended = repair(batch, found(batch))
    assert mended.diagnoses.equals(batch.diagnoses)
    assert mended.service_lines.equals(batch.service_lines)
