"""What an 837 says of a claim beside the claim, its lines and diagnoses."""

from __future__ import annotations

from pathlib import Path

from risk.claims import structural_failures
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
