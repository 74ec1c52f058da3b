from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk.claims.remits import REMIT_TABLES, RemitBatch, make_remits
from risk.claims.tables import PAYER_TYPES
from risk.readers.remits_835 import read_remits_835
from synthetic_data.write_835 import write_remits_835

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Row = dict[str, Any]


def read_back(path: Path) -> RemitBatch:
    result = read_remits_835(path.read_bytes(), "remits.835")
    assert result.rejects == []
    assert {note.element for note in result.notes} <= {"BPR02", "CLP04", "SVC03"}  # amounts drawn do not balance
    return result.batch


def assert_same(read: RemitBatch, wrote: RemitBatch) -> None:
    for name in REMIT_TABLES:
        pd.testing.assert_frame_equal(
            *(
                getattr(one, name).drop(columns=["source_file", "source_offset"], errors="ignore")
                for one in (read, wrote)
            ),
            obj=name,
        )


def validated(path: Path) -> bool:
    """Whether pyx12 accepts a file; without a 999, which it cannot make of an 835: that has no ST03."""
    params = pytest.importorskip("pyx12.params")
    document = pytest.importorskip("pyx12.x12n_document")
    accepted: bool = document.x12n_document(
        param=params.params(None),
        src_file=str(path),
        fd_997=None,
        fd_html=None,
        fd_xmldoc=None,
        fd_json=None,
        map_path=None,
    )
    return accepted


# ── what the format carries comes back ────────────────────────────────────────────────────────────────────────────────

words = st.text("ABCXYZ abc0189/.é", min_size=1, max_size=30).map(str.strip).filter(bool)
ids = st.text("ABCXYZ0123456789", min_size=1, max_size=12)
npis = st.sampled_from(["1234567893", "1245319599", "1679576722"])
days = st.dates(date(2015, 10, 1), date(2027, 9, 30))
cents = st.integers(-(10**6), 10**9)
units = st.sampled_from([0.0, 1.0, 2.0, 0.5, 12.25, 100.0, -1.0, 0.00001, 123456789012.0])
carcs = st.sampled_from(["45", "1", "2", "3", "50", "97", "B7", "P12"])
rarcs = st.sampled_from(["N115", "M15", "MA04", "N30"])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def periods(draw: st.DrawFn, name: str) -> Row:
    start = draw(maybe(days))
    stop = draw(maybe(days)) if start is None else start + timedelta(days=draw(st.integers(-1, 3)))
    return {f"{name}_from_date": start, f"{name}_to_date": stop}


adjustments = st.lists(
    st.fixed_dictionaries(
        {
            "group_code": st.sampled_from(["CO", "CO", "PR", "OA", "PI"]),
            "carc": carcs,
            "adjustment_cents": cents,
            "quantity": maybe(units),
        }
    ),
    max_size=9,
)


@st.composite
def procedures(draw: st.DrawFn, prefix: str) -> Row:
    row = {prefix + f"modifier_{rank}": draw(maybe(st.sampled_from(["25", "59", "LT"]))) for rank in range(1, 5)}
    qualifier = draw(maybe(st.sampled_from(["HC", "N4", "NU"])))
    revenue = draw(maybe(st.sampled_from(["0360", "0450"])))
    row[prefix + "procedure_qualifier"] = qualifier
    row[prefix + "procedure_code"] = None if qualifier == "NU" else draw(maybe(st.sampled_from(["62323", "J3301"])))
    row[prefix + "revenue_center_code"] = revenue if not prefix or qualifier == "NU" else None
    return row


@st.composite
def remit_lines(draw: st.DrawFn) -> tuple[Row, dict[str, list[Row]]]:
    references = draw(
        st.lists(
            st.fixed_dictionaries({"qualifier": st.sampled_from(["6R", "HPI", "LU", "G1"]), "reference": ids}),
            max_size=4,
        )
    )
    first = {row["qualifier"]: row["reference"] for row in reversed(references)}
    row = draw(procedures("")) | draw(procedures("original_")) | draw(periods("service"))
    row |= {"line_charge_cents": draw(cents), "line_paid_cents": draw(cents)}
    row |= {"quantity": draw(units), "original_quantity": draw(maybe(units))}
    row |= {"line_control_number": first.get("6R"), "rendering_npi": first.get("HPI")}
    remarks = [{"segment": "LQ", "rarc": rarc} for rarc in draw(st.lists(rarcs, max_size=2))]
    return row, {"adjustments": draw(adjustments), "remarks": remarks, "references": references}


@st.composite
def remit_claims(draw: st.DrawFn) -> tuple[Row, dict[str, list[Row]], list[tuple[Row, dict[str, list[Row]]]]]:
    status = draw(st.sampled_from(["1", "2", "3", "4", "22"]))
    row = {
        "claim_id": draw(ids),
        "claim_status_code": status,
        "is_reversal": status == "22",
        "total_charge_cents": draw(cents),
        "total_paid_cents": draw(cents),
        "patient_responsibility_cents": draw(maybe(cents)),
        "payer_type": draw(maybe(st.sampled_from(PAYER_TYPES))),
        "payer_claim_control_number": draw(maybe(ids)),
        "facility_code": draw(maybe(st.sampled_from(["11", "13"]))),
        "claim_frequency_code": draw(maybe(st.sampled_from(["1", "7"]))),
        "rendering_npi": draw(maybe(npis)),
        "received_date": draw(maybe(days)),
    } | draw(periods("statement"))
    remarks = [
        {"segment": segment, "rarc": rarc} for segment in ("MIA", "MOA") for rarc in draw(st.lists(rarcs, max_size=5))
    ]
    references = draw(
        st.lists(
            st.fixed_dictionaries({"qualifier": st.sampled_from(["F8", "G1", "1C"]), "reference": ids}), max_size=2
        )
    )
    own = {"adjustments": draw(adjustments), "remarks": remarks, "references": references}
    return row, own, draw(st.lists(remit_lines(), max_size=3))


@st.composite
def payments(draw: st.DrawFn) -> tuple[Row, list[Row], list[Any]]:
    row = {
        "handling_code": draw(maybe(st.sampled_from(["I", "H"]))),
        "payment_cents": draw(maybe(cents)),
        "credit_debit_code": draw(maybe(st.sampled_from(["C", "D"]))),
        "payment_method_code": draw(maybe(st.sampled_from(["ACH", "CHK", "NON", "FWT"]))),
        "payment_date": draw(maybe(days)),
        "production_date": draw(maybe(days)),
        "trace_number": draw(maybe(ids)),
        "originator_id": draw(maybe(ids)),
        "payer_name": draw(maybe(words)),
        "payer_id": draw(maybe(ids)),
        "payee_npi": draw(maybe(npis)),
    }
    taken = st.fixed_dictionaries(
        {
            "provider_npi": maybe(npis),
            "fiscal_period_date": st.sampled_from([date(2026, 12, 31), date(2027, 12, 31), None]),
            "reason_code": st.sampled_from(["WO", "72"]),
            "reference": maybe(ids),
            "adjustment_cents": cents,
        }
    )
    return row, draw(st.lists(taken, max_size=8)), draw(st.lists(remit_claims(), max_size=3))


def tables_of(drawn: list[Any]) -> RemitBatch:
    """Tables of what was drawn, with their keys, line numbers and positions."""
    tables: dict[str, list[Row]] = {name: [] for name in REMIT_TABLES}
    for payment_key, (payment, taken, claims) in enumerate(drawn):
        tables["payments"].append(payment | {"payment_key": payment_key})
        tables["provider_adjustments"] += [
            row | {"payment_key": payment_key, "position": position} for position, row in enumerate(taken, start=1)
        ]
        for claim, own, lines in claims:
            key = len(tables["remit_claims"])
            remit_date = payment["payment_date"] or payment["production_date"]
            tables["remit_claims"].append(
                claim | {"remit_key": key, "payment_key": payment_key, "remit_date": remit_date}
            )
            children = [(None, own), *((number, rows) for number, (_, rows) in enumerate(lines, start=1))]
            for number, (line, _) in enumerate(lines, start=1):
                tables["remit_lines"].append(line | {"remit_key": key, "line_number": number})
            for name in ("adjustments", "remarks", "references"):
                rows = [row | {"line_number": number} for number, parts in children for row in parts[name]]
                tables[name] += [
                    row | {"remit_key": key, "position": position} for position, row in enumerate(rows, start=1)
                ]
    return make_remits({name: pd.DataFrame(rows).astype(object) for name, rows in tables.items() if rows})


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    drawn=st.lists(payments(), min_size=1, max_size=3),
    separators=st.sampled_from(["*:^~", "|>!\x1c", "\x1d\x1f\x1e~", "+<{'", "*:^\n"]),
    line_end=st.sampled_from(["", "\n", "\r\n", "\n  "]),
)
def test_reading_what_was_written_gives_the_same_tables(
    tmp_path: Path, drawn: list[Any], separators: str, line_end: str
) -> None:
    remits = tables_of(drawn)
    path = tmp_path / "remits.835"
    write_remits_835(remits, path, separators=separators, line_end=line_end)
    assert_same(read_back(path), remits)


# ── one remittance, by hand ───────────────────────────────────────────────────────────────────────────────────────────

DAY = date(2026, 11, 2)


def example(**changes: dict[str, Any]) -> RemitBatch:
    """A payment of one claim, a line of which is paid and another denied; by table, columns to change in every row."""
    payment = {
        "handling_code": "I",
        "payment_cents": 7000,
        "credit_debit_code": "C",
        "payment_method_code": "ACH",
        "payment_date": DAY,
        "trace_number": "EFT-1",
        "originator_id": "1999999999",
        "payer_name": "EXAMPLE PLAN",
        "payee_npi": "1234567893",
    }
    claim = {
        "payment_key": 0,
        "claim_id": "CLAIM",
        "claim_status_code": "1",
        "total_charge_cents": 15000,
        "total_paid_cents": 7500,
        "payer_type": "commercial",
        "payer_claim_control_number": "ICN",
        "facility_code": "11",
        "claim_frequency_code": "1",
        "rendering_npi": "1245319599",
        "remit_date": DAY,
    }
    line = {"remit_key": 0, "procedure_qualifier": "HC", "quantity": 1.0, "line_control_number": None}
    line |= {"service_from_date": DAY, "service_to_date": DAY}
    paid = line | {"line_number": 1, "procedure_code": "62323", "line_charge_cents": 10000, "line_paid_cents": 7500}
    denied = line | {"line_number": 2, "procedure_code": "77003", "line_charge_cents": 5000, "line_paid_cents": 0}
    adjusted = [(1, 1, "CO", "45", 2500), (2, 2, "CO", "97", 5000)]
    names = ("line_number", "position", "group_code", "carc", "adjustment_cents")
    rows: dict[str, list[Row]] = {
        "payments": [payment],
        "remit_claims": [claim],
        "remit_lines": [paid, denied],
        "adjustments": [dict(zip(names, row, strict=True)) | {"remit_key": 0} for row in adjusted],
        "remarks": [{"remit_key": 0, "line_number": 2, "position": 1, "segment": "LQ", "rarc": "M15"}],
        "references": [{"remit_key": 0, "line_number": None, "position": 1, "qualifier": "F8", "reference": "ORIG"}],
        "provider_adjustments": [
            {
                "payment_key": 0,
                "position": 1,
                "provider_npi": "1234567893",
                "fiscal_period_date": date(2026, 12, 31),
                "reason_code": "WO",
                "adjustment_cents": 500,
            }
        ],
    }
    return make_remits(
        {
            name: pd.DataFrame([row | changes.get(name, {}) for row in table]).astype(object)
            for name, table in rows.items()
        }
    )


def test_tables_that_balance_give_a_file_without_notes_that_an_independent_validator_accepts(tmp_path: Path) -> None:
    path = tmp_path / "remits.835"
    write_remits_835(example(), path)
    assert read_remits_835(path.read_bytes(), "remits.835").notes == ()
    assert_same(read_back(path), example())
    assert validated(path)


def test_the_independent_validator_is_not_blind(tmp_path: Path) -> None:
    path = tmp_path / "remits.835"
    write_remits_835(example(), path)
    path.write_text(path.read_text().replace("PER*BL*EXAMPLE CONTACT*TE*5555550100~\n", ""))
    assert not validated(path)


def test_se_and_ge_count_what_stands_before_them(tmp_path: Path) -> None:
    path = tmp_path / "remits.835"
    whole = example()
    two = pd.concat([whole.payments, whole.payments.assign(payment_key=1)], ignore_index=True)
    write_remits_835(replace(whole, payments=two), path)
    segments = path.read_text().split("~\n")
    starts = [at for at, segment in enumerate(segments) if segment.startswith("ST*")]
    ends = [at for at, segment in enumerate(segments) if segment.startswith("SE*")]
    counts = [end - start + 1 for start, end in zip(starts, ends, strict=True)]
    assert [segments[end] for end in ends] == [f"SE*{counts[0]}*0001", f"SE*{counts[1]}*0002"]
    assert segments[-3:] == ["GE*2*1", "IEA*1*000000001", ""]


def test_a_cas_holds_six_adjustments_of_one_group(tmp_path: Path) -> None:
    path = tmp_path / "remits.835"
    whole = example()
    groups = ["CO"] * 7 + ["PR", "CO"]
    table = pd.DataFrame({"remit_key": 0, "line_number": 1, "position": range(1, 10), "group_code": groups})
    many = make_remits({"adjustments": table.assign(carc="45", adjustment_cents=100)}).adjustments
    write_remits_835(replace(whole, adjustments=many), path)
    text = path.read_text()
    assert [text.count(f"\nCAS*{group}*") for group in ("CO", "PR")] == [3, 1]
    pd.testing.assert_frame_equal(read_back(path).adjustments, many)


def test_separators_inside_a_text_become_spaces(tmp_path: Path) -> None:
    path = tmp_path / "remits.835"
    write_remits_835(example(payments={"payer_name": " a*b~c|d^e\nf:"}), path, separators="|*^~")
    assert read_back(path).payments["payer_name"].tolist() == ["a b c d e f:"]


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_remits_835(example(), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


# ── what the format cannot say ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("table", "columns", "reason"),
    [
        ("payments", {"payment_key": 1}, "rows in the order of their keys"),
        ("payments", {"payment_cents": 10**12}, "less than ten billion dollars"),
        ("remit_claims", {"payment_key": 1}, "in the order of their payments"),
        ("remit_claims", {"claim_id": None}, "expected claim_id in every row"),
        ("remit_claims", {"claim_id": "*~"}, "expected claim_id in every row"),
        ("remit_claims", {"total_paid_cents": None}, "expected total_paid_cents in every row"),
        ("remit_claims", {"is_reversal": True}, "expected true where the claim status is 22"),
        ("remit_claims", {"remit_date": date(2026, 11, 3)}, "expected the payment date"),
        ("remit_claims", {"statement_from_date": DAY}, "expected a last day"),
        ("remit_claims", {"payer_type": "unknown"}, "expected one of the payer types"),
        ("remit_lines", {"line_number": 1}, "expected line_number to count from 1"),
        ("remit_lines", {"quantity": None}, "expected quantity in every row"),
        ("remit_lines", {"quantity": 1 / 3}, "quantities of at most 15 digits"),
        ("remit_lines", {"procedure_qualifier": "NU"}, "none beside the qualifier NU"),
        ("remit_lines", {"original_revenue_center_code": "0360"}, "expected the qualifier NU"),
        ("remit_lines", {"line_control_number": "L"}, "expected its first reference of 6R"),
        ("adjustments", {"position": 1}, "expected position to count from 1"),
        ("adjustments", {"line_number": 3}, "expected line numbers of service lines"),
        ("adjustments", {"group_code": "CR"}, "expected one of CO, OA, PI, PR"),
        ("adjustments", {"adjustment_cents": None}, "expected adjustment_cents in every row"),
        ("remarks", {"segment": "MOA"}, "expected LQ for remarks of a line"),
        ("remarks", {"line_number": None}, "expected LQ for remarks of a line"),
        ("references", {"remit_key": 1}, "rows in the order of keys"),
        ("provider_adjustments", {"provider_npi": "999999999"}, "expected an NPI or null"),
    ],
)
def test_what_the_format_cannot_say_is_refused_and_nothing_is_written(
    tmp_path: Path, table: str, columns: Row, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason) as refusal:
        write_remits_835(example(**{table: columns}), tmp_path / "remits.835")
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda one: make_remits({}), "expected a payment"),
        (
            lambda one: replace(one, adjustments=one.adjustments.assign(line_number=pd.array([2, 1], dtype="Int64"))),
            "in the order of the lines",
        ),
        (
            lambda one: replace(
                one,
                remarks=make_remits(
                    {"remarks": {"remit_key": [0] * 6, "position": range(1, 7), "segment": "MOA", "rarc": "N1"}}
                ).remarks,
            ),
            "at most five",
        ),
    ],
)
def test_rows_that_have_no_place_are_refused(
    tmp_path: Path, change: Callable[[RemitBatch], RemitBatch], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        write_remits_835(change(example()), tmp_path / "remits.835")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("separators", ["**^~", "*:~", "*A^~", "*:^.", "*:^ ", "\n:^~", "*:^§"])
def test_separators_that_text_may_hold_are_refused(tmp_path: Path, separators: str) -> None:
    with pytest.raises(ValueError, match="four different separators"):
        write_remits_835(example(), tmp_path / "remits.835", separators=separators)
    with pytest.raises(ValueError, match="a line end"):
        write_remits_835(example(), tmp_path / "remits.835", line_end="x")
