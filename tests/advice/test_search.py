"""Full-text search over titles and inclusion terms."""

from datetime import date

import pytest

from risk.advice import index
from risk.advice.search import Search
from risk.errors import ReferenceDataError


@pytest.fixture(scope="module")
def search(icd10) -> Search:
    return Search(icd10, date(2026, 11, 30))


def best(search: Search, text: str) -> str:
    return search.hits(text.split(), 1)[0].code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("diabetic neuropathies type 2", "E1140"),  # words in other forms
        ("heart failure", "I509"),  # the unspecified code for what says no more
        ("pneumonia", "J189"),  # "unspecified organism" says nothing
        ("otitis media acute left", "H6692"),  # a term of the heading, the side of the code
        ("fracture hip right", "S72001A"),  # the seventh character of the first encounter
        ("lumbago", "M5450"),  # an inclusion term
    ],
)
def test_the_best_code_is_the_one_that_says_what_the_words_do(search, text, code):
    assert best(search, text) == code


def test_codes_of_the_other_side_are_left_out(search):
    codes = [one.code for one in search.hits(["pain", "knee", "left"], 20)]
    assert "M25562" in codes
    assert "M25561" not in codes


def test_chapters_of_mother_and_newborn_need_a_word_of_them(search):
    assert all(one.code[0] not in "OP" for one in search.hits(["hypertension"], 50))
    assert any(one.code[0] == "O" for one in search.hits(["hypertension", "pregnancy"], 50))


def test_only_codes_of_the_date_are_found(icd10):
    found = {year: best(Search(icd10, date(year, 5, 1)), "pelvic and perineal pain") for year in (2025, 2026)}
    assert found == {2025: "R102", 2026: "R1020"}


def test_words_are_data_and_no_query(search):
    assert search.hits(['"', "NEAR(", "*", "' OR 1=1"], 5) == []


def test_a_damaged_index_is_built_again(icd10, tmp_path, monkeypatch):
    monkeypatch.setenv("DENIAL_RISK_HOME", str(tmp_path))
    monkeypatch.setattr(index, "_wordings", lambda _: iter([("M542", "Cervicalgia", "Cervicalgia")]))
    first = index.open_index(icd10)
    [file] = (tmp_path / "cache").glob("*.sqlite")
    for damage in (b"", b"nonsense", file.read_bytes()[:-10]):
        file.write_bytes(damage)
        again = index.open_index(icd10)
        assert (
            again.execute("SELECT code FROM wording").fetchall() == first.execute("SELECT code FROM wording").fetchall()
        )


def test_a_python_without_fts5_is_told_of(icd10, tmp_path, monkeypatch):
    class Connection:
        def execute(self, _):
            raise index.sqlite3.OperationalError("no such module: fts5")

    monkeypatch.setenv("DENIAL_RISK_HOME", str(tmp_path))
    monkeypatch.setattr(index.sqlite3, "connect", lambda _: Connection())
    with pytest.raises(ReferenceDataError, match="FTS5"):
        index.open_index(icd10)
