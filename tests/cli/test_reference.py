import pytest

from risk.cli import run
from risk.reference import load_reference
from tests.reference.published.coverage_files import Article, csvs_of, write_export
from tests.reference.published.published_files import write_mue, write_ptp


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DENIAL_RISK_HOME", str(tmp_path / "home"))
    load_reference.cache_clear()
    yield tmp_path / "home"
    load_reference.cache_clear()


def test_what_is_imported_is_said_and_shown(home, tmp_path, capsys):
    assert run(["reference", "import", *map(str, write_ptp(tmp_path, "11111 22222 20200101 * 1"))]) == 0
    assert run(["reference", "import", str(write_mue(tmp_path, "A1111 2 2", date="07-01-2021"))]) == 0
    out = capsys.readouterr().out
    assert (
        "imported ptp_practitioner 2026Q4: NCCI procedure pairs, practitioners, 2026-10-01 to 2026-12-31, 3 rows" in out
    )
    load_reference.cache_clear()
    assert run(["reference", "status"]) == 0
    shown = capsys.readouterr().out
    assert "ccipra-v323r0-f1.txt, ccipra-v323r0-f2.txt" in shown
    (limits,) = [line for line in shown.splitlines() if "mue_practitioner" in line]
    assert "2021-07-01 to 2021-09-30, 1 rows" in limits
    assert "out of date for" in limits


def test_an_export_of_the_coverage_database_is_imported_by_its_day(home, tmp_path, capsys):
    path = write_export(tmp_path / "current_article.zip", csvs_of(Article()))
    assert run(["reference", "import", str(path), "--edition", "2026-09-28"]) == 0
    imported = capsys.readouterr().out.splitlines()
    assert [line.split()[1:3] for line in imported] == [
        ["coverage_articles", "2026-09-28:"],
        ["coverage_diagnoses", "2026-09-28:"],
        ["coverage_procedures", "2026-09-28:"],
    ]
    (home / "data" / "reference" / "coverage_articles" / "2026-09-28.arrow").write_bytes(b"cut")
    load_reference.cache_clear()
    assert run(["reference", "status"]) == 2
    assert "this file is damaged; delete it and import" in capsys.readouterr().err


def test_with_nothing_imported_the_status_says_what_that_means(home, capsys):
    assert run(["reference", "status"]) == 0
    assert "nothing: other procedures than those of interventional pain" in capsys.readouterr().out


def test_a_file_that_cannot_be_imported_is_one_line_and_exit_2(home, tmp_path, capsys):
    path = tmp_path / "notes.txt"
    path.write_text("hello\n")
    assert run(["reference", "import", str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "as CMS and CDC publish them" in captured.err


def test_claims_say_when_the_imported_tables_are_out_of_date(home, tmp_path, examples, capsys):
    run(["reference", "import", str(write_mue(tmp_path, "A1111 2 2", date="07-01-2021"))])
    load_reference.cache_clear()
    run(["check", str(examples / "claims.csv")])
    assert "note: mue_practitioner 2021Q3 is the newest imported" in capsys.readouterr().err
    run(["check", "--quiet", str(examples / "claims.csv")])
    assert "newest imported" not in capsys.readouterr().err


def test_tables_of_one_file_that_are_out_of_date_are_one_note(home, tmp_path, examples, capsys):
    path = write_export(tmp_path / "current_article.zip", csvs_of(Article()))
    run(["reference", "import", str(path), "--edition", "2020-01-06"])
    load_reference.cache_clear()
    run(["check", str(examples / "claims.csv")])
    assert capsys.readouterr().err.count("newest imported") == 1
