from __future__ import annotations

import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk.claims import ClaimBatch, claim, line
from risk.claims.examples import Claim, Line, batch_of
from risk.claims.tables import PAYER_TYPES, TABLES, make_batch
from risk.readers.claims_837 import read_claims_837
from synthetic_data.write_837 import CLAIM_DATES, CUSTOMARY, write_claims_837i, write_claims_837p

if TYPE_CHECKING:
    from pathlib import Path

INSTITUTIONAL: dict[str, Any] = {
    "claim_kind": "institutional",
    "place_of_service_code": None,
    "bill_type_code": "131",
    "subscriber_relationship_code": "18",
}


def hospital_line(code: str, **columns: Any) -> Line:
    return line(code, pointers=(), revenue_center_code="0360", **columns)


def as_written(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims with what the guides demand and the writer therefore says where a batch does not."""
    claims = claims.copy()
    institutional = claims["claim_kind"] == "institutional"
    for kind, codes in CUSTOMARY.items():
        of_kind = claims["claim_kind"] == kind
        for column, code in codes.items():
            claims.loc[of_kind & claims[column].isna(), column] = code
    own = claims["subscriber_relationship_code"].fillna("18") == "18"
    for column in ("birth_date", "sex"):
        claims.loc[own, f"subscriber_{column}"] = claims.loc[own, f"patient_{column}"]
    claims.loc[institutional, "attending_npi"] = claims["attending_npi"].fillna(claims["rendering_npi"])
    return claims


def with_others(batch: ClaimBatch, **others: Any) -> ClaimBatch:
    """Claims with tables that only an 837 fills."""
    return make_batch(batch.claims, batch.service_lines, batch.diagnoses, batch.notes, **others)


def other_payers_of(claim_key: int, line_numbers: list[int]) -> dict[str, dict[str, list[Any]]]:
    """Two other payers of a claim, of which the first adjusted the claim and paid each line."""
    count, day = len(line_numbers), date(2026, 10, 20)
    return {
        "other_payers": {
            "claim_key": [claim_key] * 2,
            "payer_position": [1, 2],
            "payer_responsibility_code": ["P", "T"],
            "payer_type": ["medicare", "commercial"],
            "payer_id": ["PAYER1", "PAYER2"],
            "paid_cents": [15000, None],
            "patient_liability_cents": [2500, None],
            "non_covered_cents": [0, None],
            "adjudication_date": [day, None],
        },
        "prior_payments": {
            "claim_key": [claim_key] * count,
            "position": list(range(1, count + 1)),
            "line_number": line_numbers,
            "payer_id": ["PAYER1"] * count,
            "paid_cents": [7550] * count,
            "quantity": [1.0] * count,
            "adjudication_date": [day] * count,
        },
        "prior_adjustments": {
            "claim_key": [claim_key] * (count + 2),
            "position": list(range(1, count + 3)),
            "line_number": [None, None, *line_numbers],
            "payer_position": [1, 1, *[None] * count],
            "payment_position": [None, None, *range(1, count + 1)],
            "payer_id": [None, None, *["PAYER1"] * count],
            "group_code": ["CO", "PR", *["CO"] * count],
            "carc": ["253", "1", *["45"] * count],
            "adjustment_cents": [200, 2000, *[12450] * count],
            "quantity": [None, None, *[1.0] * count],
        },
    }


def assert_round_trip(batch: ClaimBatch, path: Path) -> None:
    result = read_claims_837(path.read_bytes(), "example")
    assert (result.rejects, result.notes) == ([], ())
    for name in TABLES:
        wrote, read = getattr(batch, name), getattr(result.batch, name)
        wrote = as_written(wrote) if name == "claims" else wrote
        skipped = [column for column in ("source_offset",) if column in wrote]
        pd.testing.assert_frame_equal(read.drop(columns=skipped), wrote.drop(columns=skipped), obj=name)


def validated(path: Path) -> bool:
    """Whether pyx12 accepts a file."""
    params = pytest.importorskip("pyx12.params")
    document = pytest.importorskip("pyx12.x12n_document")
    accepted: bool = document.x12n_document(
        param=params.params(None),
        src_file=str(path),
        fd_997=io.StringIO(),
        fd_html=None,
        fd_xmldoc=None,
        fd_json=None,
        map_path=None,
    )
    return accepted


# ── what the format carries comes back ────────────────────────────────────────────────────────────────────────────────

words = st.text("ABCXYZ abc0189-/.é", min_size=1, max_size=30).map(str.strip).filter(bool)
ids = st.text("ABCXYZ0123456789", min_size=1, max_size=12)
npis = st.sampled_from(["1234567893", "1245319599", "1679576722"])
states = st.sampled_from(["CO", "TX", "NJ"])
days = st.dates(date(2015, 10, 1), date(2027, 9, 30))
dx_codes = st.lists(st.sampled_from(["M5416", "G894", "M47816", "R52", "Z79891"]), min_size=1, max_size=12)
modifiers = st.lists(st.sampled_from(["25", "50", "59", "KX", "LT", "RT"]), max_size=4, unique=True)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def service_lines(draw: st.DrawFn, *, diagnoses: int, number: int) -> Line:
    start = draw(days)
    pointers = draw(st.lists(st.integers(1, diagnoses), min_size=1, max_size=4))
    cents = draw(st.integers(-(10**6), 10**9))
    one = line(
        draw(st.sampled_from(["62323", "64483", "99213", "J3301"])), modifiers=draw(modifiers), pointers=pointers
    )
    changed = {
        "line_number": number,
        "line_charge_cents": cents,
        "quantity": draw(st.sampled_from([1.0, 2.0, 0.5, 12.25, 100.0]) | st.none()),
        "service_from_date": start,
        "service_to_date": start + timedelta(days=draw(st.integers(0, 3))),
        "place_of_service_code": draw(st.sampled_from(["11", "22"])),
        "rendering_npi": draw(npis),
        "prior_auth_number": draw(maybe(ids)),
        "note": draw(maybe(words)),
        "line_control_number": draw(maybe(ids)),
        "ndc_code": draw(maybe(st.sampled_from(["00409909502", "63323016501"]))),
        "ordering_npi": draw(maybe(npis)),
        "supervising_npi": draw(maybe(npis)),
        "referring_npi": draw(maybe(npis)),
    }
    return Line(one.values | changed)


@st.composite
def professional_claims(draw: st.DrawFn) -> Claim:
    dx = draw(dx_codes)
    count = draw(st.integers(1, 4))
    first = draw(st.integers(1, 50))
    lines = [draw(service_lines(diagnoses=len(dx), number=first + position)) for position in range(count)]
    return claim(
        lines=lines,
        dx=dx,
        note=draw(maybe(words)),
        claim_id=draw(ids),
        payer_id=draw(ids),
        payer_name=draw(maybe(words)),
        payer_type=draw(maybe(st.sampled_from(PAYER_TYPES))),
        member_id=draw(maybe(ids)),
        subscriber_relationship_code=draw(maybe(st.sampled_from(["18", "01", "19", "G8"]))),
        patient_birth_date=draw(maybe(st.dates(date(1900, 1, 1), date(2026, 1, 1)))),
        patient_sex=draw(maybe(st.sampled_from(["F", "M", "U"]))),
        patient_state=draw(maybe(states)),
        billing_npi=draw(maybe(npis)),
        billing_taxonomy_code=draw(maybe(st.sampled_from(["208VP0014X", "207L00000X"]))),
        rendering_npi=draw(maybe(npis)),
        referring_npi=draw(maybe(npis)),
        facility_npi=draw(maybe(npis)),
        facility_state=draw(maybe(states)),
        place_of_service_code=draw(maybe(st.sampled_from(["11", "22", "24"]))),
        claim_frequency_code=draw(maybe(st.sampled_from(["1", "7", "8"]))),
        submission_date=draw(st.sampled_from([date(2026, 11, 2), date(2026, 11, 3), None])),
        prior_auth_number=draw(maybe(ids)),
        total_charge_cents=draw(st.integers(-(10**6), 10**9)),
        payer_responsibility_code=draw(maybe(st.sampled_from("PST"))),
        subscriber_birth_date=draw(maybe(st.dates(date(1900, 1, 1), date(2026, 1, 1)))),
        subscriber_sex=draw(maybe(st.sampled_from("FMU"))),
        supervising_npi=draw(maybe(npis)),
        original_claim_number=draw(maybe(ids)),
        provider_signature_code=draw(maybe(st.sampled_from("YN"))),
        assignment_code=draw(maybe(st.sampled_from("ABC"))),
        benefits_assignment_code=draw(maybe(st.sampled_from("YNW"))),
        release_code=draw(maybe(st.sampled_from("IY"))),
        accident_cause_code=draw(maybe(st.sampled_from(["AA", "EM", "OA"]))),
        accident_state=draw(maybe(states)),
        **{name: draw(maybe(days)) for name in CLAIM_DATES},
    )


CENTS = st.none() | st.integers(0, 10**9)


def table(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {column: [row[column] for row in rows] for column in rows[0]} if rows else {}


@st.composite
def others_of(draw: st.DrawFn, batch: ClaimBatch) -> dict[str, Any]:
    """What an 837P says of claims beside them, in the order in which it is written."""
    codes, attached, payers, payments, adjustments = [], [], [], [], []

    def adjust(key: int, **owner: Any) -> None:
        first = {"line_number": None, "payer_position": None, "payment_position": None, "payer_id": None} | owner
        for _ in range(draw(st.integers(0, 8))):
            position = sum(row["claim_key"] == key for row in adjustments) + 1
            said = {"group_code": draw(st.sampled_from(["CO", "PR"])), "carc": draw(st.sampled_from(["45", "B7"]))}
            sums = {"adjustment_cents": draw(st.integers(-1000, 10**6)), "quantity": draw(maybe(st.just(2.0)))}
            adjustments.append({"claim_key": key, "position": position} | first | said | sums)

    lines = batch.service_lines
    for key in range(len(batch)):
        kinds = ["anesthesia_procedure"] * draw(st.integers(0, 2)) + ["condition"] * draw(st.integers(0, 13))
        for position, kind in enumerate(kinds, start=1):
            codes.append({"claim_key": key, "position": position, "code_kind": kind, "code": draw(ids)})
        numbers = lines.loc[lines["claim_key"] == key, "line_number"].tolist()
        of = [None] * draw(st.integers(0, 2)) + [one for one in numbers if draw(st.booleans())]
        for position, number in enumerate(of, start=1):
            said = {
                "report_type_code": draw(st.sampled_from(["OZ", "77"])),
                "attachment_control_number": draw(maybe(ids)),
            }
            place = {"claim_key": key, "line_number": number, "position": position}
            attached.append(place | said | {"transmission_code": draw(maybe(st.sampled_from(["EL", "AA"])))})
        for position in range(1, draw(st.integers(0, 2)) + 1):
            sums = {f"{name}_cents": draw(CENTS) for name in ("paid", "patient_liability", "non_covered")}
            said = {
                "payer_responsibility_code": draw(st.sampled_from("PST")),
                "payer_type": draw(maybe(st.sampled_from(PAYER_TYPES))),
                "payer_id": draw(maybe(ids)),
                "adjudication_date": draw(maybe(days)),
            }
            payers.append({"claim_key": key, "payer_position": position} | sums | said)
            adjust(key, payer_position=position)
        position = 0
        for number in numbers:
            for _ in range(draw(st.integers(0, 2))):
                position += 1
                payer = draw(ids)
                said = {
                    "paid_cents": draw(CENTS),
                    "quantity": draw(maybe(st.just(1.5))),
                    "adjudication_date": draw(maybe(days)),
                }
                place = {"claim_key": key, "position": position, "line_number": number, "payer_id": payer}
                payments.append(place | said)
                adjust(key, line_number=number, payment_position=position, payer_id=payer)
    rows = {
        "claim_codes": codes,
        "attachments": attached,
        "other_payers": payers,
        "prior_payments": payments,
        "prior_adjustments": adjustments,
    }
    return {name: table(of_table) for name, of_table in rows.items()}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    data=st.data(),
    claims=st.lists(professional_claims(), min_size=1, max_size=5),
    separators=st.sampled_from(["*:^~", "|>!\x1c", "\x1d\x1f\x1e~", "+<{'", "*:^\n"]),
    line_end=st.sampled_from(["", "\n", "\r\n", "\n  "]),
)
def test_reading_what_was_written_gives_the_same_claims(
    tmp_path: Path, data: st.DataObject, claims: list[Claim], separators: str, line_end: str
) -> None:
    batch = batch_of(*claims)
    batch = with_others(batch, **data.draw(others_of(batch)))
    path = tmp_path / "claims.837"
    write_claims_837p(batch, path, separators=separators, line_end=line_end)
    assert_round_trip(batch, path)


def hospital_others() -> dict[str, Any]:
    """What an 837I of two claims says beside them, the first of two lines."""
    first, last = date(2026, 10, 1), date(2026, 10, 3)
    codes = [
        ("principal_procedure", "3E0R3BZ", first, first, None),
        ("other_procedure", "3E0R33Z", last, last, None),
        ("occurrence_span", "70", first, last, None),
        ("occurrence", "11", first, first, None),
        ("value", "A2", None, None, 1531),
        ("value", "80", None, None, 300),
        ("condition", "09", None, None, None),
        ("treatment", "A1", None, None, None),
    ]
    names = ("code_kind", "code", "from_date", "to_date", "amount_cents")
    return {
        "claim_codes": {
            "claim_key": [0] * len(codes),
            "position": list(range(1, len(codes) + 1)),
            **dict(zip(names, map(list, zip(*codes, strict=True)), strict=True)),
        },
        "attachments": {
            "claim_key": [0, 0],
            "line_number": [None, 2],
            "position": [1, 2],
            "report_type_code": ["OZ", "RB"],
            "transmission_code": ["EL", "AA"],
            "attachment_control_number": ["CONTROL1", None],
        },
        **other_payers_of(0, [1, 2]),
    }


def test_institutional_claims_come_back_with_every_kind_of_diagnosis(tmp_path: Path) -> None:
    one = claim(
        **INSTITUTIONAL,
        dx=["M54.16", *["G89.4"] * 14, "R52", "M54.50", "W19.XXXA"],
        lines=[hospital_line("62323", modifiers=["LT"]), hospital_line("64483", day=5, rendering_npi="1679576722")],
        facility_npi="1679576722",
        prior_auth_number="AUTH",
        attending_npi="1245319599",
        operating_npi="1679576722",
        original_claim_number="PAYER-1",
        admission_date=date(2026, 10, 1),
        admission_type_code="1",
        admission_source_code="7",
        patient_status_code="03",
        drg_code="552",
    )
    batch = batch_of(
        one, claim(**INSTITUTIONAL | {"subscriber_relationship_code": "19"}, lines=[hospital_line("62321")])
    )
    last = ["admitting", "reason_for_visit", "external_cause"]
    batch.diagnoses.loc[15:17, "dx_qualifier"] = last
    batch.diagnoses.loc[0:2, "present_on_admission"] = ["Y", "N", "U"]
    batch = with_others(batch, **hospital_others())
    path = tmp_path / "claims_i.837"
    write_claims_837i(batch, path)
    assert_round_trip(batch, path)


# ── what others make of it ────────────────────────────────────────────────────────────────────────────────────────────


def test_an_independent_validator_accepts_a_professional_file(tmp_path: Path) -> None:
    batch = batch_of(
        claim(),
        claim(subscriber_relationship_code="19", dx=["M54.16", "G89.4"], note="conservative care failed"),
        claim(
            accident_cause_code="AA",
            accident_state="CO",
            accident_date=date(2026, 9, 1),
            onset_date=date(2026, 9, 1),
            supervising_npi="1679576722",
            claim_frequency_code="7",
            original_claim_number="PAYER-1",
            lines=[line("J3301", line_control_number="L1", ndc_code="00003029305", ordering_npi="1679576722")],
        ),
        claim(facility_npi="1679576722", facility_state="TX", place_of_service_code="24", prior_auth_number="A1"),
        claim(
            submission_date=date(2026, 11, 3),
            lines=[
                line("62323", modifiers=["KX"], note="level L4-L5"),
                line("77003", prior_auth_number="A2", rendering_npi="1679576722", place_of_service_code="22"),
            ],
        ),
    )
    codes = {
        "claim_key": [0, 0],
        "position": [1, 2],
        "code_kind": ["anesthesia_procedure", "condition"],
        "code": ["00630", "09"],
    }
    attached = {
        "claim_key": [0, 0, 1],
        "position": [1, 2, 1],
        "line_number": [None, 1, None],
        "report_type_code": ["OZ", "RB", "B4"],
        "transmission_code": ["EL", "FX", "AA"],
        "attachment_control_number": ["CONTROL1", "CONTROL2", None],
    }
    path = tmp_path / "claims.837"
    others = other_payers_of(4, [1, 2])
    write_claims_837p(with_others(batch, claim_codes=codes, attachments=attached, **others), path)
    assert validated(path)


def test_an_independent_validator_accepts_an_institutional_file(tmp_path: Path) -> None:
    path = tmp_path / "claims_i.837"
    one = claim(
        **INSTITUTIONAL,
        dx=["M54.16", "G89.4"],
        lines=[hospital_line("62323", line_control_number="L1"), hospital_line("64483")],
        facility_npi="1679576722",
        attending_npi="1245319599",
        operating_npi="1679576722",
        drg_code="552",
    )
    write_claims_837i(with_others(batch_of(one), **hospital_others()), path)
    assert validated(path)


def test_the_independent_validator_is_not_blind(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    write_claims_837p(batch_of(claim()), path)
    path.write_text(path.read_text().replace("LX*1~\n", ""))
    assert not validated(path)


# ── the writer itself ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_batch_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.837", tmp_path / "two.837"
    write_claims_837p(batch_of(claim(), claim()), one)
    write_claims_837p(batch_of(claim(), claim()), two)
    assert one.read_bytes() == two.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.837", "two.837"]


def test_separators_inside_a_text_become_spaces(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    write_claims_837p(batch_of(claim(note="a*b~c:d^e\nf")), path)
    assert read_claims_837(path.read_bytes(), "example").batch.notes["note_text"].tolist() == ["a b c d e f"]


def test_claims_of_another_submission_date_begin_a_transaction_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    write_claims_837p(batch_of(claim(), claim(), claim(submission_date=date(2026, 11, 3))), path)
    text = path.read_text()
    assert text.count("\nST*") == 2
    assert "\nGE*2*1~" in text
    assert text.count("*20*1~") == 2


def test_a_transaction_holds_at_most_five_thousand_claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_data.write_837.CLAIMS_PER_TRANSACTION", 2)
    path = tmp_path / "claims.837"
    batch = batch_of(*[claim()] * 5)
    write_claims_837p(batch, path)
    assert path.read_text().count("\nST*") == 3
    assert_round_trip(batch, path)


def test_what_the_format_has_no_place_for_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    whole = batch_of(claim())
    no_lines = ClaimBatch(whole.claims, whole.service_lines.iloc[:0], whole.diagnoses, whole.notes)
    for batch, reason in [
        (batch_of(claim(**INSTITUTIONAL)), "only professional"),
        (no_lines, "without service lines"),
        (batch_of(claim(total_charge_cents=None)), "without a charge"),
        (batch_of(claim(dx=["M54.16"] * 13)), "more than 12 diagnoses"),
        (with_others(whole, prior_adjustments={"claim_key": [0], "position": [1]}), "adjustment of no other payer"),
    ]:
        with pytest.raises(ValueError, match=reason):
            write_claims_837p(batch, path)
    with pytest.raises(ValueError, match="four different separators"):
        write_claims_837p(batch_of(claim()), path, separators="**^~")
    assert list(tmp_path.iterdir()) == []
