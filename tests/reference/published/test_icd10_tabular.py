"""Importing the tabular list of a fiscal year: what it changes, for which days, and what it leaves alone."""

from __future__ import annotations

import zipfile
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.errors import ReferenceDataError
from risk.reference import load_reference
from risk.reference.icd10_build import PACKAGE, built_in_chapters, no_lifecycle, tables_of
from risk.reference.published.imported import ImportOptions
from risk.reference.published.importing import import_files
from risk.reference.published.store import stored_tables
from risk.reference.published.tabular_xml import parse_tabular
from risk.reports.reference_status import status_table
from risk.rules import catalogue, run_rules
from tests.reference.published.published_files import diag, sevenths, tabular_xml, write_tabular
from tests.reference.published.test_icd10_years import invented, write_addenda, write_order


def shipped_list() -> Path:
    """The list of April 2026 in CDC's XML, as the package that brings it has it."""
    package = find_spec(PACKAGE)  # its import takes seconds, and is not needed
    return next((Path(package.origin).parent / "data").glob("*tabular*.xml"))


def status(icd10, code, day):
    return icd10.status(pd.Series([code], dtype="str"), pd.Series(pd.to_datetime([day]))).iloc[0]


def pair(icd10, one, other, day):
    rows = pd.DataFrame({"claim_key": [0, 0], "dx_position": [1, 2], "dx_code": [one, other]})
    diagnoses = rows.astype({"dx_position": "Int64", "dx_code": "str"})
    return len(icd10.excludes1_conflicts(diagnoses, pd.Series(pd.to_datetime([day, day]))))


#: A small year: M54.16 and M54.50 as before, M54.6 split, pairs other than before.
YEAR = (
    diag("M51", "Discs", diag("M51.1", "With root", diag("M51.16", "Lumbar"))),
    diag(
        "M54",
        "Pain of the back",
        diag("M54.1", "Roots", diag("M54.16", "Roots, lumbar"), excludes1="myalgia (M79.1-)"),
        diag("M54.5", "Low back", diag("M54.50", "Low back pain", inclusionTerm="lumbago of our own")),
        diag("M54.6", "Chest", diag("M54.61", "Chest, right side"), diag("M54.62", "Chest, left side")),
    ),
    diag("M79", "Soft tissue", diag("M79.1", "Myalgia", diag("M79.12", "Neck"))),
    diag("S52", "Forearm", sevenths(A="first", S="sequela"), diag("S52.9", "Any")),
)


@pytest.fixture
def fy2028(imported, tmp_path):
    return imported(write_tabular(tmp_path, *YEAR)).icd10


def test_the_xml_gives_the_very_tables_that_are_built_in():
    tabular = parse_tabular(shipped_list().read_bytes(), "list.xml")
    nodes, excludes1 = tables_of(tabular.chapters, no_lifecycle())
    built_in, built_in_excludes1 = tables_of(built_in_chapters(), no_lifecycle())
    assert tabular.version == "2026"
    assert len(nodes) > 98_000
    assert len(excludes1) > 8_000
    pd.testing.assert_frame_equal(excludes1, built_in_excludes1)
    texts = ["description", "inclusion_terms"]
    pd.testing.assert_frame_equal(nodes.drop(columns=texts), built_in.drop(columns=texts))
    # The package writes a term of a seventh character into the title of its codes, and leaves double blanks.
    own = nodes["description"].str.cat(nodes["inclusion_terms"].str.replace("\n", "/"), sep="/")
    one_blank = {text: built_in[text].str.replace(r"[^\S\n]+", " ", regex=True) for text in texts}
    one_blank["description"] = one_blank["description"].str.replace("/ ", "/", regex=False)
    seventh = one_blank["description"] != nodes["description"]
    assert (own[seventh] == one_blank["description"][seventh]).all()
    assert 0 < seventh.sum() < 600
    assert (one_blank["inclusion_terms"] == nodes["inclusion_terms"])[~seventh].all()


def test_importing_the_list_that_is_built_in_changes_nothing(imported):
    built_in = load_reference().icd10
    icd10 = imported(shipped_list()).icd10
    codes = built_in.nodes["code"]
    assert icd10.nodes["code"].tolist() == codes.tolist()
    for day in ("2021-06-01", "2025-10-01", "2026-04-01", "2026-09-30", "2026-10-01", "2027-12-01"):
        days = pd.Series(pd.Timestamp(day), index=codes.index)
        assert (icd10.status(codes, days) == built_in.status(codes, days)).all(), day
    unchanged = ["code", "billable", "side", "from_earliest", "from_latest", "to_earliest", "to_latest"]
    pd.testing.assert_frame_equal(icd10.nodes[unchanged], built_in.nodes[unchanged])
    sided = icd10.nodes.loc[icd10.nodes["side"] > 0, "code"].iloc[::97]
    assert [icd10.sided_siblings(code) for code in sided] == [built_in.sided_siblings(code) for code in sided]
    on_claims = codes.iloc[::41].to_numpy()
    diagnoses = pd.DataFrame({"claim_key": 0, "dx_position": range(len(on_claims)), "dx_code": on_claims})
    days = pd.Series(pd.Timestamp("2026-05-01"), index=diagnoses.index)
    expected = built_in.excludes1_conflicts(diagnoses, days)
    assert len(expected) > 100
    pd.testing.assert_frame_equal(icd10.excludes1_conflicts(diagnoses, days), expected)


def test_the_april_list_is_of_the_days_from_april_on(home):
    editions = import_files([shipped_list()], ImportOptions())
    assert {(one.name, one.begins, one.ends) for one in editions} == {("FY2026-04", "2026-04-01", "2026-09-30")}


def test_the_list_of_a_year_decides_for_its_days(fy2028):
    assert status(fy2028, "M5416", "2027-10-01") == "valid"
    assert status(fy2028, "S529XXA", "2028-09-30") == "valid"
    assert status(fy2028, "S529XXD", "2028-09-30") == "unknown"
    assert status(fy2028, "S529", "2028-09-30") == "header"
    assert status(fy2028, "M5461", "2027-10-01") == "valid"
    assert status(fy2028, "M5461", "2027-09-30") == "not_yet", "our list of that day lacks it"
    assert status(fy2028, "M546", "2027-09-30") == "valid"
    assert status(fy2028, "M546", "2027-10-01") == "ended", "it became a heading"
    assert status(fy2028, "G894", "2027-10-01") == "ended"
    assert status(fy2028, "G894", "2027-09-30") == "valid"


def test_titles_terms_sides_and_successors_are_those_of_the_newest_list(fy2028):
    codes = pd.Series(["M5461", "M5416", "G894"], dtype="str")
    assert fy2028.describe(codes).tolist() == ["Chest, right side", "Roots, lumbar", "Chronic pain syndrome"]
    assert fy2028.inclusion_terms("M5450") == ("lumbago of our own",)
    assert fy2028.side(codes).fillna("none").tolist() == ["right", "none", "none"]
    assert fy2028.sided_siblings("M5461") == ("M5462",)
    assert fy2028.successors("M546") == ("M5461", "M5462")
    assert fy2028.ended_on(codes).dt.strftime("%Y-%m-%d").fillna("").tolist() == ["", "", "2027-09-30"]
    assert fy2028.began_on(codes).dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2027-10-01", "", ""]


def test_codes_that_ended_keep_the_side_they_had(fy2028):
    ended = pd.Series(["M25511"], dtype="str")
    assert fy2028.side(ended).tolist() == ["right"]
    assert "M25512" in fy2028.sided_siblings("M25511")


def test_the_excludes1_notes_of_the_day_hold(fy2028):
    assert pair(fy2028, "M5416", "M7912", "2027-10-01") == 1, "a note of the new list"
    assert pair(fy2028, "M5416", "M7912", "2027-09-30") == 0
    assert pair(fy2028, "M5416", "M5116", "2027-09-30") == 1, "a note of the built-in list"
    assert pair(fy2028, "M5416", "M5116", "2027-10-01") == 0
    assert pair(fy2028, "M5416", "M7912", "2029-01-01") == 1, "after the newest list, by that"
    assert pair(fy2028, "M5416", "M5116", None) == 1, "without a date, by the built-in"


def test_claims_of_either_year_together_are_judged_by_their_own(fy2028):
    rows = [(0, 1, "M5416"), (0, 2, "M7912"), (1, 1, "M5416"), (1, 2, "M5116"), (2, 1, "M5416"), (2, 2, "M7912")]
    diagnoses = pd.DataFrame(rows, columns=["claim_key", "dx_position", "dx_code"]).astype({"dx_code": "str"})
    days = pd.Series(pd.to_datetime(["2028-01-01"] * 2 + ["2026-01-01"] * 2 + ["2026-01-01"] * 2))
    found = fy2028.excludes1_conflicts(diagnoses, days)
    assert found[["claim_key", "noted_at"]].values.tolist() == [[0, "M541"], [1, "M541"]]


def test_rules_judge_by_the_list_of_the_day(imported, tmp_path):
    reference = imported(write_tabular(tmp_path, *YEAR))
    later = {"lines": [line("99213", date_of_service="2027-11-05")]}
    batch = batch_of(claim(dx=["M54.16", "M79.12"], **later), claim(dx=["M54.6"], **later))
    found = run_rules(batch, reference, [catalogue()["DX002"], catalogue()["DX005"]]).set_index("rule_id")
    assert found["claim_key"].to_dict() == {"DX002": 1, "DX005": 0}
    assert "last valid on 2027-09-30; it was replaced by M54.61 and M54.62." in found["message"]["DX002"]


def test_a_code_that_an_order_file_lacks_is_told_without_a_day(imported, tmp_path):
    reference = imported(write_order(tmp_path, invented(60_000)))
    batch = batch_of(claim(dx=["G89.4"], lines=[line("99213", date_of_service="2027-11-05")]))
    (message,) = run_rules(batch, reference, [catalogue()["DX002"]])["message"]
    assert message.endswith("The list of codes of that fiscal year does not have it.")


def test_a_year_left_out_leaves_the_day_of_a_change_open(imported, tmp_path):
    icd10 = imported(write_tabular(tmp_path, *YEAR, year=2029)).icd10
    assert status(icd10, "M546", "2028-10-01") == "ended"
    assert status(icd10, "M546", "2028-01-01") == "undated"
    assert status(icd10, "M5461", "2028-01-01") == "undated"
    assert not icd10.end_is_exact(pd.Series(["M546"], dtype="str")).iloc[0]


def test_a_list_takes_the_place_of_a_built_in_year(imported, tmp_path):
    icd10 = imported(write_tabular(tmp_path, *YEAR, diag("M72", "Bands", diag("M72.2", "Sole")), year=2027)).icd10
    assert status(icd10, "M722", "2026-10-01") == "valid", "it did not end that day after all"
    assert status(icd10, "M7221", "2026-10-01") == "unknown", "it never was one"
    assert status(icd10, "G894", "2026-10-01") == "ended"
    assert status(icd10, "G894", "2026-09-30") == "valid"


def test_the_order_file_of_the_same_year_decides_on_codes(imported, tmp_path):
    order = write_order(tmp_path, invented(60_000, without=["M5450"]))
    icd10 = imported(order, write_tabular(tmp_path, *YEAR)).icd10
    assert status(icd10, "M5450", "2028-01-01") == "ended"
    assert status(icd10, "Z9999", "2028-01-01") == "valid"
    assert pair(icd10, "M5416", "M7912", "2027-10-01") == 1


def test_an_older_list_decides_nothing_but_its_days(imported, tmp_path):
    built_in = load_reference().icd10
    icd10 = imported(write_tabular(tmp_path, *YEAR, year=2022)).icd10
    pd.testing.assert_frame_equal(icd10.nodes, built_in.nodes)
    assert status(icd10, "M5461", "2022-09-30") == "valid"
    assert status(icd10, "M5461", "2022-10-01") != "valid"
    assert pair(icd10, "M5416", "M7912", "2022-01-01") == 1
    assert pair(icd10, "M5416", "M7912", "2022-10-01") == 0


def test_the_archive_with_the_index_beside_it_is_read(home, tmp_path):
    archive = tmp_path / "icd10cm-table-index-2028.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("Table and Index/icd10cm_index_2028.xml", "<?xml version='1.0'?><ICD10CM.index/>")
        packed.write(write_tabular(tmp_path, *YEAR), "Table and Index/icd10cm_tabular_2028.xml")
        packed.writestr("Table and Index/readme.txt", "Own words")
    editions = import_files([archive], ImportOptions())
    assert [(one.table, one.name) for one in editions] == [
        ("icd10cm_excludes1", "FY2028"),
        ("icd10cm_tabular", "FY2028"),
    ]
    said = status_table(pd.Timestamp("2028-01-01").date())
    assert "icd10cm_tabular FY2028: ICD-10-CM tabular list" in said
    assert "2027-10-01 to 2028-09-30" in said
    assert "from icd10cm-table-index-2028.zip" in said


def test_what_is_refused_leaves_what_was_there(imported, tmp_path):
    before = imported(write_tabular(tmp_path, *YEAR))
    path = write_tabular(tmp_path, *YEAR)
    for text in (path.read_text()[:-20], "<?xml version='1.0'?>\n<!DOCTYPE x>\n" + path.read_text().split("\n", 1)[1]):
        path.write_text(text)
        with pytest.raises(ReferenceDataError, match=r"icd10cm_tabular_2028\.xml, line \d+: expected "):
            import_files([path], ImportOptions())
    load_reference.cache_clear()
    assert load_reference().version == before.version
    assert status(load_reference().icd10, "M5461", "2028-01-01") == "valid"


@pytest.mark.parametrize(
    ("name", "version", "edition", "expected"),
    [
        ("icd10cm_tabular_2028.xml", "2027", None, "the list says 2027 and its name 2028"),
        ("tabular.xml", "draft", None, "the fiscal year it is of"),
        ("tabular.xml", "2028", "soon", "the fiscal year it is of"),
        ("tabular.xml", "2028", None, "whole year, 50,000 codes"),
    ],
)
def test_a_list_of_no_known_year_or_of_a_part_is_refused(home, tmp_path, name, version, edition, expected):
    path = tmp_path / name
    path.write_text(tabular_xml(diag("M50", "Discs"), version=version))
    with pytest.raises(ReferenceDataError, match=expected):
        import_files([path], ImportOptions(edition))
    assert not stored_tables()


@pytest.mark.parametrize(
    ("name", "told", "edition", "begins"),
    [
        ("list.xml", "FY2029", "FY2029", "2028-10-01"),
        ("list.xml", "FY2029-04", "FY2029-04", "2029-04-01"),
        ("icd10cm-tabular-April-2029.xml", None, "FY2029-04", "2029-04-01"),
        ("icd10cm-tabular-April-2029.xml", "FY2029", "FY2029", "2028-10-01"),
    ],
)
def test_the_year_and_april_may_be_told_or_named(home, tmp_path, name, told, edition, begins):
    path = write_tabular(tmp_path, *YEAR, version="draft").rename(tmp_path / name)
    found = import_files([path], ImportOptions(told))
    assert {(one.name, one.begins, one.ends) for one in found} == {(edition, begins, "2029-09-30")}


def test_addenda_are_read_onto_the_list_of_the_year_before(imported, tmp_path):
    imported(write_tabular(tmp_path, *YEAR))
    icd10 = imported(write_addenda(tmp_path, "Delete 1 M5461", "Add 0 M5461", "Add 1 M54610", year=2029)).icd10
    assert status(icd10, "M5461", "2028-09-30") == "valid"
    assert status(icd10, "M5461", "2028-10-01") == "header"
    assert status(icd10, "M54610", "2028-10-01") == "valid"
    assert status(icd10, "M5462", "2028-10-01") == "valid"


def test_a_list_without_notes_has_no_pairs(imported, tmp_path):
    icd10 = imported(write_tabular(tmp_path, diag("M54", "Back", diag("M54.16", "Roots")))).icd10
    assert pair(icd10, "M5416", "M5116", "2028-01-01") == 0
    assert pair(icd10, "M5416", "M5116", "2027-01-01") == 1
