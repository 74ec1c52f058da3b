"""What a repair may not do is refused, kind by kind, and what the repairs of the catalogue do is allowed."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.fixes import fixes_of
from risk.fixes.changes import refused_change
from risk.reference import load_reference
from risk.rules import catalogue, run_rules
from risk.scoring import Scorer, score_batch

BATCH = batch_of(
    claim(
        dx=["M54.16", "M54.50"],
        note="of the claim",
        lines=[
            line("64483", charge="600.00", quantity=2.0, modifiers=["59", "XS", "52"]),
            line("77003", charge="90.00", pointers=(2,)),
        ],
        tables={"other_payers": [{"payer_type": "medicare", "payer_id": "MCR"}]},
    )
)


def claims(**columns):
    return replace(BATCH, claims=BATCH.claims.assign(**columns))


def lines(**columns):
    """The batch with other values on its first line."""
    changed = BATCH.service_lines.copy()
    for column, value in columns.items():
        changed[column] = changed[column].where(changed["line_number"] != 1, value)
    return replace(BATCH, service_lines=changed)


def diagnoses(**columns):
    return replace(BATCH, diagnoses=BATCH.diagnoses.assign(**columns))


def kept(*numbers, batch=BATCH):
    return replace(
        batch,
        service_lines=batch.service_lines[batch.service_lines["line_number"].isin(numbers)].reset_index(drop=True),
    )


REFUSED = {
    "another payer": (claims(payer_id="BETTER"), "the payer"),
    "another kind of payer": (claims(payer_type="medicare"), "the payer"),
    "another member": (claims(member_id="OTHER"), "the patient"),
    "another birth date": (claims(patient_birth_date=pd.Timestamp("1950-01-01")), "the patient"),
    "another sex": (claims(patient_sex="M"), "the patient"),
    "another day of submission": (claims(submission_date=pd.Timestamp("2026-10-02")), "the dates"),
    "another day of service": (lines(service_from_date=pd.Timestamp("2026-10-03")), "the dates"),
    "another last day": (lines(service_to_date=pd.Timestamp("2026-10-03")), "the dates"),
    "an authorization": (claims(prior_auth_number="A1"), "authorization"),
    "another provider": (claims(rendering_npi="1234567893"), "providers"),
    "another place": (claims(place_of_service_code="22"), "place"),
    "another place of a line": (lines(place_of_service_code="22"), "place"),
    "a higher code": (lines(procedure_code="64484"), "the procedure codes"),
    "another revenue code": (lines(revenue_center_code="0360"), "the procedure codes"),
    "more units": (lines(quantity=3.0), "units and charges"),
    "a higher charge": (lines(line_charge_cents=60001), "units and charges"),
    "a charge taken away": (lines(line_charge_cents=pd.NA), "units and charges"),
    "a further modifier": (lines(modifier_4="22"), "the modifiers"),
    "a modifier that opens an edit": (lines(modifier_3="25"), "the modifiers"),
    "a reduction taken away": (lines(modifier_3=pd.NA), "the modifiers"),
    "all that says distinct": (lines(modifier_1="52", modifier_2=pd.NA, modifier_3=pd.NA), "the modifiers"),
    "modifiers in another order": (lines(modifier_1="XS", modifier_2="59"), "the modifiers"),
    "a diagnosis that pays": (diagnoses(dx_code=["M5416", "M4816"]), "the diagnoses"),
    "another first diagnosis": (diagnoses(dx_code=["M5450", "M5416"]), "the diagnoses"),
    "a diagnosis less": (replace(BATCH, diagnoses=BATCH.diagnoses.iloc[:1]), "the diagnoses"),
    "a line that points elsewhere": (lines(dx_pointer_1=2), "point to"),
    "a higher total": (claims(total_charge_cents=99_999), "the total charge"),
    "no line left": (kept(), "a service line to bill"),
    "another payer's payment": (
        replace(BATCH, other_payers=BATCH.other_payers.assign(paid_cents=100)),
        "other payers",
    ),
    "a note gone": (replace(BATCH, notes=BATCH.notes.iloc[:0]), "notes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_repair_may_change_is_refused(name):
    after, expected = REFUSED[name]
    assert expected in (refused_change(BATCH, after) or "")


def test_a_line_more_is_refused():
    assert "service lines" in (refused_change(kept(1), BATCH) or "")


ALLOWED = {
    "nothing": BATCH,
    "59 beside XS": lines(modifier_1="XS", modifier_2="52", modifier_3=pd.NA),
    "fewer units": lines(quantity=1.0),
    "a lower charge": lines(line_charge_cents=1),
    "a line less": kept(1),
    "the sum of the lines": claims(total_charge_cents=69_000),
    "the sum of the lines that stay": kept(1, batch=claims(total_charge_cents=60_000)),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_takes_away_what_cannot_be_paid_is_allowed(name):
    assert refused_change(BATCH, ALLOWED[name]) is None


def test_a_modifier_and_a_diagnosis_that_stand_twice_may_go():
    twice = batch_of(claim(dx=["I10", "E11.9", "I10"], lines=[line("99213", modifiers=["25", "25"], pointers=(3, 2))]))
    once = batch_of(claim(dx=["I10", "E11.9"], lines=[line("99213", modifiers=["25"], pointers=(1, 2))]))
    assert refused_change(twice, once) is None


@pytest.mark.parametrize("one", [one for one in catalogue().values() if one.repair], ids=lambda one: one.id)
def test_every_repair_of_the_catalogue_is_allowed_and_takes_its_finding_away(one):
    batch, reference = batch_of(*one.bad), load_reference()
    found = run_rules(batch, reference, [one])
    mended = one.repair(batch, found)
    assert refused_change(batch, mended) is None
    assert run_rules(mended, reference, [one]).empty


@pytest.mark.parametrize("name", ["another payer", "another day of service", "a higher code", "more units"])
def test_a_refused_repair_of_ones_own_rule_gives_no_risk_and_is_told(name):
    after, expected = REFUSED[name]
    rules = [replace(one, repair=lambda *_: after) if one.id == "IMG001" else one for one in catalogue().values()]
    scorer = Scorer(load_reference(), None, rules)
    scored = score_batch(BATCH, scorer)
    failures = []
    fixes = fixes_of(scored, scorer, failures).set_index("rule_id")
    assert pd.isna(fixes.loc["IMG001", "denial_risk_after"])
    assert not fixes["in_smallest_set"].loc["IMG001"]
    (failure,) = [one for one in failures if one.rule_id == "IMG001"]
    assert "expected a repair that leaves" in failure.error
    assert expected in failure.error
    assert "BETTER" not in str(failure)
    assert str(date(2026, 10, 3)) not in str(failure)
