"""What a finding cites: the imported edition that told of it, else the source that is built in."""

import csv

import pytest

from risk.claims.examples import batch_of, claim, line, past_of
from risk.errors import RuleError
from risk.reference import load_reference
from risk.reports.findings import write_findings
from risk.rules import catalogue, run_rules
from tests.reference.published.published_files import (
    write_add_ons,
    write_fee_schedule,
    write_hcpcs_csv,
    write_mue,
    write_ptp,
)
from tests.rules.test_catalogue import declared

HOSPITAL = {"claim_kind": "institutional", "bill_type_code": "131"}
BEFORE = "2026-09-30"
IN = "2026-10-15"


def cited(rule_id, *lines, past=(), **columns):
    """Citation of the one finding that a claim draws of a rule."""
    one = claim(lines=lines, past=past, **columns)
    found = run_rules(batch_of(one), load_reference(), [catalogue()[rule_id]], past=past_of(one))
    (citation,) = found["citation"]
    return citation


def on(day, code, **columns):
    return line(code, date_of_service=day, **columns)


def test_a_bundled_pair_cites_the_edition_of_its_setting(imported, tmp_path):
    imported(*write_ptp(tmp_path, "62323 64483 20200101 * 1", "62323 62322 20200101 * 0"))
    pair = [on(IN, "62323"), on(IN, "64483")]
    assert cited("PTP001", *pair) == "NCCI PTP practitioner 2026Q4; NCCI Policy Manual ch. 1"
    assert cited("PTP001", *pair, **HOSPITAL) == catalogue()["PTP001"].cite, "built in for hospitals"
    assert cited("PTP002", on(IN, "62323"), on(IN, "62322")).startswith("NCCI PTP practitioner 2026Q4, modifier ind")
    early = [on("2024-10-15", code) for code in ("62323", "64483")]
    assert cited("PTP001", *early).startswith("NCCI PTP practitioner 2026Q4;"), "the oldest edition tells of it too"


def test_a_pair_cites_the_quarter_of_its_day(imported, tmp_path):
    imported(*write_ptp(tmp_path, "62323 64483 20200101 * 1", release="v322r0", setting="oph"))
    imported(*write_ptp(tmp_path, "62323 64483 20200101 * 1", release="v323r0", setting="oph"))
    for day, quarter in ((BEFORE, "2026Q3"), (IN, "2026Q4"), ("2027-02-01", "2026Q4")):
        assert cited("PTP001", on(day, "62323"), on(day, "64483"), **HOSPITAL).startswith(
            f"NCCI PTP outpatient {quarter}"
        )


@pytest.mark.parametrize(("rule_id", "mai"), [("MUE001", 2), ("MUE002", 3)])
def test_units_cite_the_edition_of_their_day_or_what_is_built_in_before_it(imported, tmp_path, rule_id, mai):
    code = {2: "64483", 3: "62323"}[mai]
    imported(write_mue(tmp_path, f"{code} 1 {mai}"))
    assert cited(rule_id, on(IN, code, quantity=2.0)).startswith("MUE practitioner 2026Q4: MAI ")
    assert cited(rule_id, on(BEFORE, code, quantity=2.0)) == catalogue()[rule_id].cite
    assert cited(rule_id, on(IN, code, quantity=2.0), **HOSPITAL) == catalogue()[rule_id].cite


def test_an_add_on_cites_the_edition_that_lists_its_primaries(imported, tmp_path):
    assert cited("ADD001", on(IN, "64484")) == catalogue()["ADD001"].cite
    imported(write_add_ons(tmp_path, "64484 1 64483 2020001 -"))
    assert cited("ADD001", on(IN, "64484")) == "NCCI add-on codes 2026Q4, edits of type 1"


def test_indicators_cite_the_fee_schedule_that_has_the_code(imported, tmp_path):
    imported(write_fee_schedule(tmp_path, "62323 - 000 9", "64483 - 000 1", "64635 - 010 1"))
    edition = "physician fee schedule 2026Q4"
    assert cited("BIL001", on(IN, "62323", modifiers=["50"])).startswith(f"{edition}: bilateral surgery indicators")
    assert cited("BIL001", on(BEFORE, "62323", modifiers=["50"])) == catalogue()["BIL001"].cite
    assert cited("BIL001", on(IN, "62322", modifiers=["50"])) == catalogue()["BIL001"].cite, "not in the edition"
    assert cited("BIL002", on(IN, "64483", modifiers=["50"], quantity=2.0)).startswith(f"{edition}: ")
    assert cited("BIL003", on(IN, "64483", modifiers=["50", "LT"])).startswith(f"{edition}: ")
    assert cited("EM002", on(IN, "99203"), on(IN, "62323")).endswith(f"global days: {edition}")
    assert cited("EM002", on(IN, "99203"), on(IN, "62322")) == catalogue()["EM002"].cite
    visit, procedure = on("2026-10-20", "99213"), claim(lines=[on(IN, "64635")])
    assert cited("GLB001", visit, past=[procedure]).endswith(f"global days: {edition}")


def test_a_code_cites_the_edition_of_hcpcs_that_tells_of_it_and_our_own_list_otherwise(imported, tmp_path):
    imported(write_hcpcs_csv(tmp_path, "A2222 3 20200101 20200101 20251231"))
    assert cited("PRO001", on(IN, "A2222")).endswith("; HCPCS level II 2026Q4")
    assert cited("PRO001", on(IN, "A9999")).endswith("; HCPCS level II 2026Q4"), "not in it"
    assert cited("PRO001", on(IN, "J1030")) == catalogue()["PRO001"].cite


def test_files_of_findings_carry_the_citation_of_each(imported, tmp_path):
    imported(*write_ptp(tmp_path, "62323 64483 20200101 * 1"))
    batch = batch_of(claim(lines=[line("62323"), line("64483")]), claim(dx=["M54.5"], member_id="SECOND"))
    write_findings(batch, run_rules(batch, load_reference()), tmp_path / "found.csv", ruleset="1")
    with (tmp_path / "found.csv").open(newline="") as stream:
        told = {row["rule_id"]: row["citation"] for row in csv.DictReader(stream)}
    assert told.pop("PTP001") == "NCCI PTP practitioner 2026Q4; NCCI Policy Manual ch. 1"
    assert told
    assert all(citation == catalogue()[rule_id].cite for rule_id, citation in told.items())


@pytest.mark.parametrize("template", ["2026Q4", "{edition} of {line_number}", "{}", "{edition} and {edition}"])
def test_a_citation_of_imported_editions_names_the_edition_and_nothing_else(template):
    with pytest.raises(RuleError, match="cite_imported"):
        declared(cite_imported=template)


def test_a_row_without_an_edition_cites_what_is_built_in():
    one = declared(cite_imported="Edition {edition}")
    found = run_rules(batch_of(claim(), claim(member_id="B")), load_reference(), [one])
    assert found["citation"].tolist() == ["A source"] * 2
