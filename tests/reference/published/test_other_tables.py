"""Unit limits, add-on edits and the fee schedule: reading, refusing, and what the rules then say."""

from __future__ import annotations

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.errors import ReferenceDataError
from risk.reference.published.imported import ImportOptions
from risk.reference.published.importing import import_files
from risk.rules import run_rules
from tests.reference.published.published_files import write_add_ons, write_fee_schedule, write_mue

HOSPITAL = {"claim_kind": "institutional", "bill_type_code": "131"}


def found(reference, *lines, only, **columns):
    rules = run_rules(batch_of(claim(lines=lines, **columns)), reference)["rule_id"]
    return [rule for rule in rules if rule in only]


def units(reference, code, quantity, day="2026-10-15", **columns):
    return found(reference, line(code, quantity=quantity, date_of_service=day), only=("MUE001", "MUE002"), **columns)


def test_units_are_held_against_the_limit_of_the_setting_and_the_day(imported, tmp_path):
    reference = imported(
        write_mue(tmp_path, "A1111 2 2", "A2222 3 3", "A3333 0 2"),
        write_mue(tmp_path, "A1111 5 2", setting="Outpatient Hospital Services"),
        write_mue(tmp_path, "A1111 1 2", date="07-01-2026"),
        write_mue(tmp_path, "E1111 1 2", setting="DME Supplier Services"),
    )
    assert [one.table for one in reference.procedures.published.editions].count("mue_practitioner") == 2
    assert units(reference, "A1111", 2.0) == []
    assert units(reference, "A1111", 3.0) == ["MUE001"]
    assert units(reference, "A2222", 4.0) == ["MUE002"]
    assert units(reference, "A3333", 1.0) == ["MUE001"], "a limit of zero"
    assert units(reference, "A1111", 3.0, **HOSPITAL) == []
    assert units(reference, "A1111", 6.0, **HOSPITAL) == ["MUE001"]
    assert units(reference, "A1111", 2.0, day="2026-09-30") == ["MUE001"], (
        "one unit was the limit of the quarter before"
    )
    assert units(reference, "A1111", 9.0, day="2026-06-30") == [], "nothing is known of earlier days"
    assert units(reference, "64483", 2.0, day="2026-06-30") == ["MUE001"], "the built-in limits serve there"
    assert units(reference, "64483", 2.0) == [], "the imported edition has no limit for it"


@pytest.mark.parametrize(
    ("row", "expected"),
    [("A111 1 2", "five letters"), ("A1111 x 2", "whole number"), ("A1111 1 4", "indicator"), ("A2222 1 2", "once")],
)
def test_limits_that_are_not_as_published_are_refused_with_their_line(home, tmp_path, row, expected):
    with pytest.raises(ReferenceDataError, match=expected) as refused:
        import_files([write_mue(tmp_path, "A2222 1 2", row)], ImportOptions())
    assert "line 6" in str(refused.value)


def test_an_add_on_needs_a_primary_of_its_day_unless_others_will_do(imported, tmp_path):
    reference = imported(
        write_add_ons(
            tmp_path,
            "A1111 1 B1111 2020001 -",
            "A1111 1 B2222 2024001 2025366",
            "A2222 2 CCCCC 2020001 -",
            "A3333 3 B1111 2020001 -",
        )
    )

    def alone(*codes, day="2026-10-15"):
        return found(reference, *(line(code, date_of_service=day) for code in codes), only=("ADD001",))

    assert alone("A1111") == ["ADD001"]
    assert alone("A1111", "B1111") == []
    assert alone("A1111", "B2222") == ["ADD001"]
    assert alone("A1111", "B2222", day="2025-06-01") == []
    assert alone("A1111", day="2019-06-01") == []
    assert alone("A2222") == []
    assert alone("A3333") == []
    assert alone("64484") == [], "the imported edition counts, not the built-in one"
    messages = run_rules(batch_of(claim(lines=[line("A1111", date_of_service="2025-06-01")])), reference)["message"]
    assert any("(B1111 or B2222)" in message for message in messages)


def test_a_bilateral_modifier_is_held_against_the_fee_schedule_of_the_day(imported, tmp_path):
    reference = imported(
        write_fee_schedule(tmp_path, "A1111 - 010 0", "A1111 26 XXX 3", "A2222 - 000 1", "A3333 - ZZZ 2")
    )

    def bilateral(code, day="2026-10-15"):
        return found(reference, line(code, modifiers=["50"], date_of_service=day), only=("BIL001",))

    assert bilateral("A1111") == ["BIL001"]
    assert bilateral("A2222") == []
    assert bilateral("A1111", day="2026-09-30") == []
    assert bilateral("62323", day="2026-09-30") == ["BIL001"], "built in"
    visit = found(reference, line("99203"), line("A2222"), only=("EM002",))
    assert visit == ["EM002"], "a global period of 000 makes it a minor procedure"


@pytest.mark.parametrize("status", ["E", "I", "X"])
def test_what_the_fee_schedule_does_not_price_has_no_indicators_of_it(imported, tmp_path, status):
    rows = [f"{code} - XXX 9 {status}" for code in ("A1111", "G0260", "62323")]
    reference = imported(write_fee_schedule(tmp_path, *rows, "A2222 - XXX 9"))

    def bilateral(code):
        return found(reference, line(code, modifiers=["50"], date_of_service="2026-10-15"), only=("BIL001",))

    assert [bilateral(code) for code in ("A1111", "G0260")] == [[], []]
    assert bilateral("62323") == ["BIL001"], "the built-in indicator serves"
    assert bilateral("A2222") == ["BIL001"], "priced"


@pytest.mark.parametrize("row", ["A111 - 010 0", "A1111 - 011 0", "A1111 - 010 7"])
def test_a_fee_schedule_that_is_not_as_published_is_refused(home, tmp_path, row):
    with pytest.raises(ReferenceDataError, match="line 5"):
        import_files([write_fee_schedule(tmp_path, "B1111 - 000 0", row)], ImportOptions())


@pytest.mark.parametrize("row", ["A111 1 B1111 2020001 -", "A1111 4 B1111 2020001 -", "A1111 1 B1111 20200101 -"])
def test_add_on_edits_that_are_not_as_published_are_refused(home, tmp_path, row):
    with pytest.raises(ReferenceDataError, match="line 3"):
        import_files([write_add_ons(tmp_path, row)], ImportOptions())


def test_all_files_or_none(imported, home, tmp_path):
    good, bad = write_mue(tmp_path, "A1111 2 2"), write_fee_schedule(tmp_path, "A1111 - 011 0")
    with pytest.raises(ReferenceDataError):
        import_files([good, bad], ImportOptions())
    assert not list(home.glob("data/reference/*/*"))


def test_two_files_of_one_edition_are_refused(home, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(ReferenceDataError, match="is another"):
        import_files([write_mue(tmp_path, "A1111 2 2"), write_mue(other, "A1111 3 2")], ImportOptions())


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"PK\x03\x04 torn", b"\x89PNG", b"a" * 300_000, b'"' + b"x," * 200_000]
)
def test_a_file_that_is_none_of_them_is_refused_in_one_line(home, tmp_path, content):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(ReferenceDataError) as refused:
        import_files([path], ImportOptions())
    assert "\n" not in str(refused.value)
    with pytest.raises(ReferenceDataError, match="can be read"):
        import_files([tmp_path / "none"], ImportOptions())


def test_a_quotation_mark_that_is_never_closed_is_told(home, tmp_path):
    path = write_mue(tmp_path, "A1111 2 2")
    path.write_bytes(path.read_bytes() + b'"A2222,' + b"x" * 200_000)
    with pytest.raises(ReferenceDataError, match="quotation mark"):
        import_files([path], ImportOptions())
