"""Articles of the coverage database: reading the export in its forms, and refusing what is not as published."""

from __future__ import annotations

import time
from datetime import date

import pytest

from risk.claims.examples import batch_of, claim, line
from risk.errors import ReferenceDataError
from risk.reference import load_reference
from risk.reference.published.imported import ImportOptions
from risk.reference.published.importing import import_files
from risk.reports.reference_status import status_table
from risk.rules import catalogue, run_rules
from tests.reference.published.coverage_files import Article, csv_text, csvs_of, tables_of, write_csvs, write_export

TABLES = ["coverage_articles", "coverage_diagnoses", "coverage_procedures"]
ASKED = claim(payer_type="medicare", dx=["M54.16"], lines=[line("95910")])


def found(reference, *claims):
    rules = [catalogue()[name] for name in ("NEC007", "NEC008")]
    return run_rules(batch_of(*claims), reference, rules)[["claim_key", "rule_id"]].to_numpy().tolist()


@pytest.mark.parametrize("nested", [True, False])
def test_the_archive_is_read_whether_the_csvs_lie_in_an_archive_or_a_folder_of_it(imported, tmp_path, nested):
    reference = imported(write_export(tmp_path / "current_article.zip", csvs_of(Article()), nested=nested))
    told = reference.procedures.published.editions
    assert [(one.table, one.name) for one in told] == [(name, "2026-09-24") for name in TABLES], "the newest change"
    assert [one.rows for one in told] == [4, 2, 1], "two states and kinds, two diagnoses, one procedure"
    assert told[0].sources == ["current_article.zip"]
    assert found(reference, ASKED) == [[0, "NEC007"]]


def test_the_csvs_are_read_one_by_one_with_columns_in_any_order_and_in_either_encoding(imported, tmp_path):
    tables = {name: [row[::-1] for row in rows] for name, rows in tables_of(Article(cells={"title": "Café"})).items()}
    files = {f"{name} (1).csv": csv_text(rows).encode("utf-8-sig") for name, rows in tables.items()}
    assert found(imported(*write_csvs(tmp_path, files)), ASKED) == [[0, "NEC007"]]
    tables["article"][1][-4] = "Café 2"
    files = {f"{name} (1).csv": csv_text(rows).encode("latin-1") for name, rows in tables.items()}
    assert found(imported(*write_csvs(tmp_path, files)), ASKED) == [[0, "NEC007"]]


@pytest.mark.parametrize(
    ("name", "options", "edition"),
    [
        ("current_article.zip", {"edition": "2026-10-05"}, "2026-10-05"),
        ("current_article_2026-09-28.zip", {}, "2026-09-28"),
        ("current_article.zip", {}, "2026-09-24"),
    ],
)
def test_the_edition_is_the_day_told_or_named_or_of_the_newest_change(imported, tmp_path, name, options, edition):
    articles = Article(), Article(number=2, changed="9/21/2026 1:02:03 PM")
    reference = imported(write_export(tmp_path / name, csvs_of(*articles)), **options)
    assert {one.name for one in reference.procedures.published.editions} == {edition}


@pytest.mark.parametrize("edition", ["2026Q4", "2026-13-01"])
def test_an_edition_that_is_no_day_is_refused(home, tmp_path, edition):
    with pytest.raises(ReferenceDataError, match="day of the export"):
        import_files([write_export(tmp_path / "current_article.zip", csvs_of(Article()))], ImportOptions(edition))


def test_the_status_names_the_tables_and_how_old_they_are(imported, tmp_path):
    imported(write_export(tmp_path / "current_article.zip", csvs_of(Article())))
    table = status_table(date(2027, 1, 2))
    assert "coverage_articles 2026-09-24: coverage articles (MCD), where and when they hold, 2026-09-24 to" in table
    assert "out of date for 10 days" in table


def edited(name, edit):
    """The files of an export, one of them changed as text."""
    files = csvs_of(Article(), Article(number=58404, procedures=("95911",)))
    return files | {name: edit(files[name].decode("latin-1")).encode("latin-1")}


def cell(old, new, nth=1):
    def edit(text):
        parts = text.split(old)
        assert len(parts) > nth
        return old.join(parts[:nth]) + new + old.join(parts[nth:])

    return edit


COVERED = "article_x_icd10_covered.csv"


@pytest.mark.parametrize(
    ("name", "edit", "where", "expected"),
    [
        (COVERED, lambda text: text[:-40], "line 5", "10 columns"),
        (COVERED, lambda text: text.rsplit(",N,", 1)[0], "line 5", "10 columns"),
        ("article.csv", lambda text: text[: text.rindex("over")], "line 4", "15 columns"),
        (COVERED, cell("G56.01,", "G56.01"), "line 2", "10 columns"),
        (COVERED, cell("icd10_code_id", "icd9_code_id"), "line 1", "one column icd10_code_id"),
        (COVERED, cell("description", "icd10_code_id"), "line 1", "one column icd10_code_id"),
        (COVERED, cell("58403,5,G56", "A58403,5,G56"), "line 2", "article_id"),
        (COVERED, cell("58403,5,M54", "58403,,M54"), "line 3", "article_version"),
        (COVERED, cell("G56.01", "G56 01"), "line 2", "ICD-10-CM code"),
        (COVERED, cell("2026-09-24 10:11:12", "2026-09", 2), "line 3", "last_updated"),
        ("article_x_hcpc_code.csv", cell("95911", "9591"), "line 3", "five letters and digits"),
        ("article.csv", cell("2026-01-01 00:00:00", "2026-02-30"), "line 3", "article_eff_date"),
        ("article.csv", cell("2026-01-01 00:00:00", "sometime", 2), "line 5", "article_eff_date"),
        ("article.csv", cell("58404,", "58403,"), "line 3", "each version of an article once"),
        ("article.csv", cell(",A,", ",P,"), None, None),
        ("contractor_jurisdiction.csv", cell("500,9,1,7", "500,9,1,"), "line 2", "state_id"),
    ],
)
def test_what_is_cut_shifted_or_named_otherwise_is_refused_and_what_was_there_serves_on(
    imported, tmp_path, name, edit, where, expected
):
    imported(write_export(tmp_path / "current_article.zip", csvs_of(Article())), edition="2026-09-01")
    files = edited(name, edit)
    if where is None:  # no fault
        import_files([write_export(tmp_path / "new.zip", files)], ImportOptions())
        return
    for paths in ([write_export(tmp_path / "new.zip", files)], write_csvs(tmp_path / "csvs", files)):
        with pytest.raises(ReferenceDataError, match=expected) as refused:
            import_files(paths, ImportOptions())
        assert f"{name} in " in str(refused.value) or str(tmp_path / "csvs" / name) in str(refused.value)
        assert f", {where}: " in str(refused.value)
    load_reference.cache_clear()
    reference = load_reference()
    assert {one.name for one in reference.procedures.published.editions} == {"2026-09-01"}
    assert found(reference, ASKED) == [[0, "NEC007"]]


def test_an_export_without_a_table_or_with_two_of_one_is_refused(home, tmp_path):
    files = csvs_of(Article())
    without = {name: content for name, content in files.items() if name != "contractor_type_lookup.csv"}
    with pytest.raises(ReferenceDataError, match=r"expected contractor_type_lookup\.csv of the export too"):
        import_files([write_export(tmp_path / "one.zip", without)], ImportOptions())
    paths = [write_export(tmp_path / f"{name}_article.zip", files) for name in ("current", "all")]
    with pytest.raises(ReferenceDataError, match=r"expected one \w+\.csv"):
        import_files(paths, ImportOptions())
    import_files([write_csvs(tmp_path, files)[0], *write_csvs(tmp_path, files)[1:]], ImportOptions())


def test_a_table_that_ends_after_its_header_is_refused(home, tmp_path):
    name = "article_x_icd10_covered_group.csv"
    files = edited(name, lambda text: text.split("\r\n")[0] + "\r\n")
    with pytest.raises(ReferenceDataError, match="expected rows after the header"):
        import_files([write_export(tmp_path / "new.zip", files)], ImportOptions())


def test_another_encoding_and_a_damaged_archive_are_refused(home, tmp_path):
    files = csvs_of(Article())
    wide = files | {COVERED: files[COVERED].decode("latin-1").encode("utf-16")}
    for paths in (write_csvs(tmp_path / "wide", wide), [write_export(tmp_path / "wide.zip", wide)]):
        with pytest.raises(ReferenceDataError, match=r"icd10_covered\.csv.*: expected text in UTF-8 or Latin-1"):
            import_files(paths, ImportOptions())
    path = write_export(tmp_path / "current_article.zip", files)
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole.replace(whole[200:220], bytes(20))):
        path.write_bytes(damaged)
        with pytest.raises(ReferenceDataError, match="whole zip archive"):
            import_files([path], ImportOptions())
    assert not list(home.glob("data/reference/*/*"))


def test_tables_of_determinations_are_named_for_they_hold_no_diagnoses(home, tmp_path):
    path = tmp_path / "lcd_x_contractor.csv"
    path.write_text("lcd_id,lcd_version,contractor_id\n1,2,3\n")
    with pytest.raises(ReferenceDataError, match="import its articles instead"):
        import_files([path], ImportOptions())


def test_an_export_of_drafts_alone_holds_nothing(home, tmp_path):
    drafts = csvs_of(Article(status="P"), Article(number=2, status="R"), Article(number=3, effective=""))
    with pytest.raises(ReferenceDataError, match="expected articles in force"):
        import_files([write_export(tmp_path / "current_article.zip", drafts)], ImportOptions())


def test_300_000_rows_are_imported_in_seconds(imported, tmp_path):
    letters = "ABCDEFGHIJKLMNOPQRST"
    codes = tuple(f"{a}{b:02d}.{c}{d}" for a in letters for b in range(15) for c in range(10) for d in range(1))
    assert len(codes) == 3000
    many = [Article(number=50_000 + at, procedures=("95910", f"{at:05d}"), covered=(codes,)) for at in range(100)]
    path = write_export(tmp_path / "current_article.zip", csvs_of(*many))
    begun = time.perf_counter()
    reference = imported(path)
    elapsed = time.perf_counter() - begun
    assert {one.table: one.rows for one in reference.procedures.published.editions}["coverage_diagnoses"] == 300_000
    assert found(reference, ASKED) == [[0, "NEC007"]]
    assert elapsed < 30, "machines differ; it is two or three seconds"
