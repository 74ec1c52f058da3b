"""What a repair may not do is refused, kind by kind, and what the repairs of the catalogue do is allowed."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line, past_of
from risk.fixes import fixes_of
from risk.fixes.changes import refused_change
from risk.reference import load_reference
from risk.rules import catalogue, run_rules
from risk.rules._repair import SUPPOSED_AUTHORIZATION, suppose_authorized
from risk.scoring import Scorer, score_batch

REFERENCE = load_reference()

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
    "an authorization of a line": (lines(prior_auth_number="A1"), "authorization"),
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
    assert expected in (refused_change(BATCH, after, REFERENCE) or "")


def test_a_line_more_is_refused():
    assert "service lines" in (refused_change(kept(1), BATCH, REFERENCE) or "")


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
    assert refused_change(BATCH, ALLOWED[name], REFERENCE) is None


def test_a_modifier_and_a_diagnosis_that_stand_twice_may_go():
    twice = batch_of(claim(dx=["I10", "E11.9", "I10"], lines=[line("99213", modifiers=["25", "25"], pointers=(3, 2))]))
    once = batch_of(claim(dx=["I10", "E11.9"], lines=[line("99213", modifiers=["25"], pointers=(1, 2))]))
    assert refused_change(twice, once, REFERENCE) is None


def with_modifiers(code, *modifiers, **columns):
    return batch_of(claim(lines=[line(code, modifiers=modifiers, **columns)]))


@pytest.mark.parametrize(
    ("code", "was", "now"),
    [
        ("20553", ["25"], []),
        ("99213", ["59", "25"], ["25"]),
        ("99213", ["XS"], []),
        ("62323", ["50"], []),
        ("20553", ["LT", "RT", "59"], ["59"]),
    ],
)
def test_a_modifier_that_its_code_cannot_carry_may_go(code, was, now):
    assert refused_change(with_modifiers(code, *was), with_modifiers(code, *now), REFERENCE) is None


@pytest.mark.parametrize(
    ("code", "was", "now"),
    [
        ("99213", ["25"], []),
        ("20553", ["59"], []),
        ("64483", ["50"], []),
        ("64483", ["50", "LT"], ["LT"]),
        ("64483", ["LT", "RT"], []),
        ("64483", ["LT", "RT"], ["50"]),
        ("20553", ["LT"], []),
        ("62323", ["50", "52"], []),
        ("99999", ["25"], []),
        ("20553", ["25"], ["59"]),
    ],
)
def test_a_modifier_that_says_something_of_its_code_stays(code, was, now):
    refused = refused_change(with_modifiers(code, *was), with_modifiers(code, *now), REFERENCE)
    assert "the modifiers" in (refused or "")


def pointing(*pointers, dx=("M54.16",)):
    return batch_of(claim(dx=dx, lines=[line("99213", pointers=pointers), line("20610")]))


def test_a_line_that_points_to_nothing_may_point_to_the_only_diagnosis_and_to_no_other():
    for nowhere in (pointing(), pointing(4)):
        assert refused_change(nowhere, pointing(1), REFERENCE) is None
    assert refused_change(pointing(1, 4), pointing(1), REFERENCE) is None
    two = {"dx": ("M54.16", "M54.50")}
    for before in (pointing(**two), pointing(4, **two), pointing(2, **two), pointing(1, 2, **two)):
        assert "point to" in (refused_change(before, pointing(1, **two), REFERENCE) or "")


def test_an_authorization_may_be_supposed_where_there_is_none_and_none_may_be_given():
    one = claim(lines=[line("64483")])
    none, blank, known = (
        batch_of(replace(one, values=one.values | {"prior_auth_number": number})) for number in (None, "  ", "A1")
    )
    findings = pd.DataFrame({"claim_key": [0], "line_number": pd.array([1], dtype="Int64")})
    for batch in (none, blank):
        supposed = suppose_authorized(batch, findings)
        assert supposed.service_lines["prior_auth_number"].tolist() == [SUPPOSED_AUTHORIZATION]
        assert refused_change(batch, supposed, REFERENCE) is None
        assert "authorization" in (refused_change(batch, known, REFERENCE) or "")
    assert suppose_authorized(known, findings).claims.equals(known.claims), "a number that is there stays"
    assert "authorization" in (refused_change(known, suppose_authorized(none, findings), REFERENCE) or "")


@pytest.mark.parametrize("one", [one for one in catalogue().values() if one.repair], ids=lambda one: one.id)
def test_every_repair_of_the_catalogue_is_allowed_and_takes_its_finding_away(one):
    mended = 0
    for example in one.bad:
        batch, past = batch_of(example), past_of(example)
        after = one.repair(batch, run_rules(batch, REFERENCE, [one], past=past))
        assert refused_change(batch, after, REFERENCE) is None
        mended += run_rules(after, REFERENCE, [one], past=past).empty
    assert mended == len(one.bad) or (one.requires and mended)


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
