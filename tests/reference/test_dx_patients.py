import pandas as pd
import pytest

from risk.errors import ReferenceDataError
from risk.reference.dx_patients import COLUMNS, load_dx_patients, parse_dx_patients
from risk.reference.icd10 import load_icd10

HEADER = ",".join(COLUMNS)


@pytest.fixture(scope="module")
def patients():
    return load_dx_patients()


def series(*codes):
    return pd.Series(codes, dtype="str")


def test_every_code_stands_for_a_code_of_the_code_set(patients):
    codes = load_icd10().nodes["code"]
    for prefix in patients.row_of_prefix:
        assert codes.str.startswith(prefix).any(), prefix


def test_the_chapter_and_blocks_of_one_sex_are_covered_whole_and_nothing_of_the_breast(patients):
    codes = load_icd10().nodes["code"]
    category = codes.str[:3]
    expected = pd.Series(pd.NA, index=codes.index, dtype="str")
    expected = expected.mask(codes.str.startswith("O"), "F").mask(category.between("C51", "C58"), "F")
    expected = expected.mask(category.between("N70", "N98"), "F").mask(category.between("N40", "N53"), "M")
    expected = expected.mask(category.between("C60", "C63"), "M")
    stated = expected.notna()
    assert stated.sum() > 3000
    assert (patients.sex(codes[stated]) == expected[stated]).all()
    assert patients.sex(codes[codes.str.startswith(("C50", "D05", "N60", "N61", "N64"))]).isna().all()


def test_the_longest_code_that_matches_decides(patients):
    found = patients.age_limits(series("O09511", "O94", "O9A211"))
    assert found["age_to"].fillna(-1).tolist() == [64, -1, 64]
    assert patients.sex(series("O94", "D0740", "D0730")).tolist() == ["F", "M", "F"]


def test_answers_are_aligned_and_null_has_no_limit(patients):
    codes = pd.Series(["Z00110", None, "I10"], index=[5, 1, 3], dtype="str")
    found = patients.age_limits(codes)
    assert found.index.tolist() == [5, 1, 3]
    assert found["age_unit"].fillna("").tolist() == ["days", "", ""]
    assert patients.sex(codes).isna().all()
    assert patients.sex(series()).empty


def test_the_examinations_of_newborns_meet_without_a_gap(patients):
    limits = patients.age_limits(series("Z00110", "Z00111"))
    assert limits["age_to"].iloc[0] + 1 == limits["age_from"].iloc[1]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "codes,sex\nO,F\n",
        f"{HEADER}\nO,F,9,64,years,\n",
        f"{HEADER}\n,F,9,64,years,x\n",
        f"{HEADER}\nO,F,9,64,years,x\nO,F,,,,x\n",
        f"{HEADER}\nO,W,9,64,years,x\n",
        f"{HEADER}\nO,F,9,64,months,x\n",
        f"{HEADER}\nO,F,9,64,,x\n",
        f"{HEADER}\nO,F,,,years,x\n",
        f"{HEADER}\nO,F,nine,64,years,x\n",
    ],
)
def test_a_table_of_another_form_is_refused(content):
    with pytest.raises(ReferenceDataError, match=r"dx_patients\.csv"):
        parse_dx_patients(content.encode())


def test_the_version_follows_the_content():
    one = f"{HEADER}\nO,F,9,64,years,x\n".encode()
    assert parse_dx_patients(one).version != parse_dx_patients(b"# edition\n" + one).version
