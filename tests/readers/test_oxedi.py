"""Our remittance tables against those of oxedi, a parser of the 835 that shares nothing with ours.

What both say must be equal, to the cent. Where the two differ on a file of other writers, the difference is named
below with the reason why ours is what 005010X221A1 says; anything else is a failure.
"""

from __future__ import annotations

import csv
import os
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from risk.claims.remits import RemitBatch, concat_remits, make_remits
from risk.readers.remits_835 import read_remits_835
from synthetic_data import simulate
from synthetic_data.remit import synthetic_remits
from synthetic_data.write_835 import write_remits_835

if TYPE_CHECKING:
    from collections.abc import Iterable

oxedi = pytest.importorskip("oxedi", reason="oxedi has no wheel for this system")

SHARED = Path(os.environ.get("DENIAL_RISK_SHARED") or Path(__file__).resolve().parents[3] / "shared")
CORPUS = SHARED / "corpus"
MANIFEST = CORPUS / "MANIFEST.tsv"

Row = tuple[Any, ...]
Tables = dict[str, list[Row]]

#: Column of ours and column of theirs, by table. Rows of both are in file order.
COLUMNS: dict[str, list[tuple[str, str]]] = {
    "payments": [
        ("payment_cents", "total_payment_amount"),
        ("trace_number", "trace_number"),
        ("payment_date", "payment_date"),
        ("production_date", "production_date"),
        ("payment_method_code", "payment_method"),
        ("handling_code", "handling_code"),
        ("credit_debit_code", "credit_debit_flag"),
        ("originator_id", "payer_identifier"),
        ("payer_name", "payer_name"),
    ],
    "claims": [
        ("payment_key", "payment"),
        ("claim_id", "claim_id"),
        ("claim_status_code", "claim_status"),
        ("total_charge_cents", "charge_amount"),
        ("total_paid_cents", "payment_amount"),
        ("patient_responsibility_cents", "patient_responsibility"),
        ("payer_claim_control_number", "payer_control_number"),
        ("facility_code", "facility_type"),
        ("claim_frequency_code", "frequency_code"),
    ],
    "services": [
        ("remit_key", "claim"),
        ("line_charge_cents", "charge_amount"),
        ("line_paid_cents", "payment_amount"),
        ("procedure_qualifier", "procedure_qualifier"),
        ("procedure", "procedure_code"),
        ("quantity", "units_paid"),
        ("original_quantity", "original_units"),
        ("line_control_number", "line_item_control_number"),
    ],
    "adjustments": [
        ("remit_key", "claim"),
        ("line", "service"),
        ("group_code", "group_code"),
        ("carc", "reason_code"),
        ("adjustment_cents", "amount"),
        ("quantity", "quantity"),
    ],
    "provider_adjustments": [
        ("payment_key", "payment"),
        ("fiscal_period_date", "fiscal_period_date"),
        ("reason_code", "reason_code"),
        ("reference", "reference_id"),
        ("adjustment_cents", "amount"),
    ],
}


def plain(value: Any, *, cents: bool = False) -> Any:
    """A value of either side: text, date, whole cents or exact decimal; absent and empty are null."""
    if (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or value == b""
        or (isinstance(value, float) and value != value)
    ):
        return None
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (pd.Timestamp, datetime)):
        return value.date()
    if isinstance(value, (str, date)):
        return value
    if isinstance(value, Decimal):
        return value * 100 if cents else value
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(int(value))


def our_frames(batch: RemitBatch) -> dict[str, pd.DataFrame]:
    """Our tables by oxedi's names; a line is known by its row, as theirs is; a revenue code alone is the procedure."""
    lines, adjustments = batch.remit_lines, batch.adjustments
    rows = {key: row for row, key in enumerate(zip(lines["remit_key"], lines["line_number"], strict=True))}
    number = adjustments["line_number"].fillna(0)
    line = [rows.get(key) for key in zip(adjustments["remit_key"], number, strict=True)]
    by_revenue = lines["procedure_qualifier"] == "NU"
    procedure = lines["procedure_code"].mask(by_revenue, lines["revenue_center_code"])
    return {
        "payments": batch.payments,
        "claims": batch.remit_claims,
        "services": lines.assign(procedure=procedure),
        "adjustments": adjustments.assign(line=pd.array(line, "Int64")),
        "provider_adjustments": batch.provider_adjustments,
    }


def rows_of(frame: pd.DataFrame, columns: Iterable[tuple[str, bool]]) -> list[Row]:
    values = [[plain(value, cents=cents) for value in frame[name]] for name, cents in columns]
    return list(zip(*values, strict=True))


def ours(batch: RemitBatch) -> Tables:
    frames = our_frames(batch)
    return {name: rows_of(frames[name], [(mine, False) for mine, _ in pairs]) for name, pairs in COLUMNS.items()}


def theirs(data: bytes) -> Tables:
    tables = oxedi.parse(data).tables
    return {
        name: rows_of(tables[name].to_pandas(), [(other, mine.endswith("_cents")) for mine, other in pairs])
        for name, pairs in COLUMNS.items()
    }


def differences(data: bytes, batch: RemitBatch) -> list[tuple[str, str, Any, Any]]:
    """Table, column, our value and theirs; or the numbers of rows where those are not the same."""
    found: list[tuple[str, str, Any, Any]] = []
    mine, others = ours(batch), theirs(data)
    for name, pairs in COLUMNS.items():
        if len(mine[name]) != len(others[name]):
            found.append((name, "rows", len(mine[name]), len(others[name])))
            continue
        for row, other in zip(mine[name], others[name], strict=True):
            found += [(name, pair[0], a, b) for pair, a, b in zip(pairs, row, other, strict=True) if a != b]
    return found


def reversed_remits(remits: RemitBatch) -> RemitBatch:
    """The same remittances taken back: status 22, every amount negated, the debt carried forward by a PLB."""
    claims, amounts = remits.remit_claims, ["total_charge_cents", "total_paid_cents", "patient_responsibility_cents"]
    taken = claims.groupby("payment_key")["total_paid_cents"].sum()
    forward = pd.DataFrame({"payment_key": taken.index, "adjustment_cents": -taken.to_numpy()})
    forward = forward.assign(
        position=1, fiscal_period_date=pd.Timestamp(2026, 12, 31), reason_code="FB", reference="F-1"
    )
    line_amounts = ["line_charge_cents", "line_paid_cents"]
    return make_remits(
        {
            "payments": remits.payments.assign(payment_cents=0, handling_code="H", payment_method_code="NON"),
            "remit_claims": claims.assign(claim_status_code="22", is_reversal=True, **-claims[amounts]),
            "remit_lines": remits.remit_lines.assign(**-remits.remit_lines[line_amounts]),
            "adjustments": remits.adjustments.assign(
                adjustment_cents=-remits.adjustments["adjustment_cents"], quantity=1.5
            ),
            "references": remits.references,
            "provider_adjustments": forward,
        }
    )


def test_what_the_synthetic_payers_write_is_read_alike(tmp_path: Path) -> None:
    remits = synthetic_remits(simulate(300, seed=5))
    path = tmp_path / "remits.835"
    write_remits_835(concat_remits([remits, reversed_remits(remits)]), path)
    data = path.read_bytes()
    result = read_remits_835(data, "remits.835")
    assert (len(result.batch), result.rejects, result.notes) == (2 * len(remits), [], ())
    assert oxedi.parse(data).diagnostics == []
    assert differences(data, result.batch) == []
    otherwise = data.replace(b"CAS*CO*45*", b"CAS*CO*45*1", 1)
    assert [one[:2] for one in differences(otherwise, result.batch)] == [("adjustments", "adjustment_cents")]


# ── files of other writers ────────────────────────────────────────────────────────────────────────────────────────────

#: Why ours is what the guide says, by kind of difference.
ONE_UNIT = "SVC05 is empty: the guide assumes one unit then (2110 SVC05); oxedi gives what is written"
WITHOUT_AMOUNTS = "CLP02 to CLP04 are required: a remit without them is a reject of ours and a row of nulls of theirs"
UNDECLARED = "ISA16 declares ':' and SVC01 has '>': read as it is meant, and noted; oxedi leaves it in one piece"
LINE_END = (
    "a line end before each '~': by its position it is the terminator, and then no segment has an id of the guide"
)

#: The difference of single files.
OF_FILE = {
    "835/apifocal__example835One.txt": WITHOUT_AMOUNTS,
    "835/jdavisp3__sample_835.txt": WITHOUT_AMOUNTS,
    "835/linuxforhealth__cob-contractural-adjustment.835": UNDECLARED,
    "other/jdavisp3__835-example-2.txt": LINE_END,
    "other/jdavisp3__835-example.txt": LINE_END,
}
#: Text in front of the ISA, which oxedi refuses: an e-mail's subject, and a title.
REFUSED = {"835/kputnam__X221_HP835_Health_Care_Claim_Payment_Advice-case-2.edi", "835/kputnam__split.edi"}


def manifest() -> list[str]:
    if not MANIFEST.exists():
        return []
    with MANIFEST.open(encoding="utf-8", newline="") as rows:
        return [row["file"] for row in csv.DictReader(rows, delimiter="\t") if row["kind"] in ("835", "835_4010")]


def reason(file: str, difference: tuple[str, str, Any, Any]) -> str:
    """Why a difference is right, or what it is."""
    match difference, OF_FILE.get(file):
        case ("services", "quantity", mine, None), _ if mine == 1:
            return ONE_UNIT
        case (_, "rows", *_), known if known in (WITHOUT_AMOUNTS, LINE_END):
            return known
        case ("services", "procedure_qualifier" | "procedure", *_), known if known == UNDECLARED:
            return known
    return f"not known: {difference}"


def test_other_writers_files_are_at_hand() -> None:
    if not MANIFEST.exists():
        pytest.skip("no corpus of other writers' files beside the repository; DENIAL_RISK_SHARED can name its folder")
    assert {*OF_FILE, *REFUSED} <= set(manifest())


@pytest.mark.parametrize("file", manifest())
def test_other_writers_files_are_read_alike_but_for_differences_with_a_reason(file: str) -> None:
    data = (CORPUS / file).read_bytes()
    result = read_remits_835(data, file)
    if file in REFUSED:
        with pytest.raises(oxedi.ParseError, match="does not start with an ISA"):
            oxedi.parse(data)
        data = data[data.index(b"ISA*") :]
    found = {reason(file, one) for one in differences(data, result.batch)}
    assert found - {ONE_UNIT} == {OF_FILE[file]} if file in OF_FILE else found <= {ONE_UNIT}
