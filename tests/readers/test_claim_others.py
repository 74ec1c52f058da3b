"""What an 837 says of a claim beside the claim, its lines and diagnoses."""

from __future__ import annotations

from pathlib import Path

from risk.claims import structural_failures
from risk.claims.tables import TABLES
from risk.readers.claims_837 import read_claims_837
from risk.readers.rejects import ReadResult

FILE = Path(__file__).resolve().parents[1] / "fixtures" / "other_payers.837"


def read(*changes: tuple[str, str]) -> ReadResult:
    text = FILE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return read_claims_837(text.encode(), "f")


def rows(result: ReadResult, table: str, *columns: str) -> list[tuple[object, ...]]:
    frame = getattr(result.batch, table)[list(columns)]
    plain = frame.astype(object).where(frame.notna(), None)
    return [
        tuple(str(value.date()) if hasattr(value, "date") else value for value in row)
        for row in plain.itertuples(index=False)
    ]


def notes(result: ReadResult) -> list[tuple[str | None, str | None, str | None]]:
    return [(note.segment, note.element, note.loop) for note in result.notes]


# ── codes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_code_that_is_no_diagnosis_has_its_kind_dates_and_amount() -> None:
    result = read()
    assert structural_failures(result.batch) == []
    found = rows(result, "claim_codes", "claim_key", "position", "code_kind", "code", "from_date", "to_date")
    assert found == [
        (0, 1, "anesthesia_procedure", "00630", None, None),
        (0, 2, "condition", "09", None, None),
        (0, 3, "condition", "17", None, None),
        (1, 1, "principal_procedure", "3E0R3BZ", "2026-10-01", "2026-10-01"),
        (1, 2, "other_procedure", "3E0R33Z", "2026-10-02", "2026-10-02"),
        (1, 3, "other_procedure", "3E0S3BZ", "2026-10-03", "2026-10-03"),
        (1, 4, "occurrence_span", "70", "2026-10-01", "2026-10-03"),
        (1, 5, "occurrence", "11", "2026-10-01", "2026-10-01"),
        (1, 6, "occurrence", "A1", "2026-09-01", "2026-09-01"),
        (1, 7, "value", "A2", None, None),
        (1, 8, "value", "80", None, None),
        (1, 9, "treatment", "A1", None, None),
    ]
    assert result.batch.claim_codes["amount_cents"].dropna().tolist() == [1531, 300]
    assert result.batch.diagnoses["dx_code"].tolist() == ["M5416", "G894", "M542"]


def test_a_code_whose_date_or_amount_cannot_be_read_has_none_and_a_note() -> None:
    result = read(("BI:70:RD8:20261001-20261003", "BI:70:RD8:20261001-20261399"), ("BE:A2:::15.31", "BE:A2:::x"))
    found = rows(result, "claim_codes", "code", "from_date", "to_date", "amount_cents")
    assert found[6] == ("70", "2026-10-01", None, None)
    assert found[9] == ("A2", None, None, None)
    assert notes(result)[:2] == [("HI", "HI01-4", "2300"), ("HI", "HI01-5", "2300")]
    assert "20261399" not in str(result.notes)


def test_a_qualifier_without_a_code_is_a_note() -> None:
    result = read(("BG:09*BG:17", "BG*BG:17"))
    assert rows(result, "claim_codes", "code")[:2] == [("00630",), ("17",)]
    assert ("HI", "HI01-2", "2300") in notes(result)


# ── attachments ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_attachments_of_claims_and_lines() -> None:
    result = read()
    columns = ("claim_key", "line_number", "position", "report_type_code", "transmission_code")
    assert rows(result, "attachments", *columns) == [
        (0, None, 1, "OZ", "EL"),
        (0, None, 2, "RB", "AA"),
        (0, 1, 3, "77", "FX"),
    ]
    assert rows(result, "attachments", "attachment_control_number") == [("CONTROL-1",), (None,), ("CONTROL-2",)]


# ── other payers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_other_payers_and_what_they_paid() -> None:
    result = read()
    columns = ("claim_key", "payer_position", "payer_responsibility_code", "payer_type", "payer_id")
    assert rows(result, "other_payers", *columns) == [
        (0, 1, "P", "medicare", "PAYER1"),
        (0, 2, "T", "other", "PAYER3"),
        (1, 1, "P", "medicare", "PAYER1"),
    ]
    sums = ("paid_cents", "patient_liability_cents", "non_covered_cents", "adjudication_date")
    assert rows(result, "other_payers", *sums) == [
        (25000, 4025, 1250, "2026-10-20"),
        (None, None, None, None),
        (6000, None, None, None),
    ]
    assert result.batch.claims["payer_responsibility_code"].tolist() == ["S", "S"]


def test_what_other_payers_paid_for_lines() -> None:
    columns = ("claim_key", "position", "line_number", "payer_id", "paid_cents", "quantity", "adjudication_date")
    assert rows(read(), "prior_payments", *columns) == [
        (0, 1, 1, "PAYER1", 22010, 1.0, "2026-10-21"),
        (0, 2, 1, "PAYER3", 0, 0.5, "2026-10-22"),
        (0, 3, 2, "PAYER1", 2990, 1.0, "2026-10-21"),
    ]


def test_what_other_payers_adjusted_on_claims_and_lines() -> None:
    result = read()
    columns = ("position", "line_number", "payer_position", "payment_position", "payer_id")
    assert rows(result, "prior_adjustments", *columns) == [
        (1, None, 1, None, None),
        (2, None, 1, None, None),
        (3, None, 1, None, None),
        (4, None, 1, None, None),
        (5, None, 1, None, None),
        (6, 1, None, 1, "PAYER1"),
        (7, 1, None, 1, "PAYER1"),
        (8, 2, None, 3, "PAYER1"),
    ]
    assert rows(result, "prior_adjustments", "group_code", "carc", "adjustment_cents", "quantity") == [
        ("CO", "45", 3050, None),
        ("CO", "253", 200, None),
        ("PR", "1", 2000, None),
        ("PR", "2", 1525, 1.0),
        ("PR", "3", 500, None),
        ("CO", "45", 10000, 1.0),
        ("PR", "2", 8065, None),
        ("CO", "97", 2010, None),
    ]


def test_sums_and_days_of_other_payers_that_cannot_be_read_are_null_and_a_note() -> None:
    result = read(
        ("AMT*D*250", "AMT*D*none"),
        ("DTP*573*D8*20261020", "DTP*573*D8*20269999"),
        ("CAS*CO*45*100*1", "CAS*CO*45*much*1"),
        ("SVD*PAYER3*0", "SVD*PAYER3*nil"),
    )
    assert notes(result)[:4] == [
        ("AMT", "AMT02", "2320"),
        ("DTP", "DTP03", "2330"),
        ("CAS", "CAS03", "2430"),
        ("SVD", "SVD02", "2430"),
    ]
    assert rows(result, "other_payers", "paid_cents", "adjudication_date")[0] == (None, None)
    assert rows(result, "prior_adjustments", "carc", "adjustment_cents", "quantity")[5] == ("45", None, 1.0)
    assert rows(result, "prior_payments", "paid_cents")[1] == (None,)


def test_a_payment_outside_of_any_line_is_a_note() -> None:
    result = read(("OI***Y***Y", "SVD*PAYER1*5~CAS*CO*45*1~OI***Y***Y"))
    assert ("SVD", None, "2320") in notes(result)
    assert len(result.batch.prior_payments) == 3


def test_nothing_of_another_subscriber_is_read() -> None:
    result = read()
    everything = "".join(getattr(result.batch, table).to_csv() for table in TABLES)
    for text in ("PLANTED", "OTHERMEMBER", "GROUP9", "123456789,", "OTHERCLAIM", "OTHERPROVIDER", "FIRST PAYER"):
        assert text not in everything
    assert "TX" not in result.batch.claims.to_csv()
