"""Payer terms: the built-in defaults, and a file of the user's on top."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from risk.claims.examples import batch_of, claim, line
from risk.claims.tables import empty_batch
from risk.errors import ReferenceDataError
from risk.reference.payers import AUTHORIZATION_COLUMNS, LIMIT_COLUMNS, load_payer_terms


@pytest.fixture(scope="module")
def terms():
    return load_payer_terms()


@pytest.fixture
def terms_file(tmp_path):
    def write(text):
        path = tmp_path / "terms.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def served(*days, **columns):
    return claim(lines=[line("99213", date_of_service=day) for day in days], **columns)


def limit_of(terms, one):
    row = terms.filing_limits(batch_of(one)).iloc[0]
    return row["limit_days"], None if pd.isna(row["deadline_date"]) else row["deadline_date"].date()


@pytest.mark.parametrize(
    ("payer", "days"),
    [
        ({"payer_type": "commercial", "payer_name": "UNITEDHEALTHCARE OF COLORADO, INC."}, 90),
        ({"payer_type": "medicare_advantage", "payer_name": "UHC Dual Complete"}, 90),
        ({"payer_type": "commercial", "payer_name": "Cigna Health & Life"}, 90),
        ({"payer_type": "commercial", "payer_name": None, "payer_id": "AETNA"}, 120),
        ({"payer_type": "commercial", "payer_name": None, "payer_id": "60054"}, 120),
        ({"payer_type": "commercial", "payer_name": "Humana Inc"}, 180),
        ({"payer_type": "medicare_advantage", "payer_name": "Humana Gold Plus"}, 365),
        ({"payer_type": "tricare", "payer_name": "TRICARE East (Humana Military)"}, 365),
        ({"payer_type": "medicaid", "payer_name": "Ohio Medicaid"}, 365),
        ({"payer_type": "commercial", "payer_name": "Cignature Mutual"}, pd.NA),
        ({"payer_type": "commercial", "payer_name": "Example Health Plan"}, pd.NA),
        ({"payer_type": None, "payer_name": "Aetna"}, pd.NA),
    ],
)
def test_the_limit_is_the_named_payers_and_unknown_for_others(terms, payer, days):
    assert str(limit_of(terms, served("2026-03-01", **payer))[0]) == str(days)


def test_medicare_counts_one_calendar_year_leap_day_included(terms):
    assert limit_of(terms, served("2024-03-01", payer_type="medicare")) == (365, date(2025, 3, 1))
    assert limit_of(terms, served("2024-02-01", payer_type="medicare")) == (366, date(2025, 2, 1))
    assert limit_of(terms, served("2024-02-29", payer_type="medicare"))[1] == date(2025, 2, 28)


def test_professional_claims_count_from_the_first_and_institutional_from_the_last_date(terms):
    days = ("2026-01-05", "2026-01-20")
    assert limit_of(terms, served(*days, payer_type="medicare"))[1] == date(2027, 1, 5)
    bill = {"claim_kind": "institutional", "bill_type_code": "131"}
    assert limit_of(terms, served(*days, payer_type="medicare", **bill))[1] == date(2027, 1, 20)


def test_a_claim_without_dates_has_no_limit(terms):
    undated = claim(payer_type="medicare", lines=[line("99213", service_from_date=None, service_to_date=None)])
    assert terms.filing_limits(batch_of(undated)).isna().all(axis=None)


def test_the_limits_are_aligned_with_the_claims(terms):
    batch = batch_of(*(served("2026-01-05", payer_type=kind) for kind in ("commercial", "medicare", "tricare")))
    limits = terms.filing_limits(batch)
    assert limits.index.tolist() == [0, 1, 2]
    assert limits["limit_days"].notna().tolist() == [False, True, True]
    assert terms.filing_limits(empty_batch()).columns.tolist() == LIMIT_COLUMNS


def asked(terms, *claims):
    found = terms.authorization_required(batch_of(*claims))
    return list(zip(found["claim_key"], found["procedure_code"], found["requirement"], strict=True))


def test_medicare_asks_in_hospital_outpatient_departments_from_the_day_the_program_began(terms):
    def facet(day, **columns):
        return claim(payer_type="medicare", lines=[line("64493", date_of_service=day)], **columns)

    bill = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
    assert asked(
        terms,
        facet("2023-06-30", place_of_service_code="22"),
        facet("2023-07-01", place_of_service_code="22"),
        facet("2023-07-01", place_of_service_code="24"),
        facet("2023-07-01", **bill),
        facet("2023-07-01", **bill | {"bill_type_code": "111"}),
    ) == [(1, "64493", "required"), (3, "64493", "required")]


def test_the_number_of_the_outpatient_program_stands_on_the_hospitals_claim(terms):
    bill = {"claim_kind": "institutional", "bill_type_code": "131", "place_of_service_code": None}
    stimulators = [
        claim(payer_type="medicare", lines=[line("63650")], **where)
        for where in ({"place_of_service_code": "19"}, bill)
    ]
    found = terms.authorization_required(batch_of(*stimulators))
    assert found["number_on"].tolist() == ["facility_claim", "claim"]


def test_wiser_asks_original_medicare_in_six_states_only(terms):
    def epidural(state, payer_type="medicare", day="2026-02-02"):
        return claim(payer_type=payer_type, facility_state=state, lines=[line("62323", date_of_service=day)])

    states = [epidural(state) for state in ("NJ", "OH", "OK", "TX", "AZ", "WA", "CO", None)]
    assert [key for key, *_ in asked(terms, *states)] == [0, 1, 2, 3, 4, 5]
    assert asked(terms, epidural("TX", "medicare_advantage"), epidural("TX", day="2026-01-14")) == []
    assert asked(terms, epidural("TX", day="2032-01-01")) == []


def test_named_commercial_payers_likely_ask_and_others_are_left_alone(terms):
    blue = claim(payer_name="Anthem Blue Cross and Blue Shield", lines=[line("64635"), line("99213")])
    assert asked(terms, blue, claim(lines=[line("64635")])) == [(0, "64635", "likely")]
    assert terms.authorization_required(empty_batch()).columns.tolist() == AUTHORIZATION_COLUMNS


def test_a_users_entry_overrides_the_default_and_adds_payers(terms_file):
    own = load_payer_terms(
        terms_file(
            """
            [[timely_filing]]
            names = ["aetna"]
            days = 60
            anchor = "last"

            [[timely_filing]]
            payer_ids = ["EXAMPLEPAYER"]
            years = 1

            [[authorization]]
            program = "our contract"
            names = ["Cigna"]
            procedures = ["64483-64484"]
            requirement = "not_required"

            [[authorization]]
            program = "plan list"
            payer_ids = ["EXAMPLEPAYER"]
            procedures = ["20552", "G0260"]
            """
        )
    )
    two_days = served("2026-01-05", "2026-01-09", payer_id="X", payer_name="Aetna")
    assert limit_of(own, two_days) == (60, date(2026, 3, 10))
    assert limit_of(own, served("2026-01-05"))[1] == date(2027, 1, 5)
    assert limit_of(own, served("2026-01-05", payer_id="X", payer_name="Humana"))[0] == 180
    cigna = claim(payer_id="X", payer_name="Cigna", lines=[line("64483"), line("62323")])
    example = claim(lines=[line("20552"), line("64483")])
    assert asked(own, cigna, example) == [(0, "62323", "likely"), (1, "20552", "required")]
    assert own.version != load_payer_terms().version


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[[timely_filing]\n", "line 1, column"),
        ("[timely_filing]\ndays = 3\n", "timely_filing"),
        ("[[filing]]\ndays = 3\n", "expected only"),
        ("[[timely_filing]]\ndays = 90\n", "[[timely_filing]] number 1, payer_types"),
        ("[[timely_filing]]\nnames = ['Secret Plan']\n", "number 1, days"),
        ("[[timely_filing]]\nnames = ['Secret Plan']\ndays = 90\nyears = 1\n", "number 1, days"),
        ("[[timely_filing]]\nnames = ['Secret Plan']\ndays = -4\n", "number 1, days"),
        ("[[timely_filing]]\nnames = ['Secret Plan']\ndays = true\n", "number 1, days"),
        ("[[timely_filing]]\nnames = 'Secret Plan'\ndays = 4\n", "number 1, names"),
        ("[[timely_filing]]\nnames = ['!!']\ndays = 4\n", "number 1, names"),
        ("[[timely_filing]]\nnames = ['A']\ndays = 4\nlimit = 3\n", "number 1"),
        ("[[timely_filing]]\nnames = ['A']\ndays = 4\nanchor = 'middle'\n", "number 1, anchor"),
        (
            "[[authorization]]\nnames = ['A']\nprogram = 'P'\nprocedures = ['62323']\nnumber_on = 'paper'\n",
            "number 1, number_on",
        ),
        ("[[timely_filing]]\npayer_types = ['secret']\ndays = 4\n", "number 1, payer_types"),
        ("[[timely_filing]]\nnames=['A']\ndays=4\n[[timely_filing]]\nnames=['B']\ndays=0\n", "number 2, days"),
        ("[[authorization]]\nnames = ['A']\nprocedures = ['64483']\n", "[[authorization]] number 1, program"),
        ("[[authorization]]\nnames = ['A']\nprogram = 'p'\nprocedures = []\n", "number 1, procedures"),
        ("[[authorization]]\nnames = ['A']\nprogram = 'p'\nprocedures = ['secret!']\n", "number 1, procedures"),
        ("[[authorization]]\nnames = ['A']\nprogram = 'p'\nprocedures = ['64483']\nfrom = '2026'\n", "number 1, from"),
        (
            "[[authorization]]\nnames = ['A']\nprogram = 'p'\nprocedures = ['64483']\nplaces = ['2']\n",
            "number 1, places",
        ),
    ],
)
def test_a_faulty_file_is_told_in_one_line_with_its_place_and_without_its_values(terms_file, text, where):
    path = terms_file(text)
    with pytest.raises(ReferenceDataError) as caught:
        load_payer_terms(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert where in message
    assert "\n" not in message
    assert "ecret" not in message


def test_a_file_that_is_missing_or_not_text_is_told_so(tmp_path):
    with pytest.raises(ReferenceDataError, match="readable file"):
        load_payer_terms(tmp_path / "none.toml")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReferenceDataError, match="UTF-8"):
        load_payer_terms(binary)


def test_the_example_of_the_docs_page_is_a_file_that_loads(terms_file):
    page = (Path(__file__).parents[2] / "docs" / "payer_terms.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[2].split("```")[0]
    own = load_payer_terms(terms_file(example))
    assert limit_of(own, served("2026-01-05", payer_name="Aetna"))[0] == 180
    office = claim(payer_name="Cigna", lines=[line("64483")])
    elsewhere = claim(payer_name="Cigna", place_of_service_code="24", lines=[line("64483")])
    medicaid = claim(payer_type="medicaid", lines=[line("63650")])
    assert asked(own, office, elsewhere, medicaid) == [(1, "64483", "likely"), (2, "63650", "required")]
