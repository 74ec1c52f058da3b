"""Every published unit limit, bilateral indicator, global period and add-on of a built-in code, as findings."""

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.reference import load_reference
from tests.reference.icd10_shared import oracle
from tests.rules.published.many_claims import drawing, findings

#: The fee schedule does not price it (status E), so its indicators there say nothing; facilities bill it with 50.
NOT_ON_THE_FEE_SCHEDULE = {"G0260"}
#: Codes of the built-in data that the published subset has no row for.
WITHOUT_A_ROW = {"99202", "99203", "99205", "99211", "99212", "99215"}
HOSPITAL = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}


@pytest.fixture(scope="module")
def published():
    columns = {"hcpcs_code": "str", "glob": "str", "status": "str"}
    table = pd.read_csv(oracle("pain_codes_pfs_indicators_mue_2024Q3.csv"), dtype=columns).set_index("hcpcs_code")
    return table[table.index.isin(load_reference().procedures.facts.index)]


def of_each(codes, build):
    """Codes whose claim draws one of the rules: a function of the rules' ids."""
    batch = batch_of(*(build(code) for code in codes))
    return lambda *rules: {codes[key] for key in drawing(batch, *rules)}


def test_every_built_in_code_but_a_few_visits_has_a_row(published):
    assert set(load_reference().procedures.facts.index) - set(published.index) == WITHOUT_A_ROW
    assert set(published.index[published["status"] == "E"]) == NOT_ON_THE_FEE_SCHEDULE
    assert len(published) == 54


@pytest.mark.parametrize(("setting", "where"), [("prac", {}), ("oph", HOSPITAL)], ids=["practitioner", "outpatient"])
def test_units_at_the_limit_pass_and_one_more_draws_the_rule_of_its_kind(published, setting, where):
    limits = published[f"mue_{setting}"]
    absolute = set(published.index[published[f"mue_{setting}_mai"].isin([1, 2])])
    clinical = set(published.index[published[f"mue_{setting}_mai"] == 3])
    codes = list(published.index)
    assert absolute | clinical == set(codes), "each row has a limit"
    at = of_each(codes, lambda code: claim(lines=[line(code, quantity=float(limits[code]))], **where))
    above = of_each(codes, lambda code: claim(lines=[line(code, quantity=limits[code] + 1.0)], **where))
    assert at("MUE001", "MUE002") == set()
    assert above("MUE001") == absolute
    assert above("MUE002") == clinical


def test_units_of_two_lines_of_a_day_count_together_and_of_two_days_apart(published):
    limits = published["mue_prac"]
    codes = list(published.index)

    def two_lines(code, days):
        return claim(lines=[line(code, day=days[0], quantity=float(limits[code])), line(code, day=days[1])])

    assert of_each(codes, lambda code: two_lines(code, (1, 1)))("MUE001", "MUE002") == set(codes)
    assert of_each(codes, lambda code: two_lines(code, (1, 2)))("MUE001", "MUE002") == set()


@pytest.mark.parametrize("modifiers", [["50"], ["LT", "RT"]], ids=" ".join)
def test_a_bilateral_modifier_draws_the_rule_where_the_fee_schedule_pays_no_second_side(published, modifiers):
    codes = list(published.index)
    found = of_each(codes, lambda code: claim(lines=[line(code, modifiers=modifiers)]))
    priced = published[~published.index.isin(NOT_ON_THE_FEE_SCHEDULE)]
    assert set(priced["bilat_surg"]) == {0, 1, 9}
    assert found("BIL001") == set(priced.index[priced["bilat_surg"].isin([0, 9])])
    twice = found("BIL003")
    assert twice == (set(priced.index[priced["bilat_surg"] == 1]) if len(modifiers) == 2 else set())


def test_a_second_unit_with_modifier_50_draws_the_rule_where_one_unit_is_the_limit(published):
    codes = list(published.index)
    two = of_each(codes, lambda code: claim(lines=[line(code, modifiers=["50"], quantity=2.0)]))
    one = of_each(codes, lambda code: claim(lines=[line(code, modifiers=["50"])]))
    bilateral = published[(published["bilat_surg"] == 1) & (published["mue_prac"] == 1)]
    assert two("BIL002") == set(bilateral.index)
    assert len(bilateral) > 10
    assert one("BIL002") == set()


def test_a_new_visit_beside_a_procedure_is_questioned_by_its_global_period(published):
    codes = [code for code in published.index if not code.startswith("992")]
    found = of_each(codes, lambda code: claim(lines=[line("99203"), line(code)]))
    assert found("EM002") == set(published.index[published["glob"].isin(["000", "010"])])


@pytest.fixture(scope="module")
def primaries():
    """Primary codes of each built-in add-on code, of the edits of type 1."""
    table = pd.read_csv(oracle("ncci_addon_pain_subset_2024.csv"), dtype="str")
    table = table[table["add_on_code"].isin(load_reference().procedures.facts.index)]
    assert set(table["aoc_edit_type"]) == {"1"}
    return table.groupby("add_on_code")["primary_code"].agg(set).to_dict()


def test_every_built_in_add_on_code_has_its_primaries(primaries):
    facts = load_reference().procedures.facts
    assert set(primaries) == set(facts.index[facts["add_on"]])
    assert sum(map(len, primaries.values())) == 29


def test_an_add_on_is_quiet_beside_each_of_its_primaries_and_not_alone_nor_on_another_day(primaries):
    pairs = [(add_on, primary) for add_on, those in primaries.items() for primary in sorted(those)]
    beside = batch_of(*(claim(lines=[line(add_on), line(primary)]) for add_on, primary in pairs))
    apart = batch_of(*(claim(lines=[line(add_on, day=3), line(primary, day=2)]) for add_on, primary in pairs))
    served = findings(beside, "ADD001")
    assert served[served["line_number"] == 1].empty
    assert findings(apart, "ADD001").query("line_number == 1")["claim_key"].tolist() == list(range(len(pairs)))
    assert of_each(list(primaries), lambda code: claim(lines=[line(code)]))("ADD001") == set(primaries)


def test_an_add_on_beside_any_other_built_in_code_draws_the_rule(primaries):
    others = [
        (add_on, code)
        for add_on, those in primaries.items()
        for code in load_reference().procedures.facts.index
        if code not in those and code != add_on
    ]
    found = findings(batch_of(*(claim(lines=[line(one), line(other)]) for one, other in others)), "ADD001")
    assert set(found.loc[found["line_number"] == 1, "claim_key"]) == set(range(len(others)))
