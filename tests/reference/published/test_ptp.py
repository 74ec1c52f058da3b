"""NCCI pairs: reading the published files, refusing others, and the edit of the day."""

from __future__ import annotations

import zipfile

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.errors import ReferenceDataError
from risk.reference import load_reference
from risk.reference.published.imported import ImportOptions
from risk.reference.published.importing import import_files
from risk.rules import run_rules
from tests.reference.published.published_files import PTP_HEADER, ptp_text, write_ptp


def found_on(reference, first, second, day, *, modifier=None, **columns):
    """Ids of the pair rules that a claim with both codes on a day draws."""
    lines = [
        line(first, date_of_service=day),
        line(second, date_of_service=day, modifiers=[modifier] if modifier else []),
    ]
    found = run_rules(batch_of(claim(lines=lines, **columns)), reference)
    return [rule for rule in found["rule_id"] if rule in ("PTP001", "PTP002")]


def test_a_pair_is_judged_by_the_period_of_its_day(imported, tmp_path):
    reference = imported(
        *write_ptp(
            tmp_path,
            "11111 22222 20200101 20221231 0",
            "11111 22222 20240101 * 1",
            "11111 33333 20151001 20151001 9",
            "22222 44444 20260401 * 0",
        )
    )
    assert found_on(reference, "11111", "22222", "2022-12-31") == ["PTP002"]
    assert found_on(reference, "11111", "22222", "2023-06-01") == []
    assert found_on(reference, "11111", "22222", "2024-01-01") == ["PTP001"]
    assert found_on(reference, "11111", "22222", "2026-10-15", modifier="59") == []
    assert found_on(reference, "11111", "33333", "2015-10-01") == []
    assert found_on(reference, "22222", "44444", "2026-03-31") == []
    assert found_on(reference, "22222", "44444", "2026-11-01", modifier="59") == ["PTP002"]
    assert found_on(reference, "62323", "64483", "2026-10-15") == [], (
        "the imported edition counts, not the built-in one"
    )


def test_the_setting_that_was_not_imported_keeps_its_built_in_pairs(imported, tmp_path):
    reference = imported(*write_ptp(tmp_path, "11111 22222 20200101 * 1", setting="oph"))
    hospital = {"claim_kind": "institutional", "bill_type_code": "131"}
    assert found_on(reference, "11111", "22222", "2026-10-15", **hospital) == ["PTP001"]
    assert found_on(reference, "11111", "22222", "2026-10-15") == []
    assert found_on(reference, "62323", "64483", "2026-10-15") == ["PTP001"]
    assert found_on(reference, "62323", "64483", "2026-10-15", **hospital) == []


def test_older_quarters_are_kept_and_judge_the_claims_of_their_days(imported, tmp_path):
    imported(*write_ptp(tmp_path, "11111 22222 20200101 * 1", release="v322r0"))
    reference = imported(*write_ptp(tmp_path, "11111 33333 20200101 * 1", release="v323r0"))
    assert [one.name for one in reference.procedures.published.editions] == ["2026Q3", "2026Q4"]
    assert found_on(reference, "11111", "22222", "2026-09-30") == ["PTP001"]
    assert found_on(reference, "11111", "22222", "2026-10-01") == []
    assert found_on(reference, "11111", "33333", "2026-10-01") == ["PTP001"]
    assert found_on(reference, "11111", "33333", "2027-02-01") == ["PTP001"], "the newest edition is used after its end"
    assert found_on(reference, "11111", "22222", "2024-02-01") == ["PTP001"], "the oldest tells of the time before it"


def test_an_import_changes_the_version_and_a_second_one_of_the_same_file_does_not(imported, tmp_path):
    before = load_reference().version
    paths = write_ptp(tmp_path, "11111 22222 20200101 * 1")
    once = imported(*paths).version
    assert once != before
    assert imported(*paths).version == once


def test_an_archive_and_a_file_in_latin_1_are_read(imported, tmp_path):
    folder = tmp_path / "texts"
    folder.mkdir()
    notice = ("Notice \xae of somebody's rights\t\t\t\t\t\t", *PTP_HEADER[1:])
    archive = tmp_path / "ccipra-v323r0.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for part, row in enumerate(("11111 22222 20200101 * 1", "11111 33333 20200101 * 0"), start=1):
            packed.writestr(f"ccipra-v323r0-f{part}.TXT", ptp_text(row, header=notice))
    reference = imported(archive)
    assert found_on(reference, "11111", "22222", "2026-10-15") == ["PTP001"]
    assert found_on(reference, "11111", "33333", "2026-10-15") == ["PTP002"]


GOOD = "11111 22222 20200101 * 1"
OLDER = [line.rpartition("\t")[0] for line in PTP_HEADER]
REORDERED = [
    line.replace("Column 1\tColumn 2", "Column 2\tColumn 1").replace("Column 1\tC", "C") for line in PTP_HEADER
]


@pytest.mark.parametrize(
    ("data", "line_number", "expected"),
    [
        (ptp_text(GOOD, "11111 22222 20201301 * 1"), 8, "effective date"),
        (ptp_text(GOOD, GOOD, "11111 22222 20200101 2022 1"), 9, "deletion date"),
        (ptp_text("11111 22222 20200101 * 2"), 7, "indicator"),
        (ptp_text(GOOD, "1111a 22222 20200101 * 1"), 8, "column 1"),
        (ptp_text(GOOD, "11111 2222 20200101 * 1"), 8, "column 2"),
        (ptp_text(GOOD) + b"11111\t22222\t\t2020\r\n", 8, "seven columns"),
        (ptp_text(GOOD).replace(b"Effective\tDeletion", b"Deletion\tEffective"), 3, "in this order"),
        (ptp_text(GOOD, header=OLDER), 3, "in this order"),
        (ptp_text(GOOD)[:-9], None, "line end after the last row"),
        (ptp_text(), None, "rows of edits"),
    ],
)
def test_a_file_that_is_not_as_published_is_refused_and_what_was_there_serves_on(
    imported, tmp_path, data, line_number, expected
):
    imported(*write_ptp(tmp_path, GOOD))
    bad = tmp_path / "ccipra-v323r0.txt"
    bad.write_bytes(data)
    with pytest.raises(ReferenceDataError, match=expected) as refused:
        import_files([bad], ImportOptions())
    assert (f"line {line_number}" in str(refused.value)) == (line_number is not None)
    load_reference.cache_clear()
    assert found_on(load_reference(), "11111", "22222", "2026-10-15") == ["PTP001"]


def test_a_quarter_of_which_a_file_is_missing_is_refused(home, tmp_path):
    first, _, third = write_ptp(tmp_path, parts=3)
    with pytest.raises(ReferenceDataError, match="f2 is missing"):
        import_files([first, third], ImportOptions())
    with pytest.raises(ReferenceDataError, match="f2 is missing"):
        import_files([first], ImportOptions())


def test_a_name_that_tells_nothing_needs_the_options(imported, tmp_path):
    path = tmp_path / "edits.txt"
    path.write_bytes(ptp_text(GOOD))
    with pytest.raises(ReferenceDataError, match="--setting"):
        import_files([path], ImportOptions())
    with pytest.raises(ReferenceDataError, match="--edition"):
        import_files([path], ImportOptions(setting="practitioner"))
    with pytest.raises(ReferenceDataError, match="expected a quarter"):
        import_files([path], ImportOptions("2026", "practitioner"))
    reference = imported(path, edition="2026Q2", setting="practitioner")
    assert [one.name for one in reference.procedures.published.editions] == ["2026Q2"]


def test_a_damaged_store_is_said_and_not_passed_over(imported, home, tmp_path):
    imported(*write_ptp(tmp_path, GOOD))
    (stored,) = (home / "data" / "reference").glob("*/*.arrow")
    stored.write_bytes(stored.read_bytes()[:40])
    load_reference.cache_clear()
    with pytest.raises(ReferenceDataError, match="damaged"):
        load_reference()
