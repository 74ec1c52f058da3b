from __future__ import annotations

import gc
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.claims import structural_failures
from risk.claims.tables import CLAIMS_OF_837
from risk.errors import InputError
from risk.readers.claims_837 import SMALL, ClaimReader, read_claims_837
from risk.readers.claims_837_fields import DX_ORDER, DX_QUALIFIERS, FIELDS, PAYER_TYPE_OF_INDICATOR

if TYPE_CHECKING:
    from risk.readers.rejects import ReadResult

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PROFESSIONAL = (FIXTURES / "professional.837").read_text()
INSTITUTIONAL = (FIXTURES / "institutional.837").read_text()


@pytest.fixture(params=[SMALL, 0], ids=["loop", "columns"], autouse=True)
def _both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files would be read by the loop only."""
    monkeypatch.setattr(ClaimReader.__init__, "__defaults__", (request.param,))


def read(text: str) -> ReadResult:
    result = read_claims_837(text.encode(), "claims.837")
    assert not structural_failures(result.batch)
    return result


def edited(old: str, new: str, text: str = PROFESSIONAL) -> str:
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


def column(result: ReadResult, name: str, table: str = "claims") -> list[object]:
    values = getattr(result.batch, table)[name]
    return [None if missing else value for value, missing in zip(values, values.isna(), strict=True)]


def only_note(result: ReadResult) -> str:
    (note,) = result.notes
    return f"{note.element or note.segment}: {note.reason}"


# ── a clean file ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_claim_column_of_a_professional_file_comes_from_its_own_loop() -> None:
    result = read(PROFESSIONAL)
    assert (result.claims_read, result.rejects, result.notes) == (2, [], ())
    first, second = result.batch.claims.astype(object).where(result.batch.claims.notna(), None).to_dict("records")
    assert first == {
        "claim_key": 0,
        "claim_id": "CLAIM-A",
        "source_file": "claims.837",
        "source_offset": PROFESSIONAL.index("CLM*CLAIM-A"),
        "claim_kind": "professional",
        "payer_id": "04112",
        "payer_name": "INVENTED MEDICARE",
        "payer_type": "medicare",
        "member_id": "MEMBER1",
        "subscriber_relationship_code": "18",
        "patient_birth_date": pd.Timestamp("1948-02-29"),
        "patient_sex": "F",
        "patient_state": "NM",
        "billing_npi": "1234567893",
        "billing_taxonomy_code": "208VP0014X",
        "rendering_npi": "1245319599",
        "referring_npi": "1679576722",
        "facility_npi": "1992999999",
        "facility_state": "UT",
        "place_of_service_code": "22",
        "bill_type_code": None,
        "claim_frequency_code": "1",
        "submission_date": pd.Timestamp("2026-11-02"),
        "prior_auth_number": "AUTH-A",
        "total_charge_cents": 45075,
        **dict.fromkeys(CLAIMS_OF_837),
        "payer_responsibility_code": "P",
        "subscriber_birth_date": pd.Timestamp("1948-02-29"),
        "subscriber_sex": "F",
        "provider_signature_code": "Y",
        "assignment_code": "A",
        "benefits_assignment_code": "Y",
        "release_code": "Y",
    }
    assert second["payer_type"] == "medicare_advantage"
    assert second["facility_state"] == "CO"
    assert second["referring_npi"] == "1679576722"
    assert [second[name] for name in ("rendering_npi", "facility_npi", "prior_auth_number")] == [None, None, None]


def test_a_patient_of_2000c_replaces_the_subscribers_demographics_but_not_the_member_id() -> None:
    second = read(PROFESSIONAL).batch.claims.iloc[1]
    assert second["member_id"] == "MEMBER2"
    assert second["subscriber_relationship_code"] == "19"
    assert second["patient_birth_date"].date() == date(2010, 5, 15)
    assert (second["patient_sex"], second["patient_state"]) == ("U", "NV")


def test_a_patient_without_demographics_does_not_take_the_subscribers() -> None:
    second = read(edited("DMG*D8*20100515*U~\n", "")).batch.claims.iloc[1]
    assert pd.isna(second["patient_birth_date"])
    assert pd.isna(second["patient_sex"])


def test_lines_carry_their_own_values_and_take_the_rest_from_the_claim() -> None:
    lines = read(PROFESSIONAL).batch.service_lines
    assert lines["line_number"].tolist() == [1, 2, 1]
    assert lines["procedure_code"].tolist() == ["62323", "77003", "99213"]
    assert lines.loc[0, ["modifier_1", "modifier_2"]].tolist() == ["KX", "59"]
    assert lines["quantity"].tolist() == [1.0, 2.5, 1.0]
    assert lines["line_charge_cents"].tolist() == [40075, 5000, 8000]
    assert lines["dx_pointer_1"].tolist() == [1, 2, 1]
    assert lines["service_to_date"].dt.day.tolist() == [1, 3, 5]
    assert lines["place_of_service_code"].tolist() == ["22", "11", "11"]
    assert lines["prior_auth_number"].tolist()[:2] == ["AUTH-A", "AUTH-LINE"]
    assert lines["rendering_npi"].tolist()[:2] == ["1245319599", "1104999992"]


def test_nothing_of_other_payers_reaches_any_table() -> None:
    batch = read(PROFESSIONAL).batch
    text = "".join(table.to_csv() for table in (batch.claims, batch.service_lines, batch.diagnoses, batch.notes))
    assert "OTHER" not in text
    assert "NOTOURS" not in text
    assert "99999" not in text.replace("1992999999", "").replace("1104999992", "")


def test_notes_belong_to_the_claim_or_to_their_line() -> None:
    notes = read(PROFESSIONAL).batch.notes
    assert notes["note_text"].tolist() == ["first note", "line note"]
    assert column(read(PROFESSIONAL), "line_number", "notes") == [None, 2]


def test_an_institutional_file_fills_bill_type_revenue_code_and_dates_from_the_statement() -> None:
    result = read(INSTITUTIONAL)
    assert (result.rejects, result.notes) == ([], ())
    claim, lines = result.batch.claims.iloc[0], result.batch.service_lines
    assert (claim["claim_kind"], claim["bill_type_code"], claim["claim_frequency_code"]) == (
        "institutional",
        "131",
        "1",
    )
    assert pd.isna(claim["place_of_service_code"])
    assert claim["rendering_npi"] == "1245319599"
    assert claim["total_charge_cents"] == 123450
    assert lines["revenue_center_code"].tolist() == ["0360", "0250"]
    assert column(result, "procedure_code", "service_lines") == ["62323", None]
    assert column(result, "modifier_1", "service_lines") == ["LT", None]
    assert lines["service_from_date"].dt.day.tolist() == [2, 1]
    assert lines["service_to_date"].dt.day.tolist() == [2, 4]


def test_what_only_an_institutional_file_says_is_read() -> None:
    result = read(INSTITUTIONAL)
    claim = result.batch.claims.iloc[0]
    assert claim["admission_date"] == pd.Timestamp("2026-10-01")
    codes = ["admission_type_code", "admission_source_code", "patient_status_code", "drg_code"]
    assert claim[codes].tolist() == ["3", "1", "01", "552"]
    assert claim["attending_npi"] == "1245319599"
    assert column(result, "present_on_admission", "diagnoses")[:2] == ["Y", None]


def test_dates_accidents_and_replaced_claims_of_a_professional_file_are_read() -> None:
    more = "~\nDTP*439*D8*20260901~\nDTP*431*D8*20260902~\nDTP*304*D8*20260903~\nREF*F8*PAYER-1~\nREF*G1*AUTH-A~"
    text = edited("*Y*A*Y*Y~\nREF*G1*AUTH-A~", "*N*B*N*I**AA:::CO" + more)
    text = edited("NM1*77*2", "NM1*DQ*1*DOCTOR*SUPERVISING****XX*1104999992~\nNM1*77*2", text)
    claim = read(text).batch.claims.iloc[0]
    dates = claim[["accident_date", "onset_date", "last_seen_date"]]
    assert [date.day for date in dates] == [1, 2, 3]
    assert claim[["accident_cause_code", "accident_state"]].tolist() == ["AA", "CO"]
    assert claim[["original_claim_number", "supervising_npi"]].tolist() == ["PAYER-1", "1104999992"]
    codes = ["provider_signature_code", "assignment_code", "benefits_assignment_code", "release_code"]
    assert claim[codes].tolist() == ["N", "B", "N", "I"]


def test_a_line_has_its_control_number_its_drug_and_its_own_providers() -> None:
    ordering = "NM1*DK*1*DOCTOR*ORDERING****XX*1679576722~\nHL*3*1*22*1~"
    text = edited("HL*3*1*22*1~", ordering, edited("REF*G1*AUTH-LINE~", "REF*G1*AUTH-LINE~\nREF*6R*LINE-2~"))
    result = read(text)
    assert column(result, "line_control_number", "service_lines") == [None, "LINE-2", None]
    assert column(result, "ndc_code", "service_lines") == [None, "00000000000", None]
    assert column(result, "ordering_npi", "service_lines") == [None, "1679576722", None]


def test_a_patients_subscriber_keeps_birth_date_and_sex() -> None:
    second = read(PROFESSIONAL).batch.claims.iloc[1]
    assert (second["subscriber_birth_date"], second["subscriber_sex"]) == (pd.Timestamp("1970-01-01"), "M")


def test_a_rendering_provider_goes_before_the_attending_one() -> None:
    text = edited("LX|1^", "NM1|82|1|DOCTOR|RENDERING||||XX|1679576722^\nLX|1^", INSTITUTIONAL)
    assert column(read(text), "rendering_npi") == ["1679576722"]


def test_diagnoses_count_as_pointers_do_and_the_others_come_after() -> None:
    diagnoses = read(INSTITUTIONAL).batch.diagnoses
    assert list(zip(diagnoses["dx_position"], diagnoses["dx_code"], diagnoses["dx_qualifier"], strict=True)) == [
        (1, "M5416", "principal"),
        (2, "G894", "other"),
        (3, "Z79891", "other"),
        (4, "R52", "admitting"),
        (5, "M545", "reason_for_visit"),
        (6, "R52", "reason_for_visit"),
        (7, "W19XXXA", "external_cause"),
    ]


@pytest.mark.parametrize(
    ("indicator", "payer_type"), [*PAYER_TYPE_OF_INDICATOR.items(), ("ZZ", "other"), ("AM", "other")]
)
def test_the_claim_filing_indicator_tells_the_payer_type(indicator: str, payer_type: str) -> None:
    assert column(read(edited("*MB~", f"*{indicator}~")), "payer_type")[0] == payer_type


def test_without_a_claim_filing_indicator_the_payer_type_is_unknown() -> None:
    assert column(read(edited("SBR*P*18*******MB~", "SBR*P*18~")), "payer_type")[0] is None


# ── how files are written ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "variant",
    [
        PROFESSIONAL.replace("\n", ""),
        PROFESSIONAL.replace("\n", "\r\n"),
        PROFESSIONAL.replace("\n", "\n\n   "),
        PROFESSIONAL.replace("~\n", "\n"),
        PROFESSIONAL.replace("*", "\x1d").replace(":", "\x1f").replace("~\n", "\x1c"),
        PROFESSIONAL.replace("\n", "").removesuffix("~"),
        "\ufeff" + PROFESSIONAL,
        "\n".join(PROFESSIONAL.replace("\n", "")[at : at + 80] for at in range(0, len(PROFESSIONAL), 80)),
        PROFESSIONAL.lower().replace("isa*", "ISA*").upper().replace("CLM*", "clm*").replace("SV1*", "sv1*"),
    ],
    ids=[
        "one line",
        "crlf",
        "blank lines",
        "newline terminator",
        "control characters",
        "open end",
        "bom",
        "wrapped",
        "case",
    ],
)
def test_the_way_a_file_is_laid_out_changes_no_claim(variant: str) -> None:
    expected, got = read(PROFESSIONAL).batch, read(variant)
    assert got.notes == ()
    skip = ["source_offset"]
    upper = {"note_text": lambda table: table["note_text"].str.upper()}
    pd.testing.assert_frame_equal(got.batch.claims.drop(columns=skip), expected.claims.drop(columns=skip))
    pd.testing.assert_frame_equal(got.batch.service_lines, expected.service_lines)
    pd.testing.assert_frame_equal(got.batch.diagnoses, expected.diagnoses)
    pd.testing.assert_frame_equal(got.batch.notes.assign(**upper), expected.notes.assign(**upper))


def test_offsets_point_at_the_clm_segment_in_bytes_even_after_accents() -> None:
    text = PROFESSIONAL.replace("PLANTEDNAME", "MUÑOZ").replace("first note", "näch René")
    data = text.encode()
    batch = read_claims_837(data, "f").batch
    for offset, claim_id in zip(batch.claims["source_offset"], batch.claims["claim_id"], strict=True):
        assert data[offset:].startswith(f"CLM*{claim_id}*".encode())
    assert batch.notes["note_text"].tolist()[0] == "näch René"
    assert read_claims_837(text.encode("latin-1"), "f").batch.notes["note_text"].tolist()[0] == "näch René"


def test_several_interchanges_with_other_delimiters_are_one_batch() -> None:
    result = read(PROFESSIONAL + "\n" + INSTITUTIONAL + PROFESSIONAL)
    assert column(result, "claim_id") == ["CLAIM-A", "CLAIM-B", "HOSP-1", "CLAIM-A", "CLAIM-B"]
    assert result.notes == ()


def test_a_component_separator_other_than_the_isa_declares_is_read_and_noted() -> None:
    text = PROFESSIONAL.replace(":", ">").replace("*T*>", "*T*:")
    result = read(text)
    assert only_note(result).startswith("CLM05: composites are separated otherwise")
    pd.testing.assert_frame_equal(result.batch.diagnoses, read(PROFESSIONAL).batch.diagnoses)
    pd.testing.assert_frame_equal(result.batch.service_lines, read(PROFESSIONAL).batch.service_lines)


def test_a_file_without_isa_is_read_with_the_customary_separators_and_noted() -> None:
    body = "~\n".join(PROFESSIONAL.split("~\n")[1:])
    result = read(body.replace("IEA*1*000000101~\n", ""))
    assert len(result.batch) == 2
    assert "expected ISA before GS or ST" in only_note(result)


def test_text_before_the_isa_is_left_out_and_noted() -> None:
    assert "before the first ISA" in only_note(read("Dear all,\n" + PROFESSIONAL))


def test_hl_parents_are_followed_by_id_even_when_the_levels_are_not_nested_in_order() -> None:
    second_provider = "HL*9**20*1~\nNM1*85*2*OTHER CLINIC*****XX*1003000126~\nN4*NOWHERE*ID*830010000~\n"
    text = edited("HL*3*1*22*1~", second_provider + "HL*3*1*22*1~")
    assert column(read(text), "billing_npi") == ["1234567893", "1234567893"]
    assert column(read(text.replace("HL*3*1*22*1~", "HL*3*9*22*1~")), "billing_npi") == ["1234567893", "1003000126"]
    assert column(read(text.replace("HL*3*1*22*1~", "HL*3*77*22*1~")), "billing_npi") == ["1234567893", "1003000126"]


def test_the_service_segments_decide_the_kind_where_the_guide_named_is_the_other() -> None:
    result = read(PROFESSIONAL.replace("005010X222A1", "005010X223A2"))
    assert column(result, "claim_kind") == ["professional", "professional"]
    assert "other kind" in only_note(result)


def test_reading_leaves_the_garbage_collector_as_it_was() -> None:
    assert gc.isenabled()
    read(PROFESSIONAL)
    assert gc.isenabled()


# ── what is not read ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("set_id", "guide", "name"),
    [
        ("835", "005010X221A1", "an 835 remittance"),
        ("999", "005010X231A1", "a 999 acknowledgment"),
        ("277", "005010X214", "a 277CA claim acknowledgment"),
        ("277", "005010X212", "a 277 claim status response"),
        ("837", "005010X224A2", "an 837D dental claim file"),
        ("837", "004010X098A1", "a version 4010 837P"),
        ("837", "004010X096A1", "a version 4010 837I"),
        ("837", "005010X291", "an 837P predetermination"),
        ("837", "005010X298", "an 837P post-adjudication report"),
        ("837", "006020X999", "an 837 of another guide or version"),
        ("123", "", "a transaction that carries no claims"),
    ],
)
def test_other_transactions_are_refused_by_name(set_id: str, guide: str, name: str) -> None:
    text = PROFESSIONAL.replace("ST*837*0001*005010X222A1", f"ST*{set_id}*0001*{guide}").replace(
        "X*005010X222A1", f"X*{guide}"
    )
    with pytest.raises(InputError, match=f"claims.837: {name}.*: expected 837P or 837I claims"):
        read(text)


def test_an_interchange_without_transactions_is_refused() -> None:
    text = PROFESSIONAL[: PROFESSIONAL.index("GS*")] + "IEA*0*000000101~"
    with pytest.raises(InputError, match="an interchange without transactions"):
        read(text)


def test_other_transactions_beside_claims_become_rejects_with_their_place() -> None:
    remit = "ST*835*0002~\nBPR*I*10~\nCLP*X*1*1~\nSE*4*0002~\n"
    dental = "ST*837*0003*005010X224A2~\nCLM*TOOTH*5~\nSE*3*0003~\n"
    text = edited("GE*1*7~", remit + dental + "GE*3*7~")
    result = read(text)
    assert (len(result.batch), result.claims_read, result.notes) == (2, 4, ())
    assert [(r.reason, r.claim_id, r.segment, r.byte_offset) for r in result.rejects] == [
        ("an 835 remittance: expected 837P or 837I claims", None, "ST", text.index("ST*835")),
        ("an 837D dental claim file: expected 837P or 837I claims", "TOOTH", "CLM", text.index("CLM*TOOTH")),
    ]


# ── what cannot be read ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "element", "reason"),
    [
        ("CLM*CLAIM-A*", "CLM**", "CLM01", "expected a claim id"),
        ("*450.75*", "*four hundred*", "CLM02", "expected an amount in dollars"),
        ("*450.75*", "**", "CLM02", "expected an amount in dollars"),
        ("*400.75*", "*400.755*", "SV102", "expected an amount of whole cents"),
        ("SV1*HC:77003*50*", "SV1*HC:77003*BAD*", "SV102", "expected an amount in dollars"),
        ("SV1*HC:77003*50*", "SV2*0360*HC:77003*50*", None, "one kind"),
        ("SV1*HC:77003*50*", "SV3*AD:D0120*50*", "SV301", "dental"),
        ("SV1*HC:77003", "SVX*HC:77003", None, "no service: expected SV1 or SV2 after LX"),
    ],
)
def test_a_claim_that_cannot_stand_is_a_reject_with_its_place(old: str, new: str, element: str, reason: str) -> None:
    text = edited(old, new)
    result = read(text)
    assert column(result, "claim_id") == ["CLAIM-B"]
    assert result.claims_read == 2
    (reject,) = result.rejects
    assert reason in reject.reason
    assert reject.element == element
    assert reject.segment is not None
    assert reject.claim_id == ("CLAIM-A" if element != "CLM01" else None)
    assert reject.byte_offset is not None
    assert text[reject.byte_offset :].startswith(reject.segment)
    before = text[: reject.byte_offset].count("~")
    assert reject.segment_number == before + 1
    assert reject.loop in {"2300", "2400"}
    assert (reject.interchange_control, reject.group_control, reject.transaction_control) == ("000000101", "7", "0001")


def test_a_note_names_the_loop_it_stands_in() -> None:
    notes = read(edited("LX*1~", "DTP*439*D8*NODATE~\nLX*1~\nDTP*472*D8*NODATE~")).notes
    assert {(note.segment, note.loop) for note in notes if note.segment == "DTP"} == {("DTP", "2400")}


def test_a_control_number_that_is_none_is_not_repeated() -> None:
    notes = read(edited("ST*837*0001", "ST*837*ROE JANE")).notes
    assert [(note.element, note.transaction_control) for note in notes] == [("SE02", None)]


def test_a_claim_without_service_lines_is_a_reject() -> None:
    start = PROFESSIONAL.index("LX*1~\nSV1*HC:99213")
    result = read(PROFESSIONAL[:start] + "SE*75*0001~\nGE*1*7~\nIEA*1*000000101~\n")
    assert [reject.reason for reject in result.rejects] == [
        "this claim has no service line: expected LX with SV1 or SV2"
    ]
    assert column(result, "claim_id") == ["CLAIM-A"]


def test_service_lines_outside_a_claim_are_one_reject() -> None:
    result = read(edited("CLM*CLAIM-B*80***11:B:7*Y*A*Y*Y~\n", ""))
    assert [reject.reason for reject in result.rejects] == [
        "this service line stands in no claim: expected CLM before it"
    ]
    assert result.claims_read == 2


def test_a_claim_outside_any_transaction_is_a_reject() -> None:
    text = PROFESSIONAL + PROFESSIONAL[: PROFESSIONAL.index("ST*")] + "CLM*LOST*1~\nGE*0*7~\nIEA*1*000000101~\n"
    assert [reject.claim_id for reject in read(text).rejects] == ["LOST"]


@pytest.mark.parametrize(
    ("old", "new", "element", "table", "name"),
    [
        ("DTP*472*D8*20261005", "DTP*472*D8*20261305", "DTP03", "service_lines", "service_from_date"),
        ("UN*1***1~\nDTP*472*D8*20261005", "UN*one***1~\nDTP*472*D8*20261005", "SV104", "service_lines", "quantity"),
        (
            "UN*1***1~\nDTP*472*D8*20261005",
            "UN*1***A~\nDTP*472*D8*20261005",
            "SV107-1",
            "service_lines",
            "dx_pointer_1",
        ),
        ("DMG*D8*20100515*U", "DMG*D8*20100515*Z", "DMG03", "claims", "patient_sex"),
        ("DMG*D8*20100515*U", "DMG*D8*201005*U", "DMG02", "claims", "patient_birth_date"),
    ],
)
def test_a_bad_value_is_null_and_a_note_with_its_place(old: str, new: str, element: str, table: str, name: str) -> None:
    result = read(edited(old, new))
    assert column(result, name, table)[-1] is None
    assert column(read(PROFESSIONAL), name, table)[-1] is not None
    (note,) = result.notes
    assert note.element == element
    assert note.reason.startswith("expected")


def test_a_diagnosis_qualifier_without_a_code_is_noted_and_no_row() -> None:
    result = read(edited("HI*ABK:M542", "HI*ABK*M542"))
    assert only_note(result) == "HI01-2: expected a diagnosis code after its qualifier"
    assert len(result.batch.diagnoses) == 2


def test_a_fifth_pointer_is_left_out_and_noted() -> None:
    result = read(edited("***1:2~", "***1:2:1:2:1~"))
    assert result.batch.service_lines.loc[0, "dx_pointer_4"] == 2
    assert only_note(result).startswith("SV107: expected at most four")


def test_lines_without_numbers_of_their_own_are_numbered_by_their_order() -> None:
    result = read(edited("LX*2~", "LX*1~"))
    assert result.batch.service_lines["line_number"].tolist() == [1, 2, 1]
    assert column(result, "line_number", "notes") == [None, 2]
    assert "numbered by their order" in only_note(result)
    without = read(edited("LX*2~\n", "").replace("SE*78*", "SE*77*"))
    assert without.batch.service_lines["line_number"].tolist() == [1, 2, 1]


def test_identifiers_that_are_no_npi_are_not_taken_for_one() -> None:
    result = read(edited("*XX*1992999999", "*24*1992999999"))
    assert column(result, "facility_npi")[0] is None


def test_a_segment_of_no_guide_is_noted_without_saying_what_it_is() -> None:
    result = read(edited("first note", "first~PLANTEDNAME note").replace("SE*78*", "SE*79*"))
    (note,) = result.notes
    assert note.segment is None
    assert "PLANTED" not in str(note)


# ── envelopes and cut files ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("SE*78*", "SE*77*", "SE01"),
        ("SE*78*0001", "SE*78*0009", "SE02"),
        ("GE*1*7", "GE*2*7", "GE01"),
        ("GE*1*7", "GE*1*9", "GE02"),
        ("IEA*1*", "IEA*3*", "IEA01"),
        ("IEA*1*000000101", "IEA*1*000000999", "IEA02"),
        ("SE*78*0001~\n", "", None),
    ],
)
def test_an_envelope_that_does_not_add_up_is_a_note_and_loses_no_claim(old: str, new: str, element: str | None) -> None:
    result = read(edited(old, new))
    assert len(result.batch) == 2
    (note,) = result.notes
    assert note.element == element


def test_a_transaction_that_begins_inside_a_claim_makes_that_claim_a_reject() -> None:
    cut = PROFESSIONAL[: PROFESSIONAL.index("SE*78")]
    result = read(cut + PROFESSIONAL[PROFESSIONAL.index("ST*837") :].replace("GE*1", "GE*2"))
    assert column(result, "claim_id") == ["CLAIM-A", "CLAIM-A", "CLAIM-B"]
    (reject,) = result.rejects
    assert (reject.claim_id, reject.byte_offset) == ("CLAIM-B", PROFESSIONAL.index("CLM*CLAIM-B"))


def test_a_file_cut_anywhere_gives_every_whole_claim_and_at_most_one_reject() -> None:
    whole = PROFESSIONAL.replace("\n", "")
    first_ends, second_starts = whole.index("HL*3*1"), whole.index("CLM*CLAIM-B")
    second_ends = whole.index("SE*78")
    complete = read(whole).batch
    for end in range(whole.index("BHT*"), len(whole), 23):
        result = read(whole[:end])
        assert result.claims_read == len(result.batch) + len(result.rejects)
        assert len(result.rejects) <= 1
        assert len(result.batch) == (end > first_ends + 1) + (end > second_ends + 1), whole[:end][-20:]
        assert result.batch.claims.equals(complete.claims.iloc[: len(result.batch)])
        if second_starts + 3 <= end <= second_ends + 1:
            assert result.rejects[0].byte_offset == second_starts


def test_no_reject_or_note_holds_a_value_of_the_file() -> None:
    planted = PROFESSIONAL
    for old, new in [
        ("*450.75*", "*PLANTED*"),
        ("DMG*D8*20100515*U", "DMG*D8*PLANTED*PLANTED"),
        ("UN*1***1~\nDTP*472*D8*20261005", "UN*PLANTED***PLANTED~\nDTP*472*D8*PLANTED"),
        ("SE*78*0001", "SE*PLANTED*PLANTED"),
        ("HL*4*3*23*0", "HL*4*3*PLANTED*0~HL*4*3*23*0"),
        ("ST*837*0001*005010X222A1", "ST*PLANTED*1*PLANTED~SE*2*1~ST*837*0001*005010X222A1"),
    ]:
        planted = edited(old, new, planted)
    result = read(planted)
    assert len(result.rejects) == 2
    assert len(result.notes) >= 7
    assert not [place for place in (*result.rejects, *result.notes) if "PLANTED" in str(place) + str(place.to_json())]


@settings(max_examples=100, deadline=None)
@given(
    text=st.sampled_from([PROFESSIONAL, INSTITUTIONAL]),
    edits=st.lists(
        st.tuples(st.integers(0, 2400), st.integers(0, 12), st.text("*:~^|>ABCLMSVHX0195.- \n", max_size=6)),
        min_size=1,
        max_size=4,
    ),
)
def test_a_damaged_file_is_read_or_refused_and_every_claim_accounted_for(
    text: str, edits: list[tuple[int, int, str]]
) -> None:
    for at, length, new in edits:
        text = text[:at] + new + text[at + length :]
    try:
        result = read(text)
    except InputError:
        return
    assert result.claims_read == len(result.batch) + len(result.rejects)


# ── the table of fields ───────────────────────────────────────────────────────────────────────────────────────────────


def test_every_field_names_a_column_that_ends_in_a_table() -> None:
    resolved = {"billing_state", "attending_npi", "primary_care_npi", "statement_from_date", "statement_to_date"}
    batch = read(PROFESSIONAL).batch
    known = {*batch.claims.columns, *batch.service_lines.columns, *resolved}
    others = {"2320": batch.other_payers, "2330:PR": batch.other_payers, "2430": batch.prior_payments}
    assert {field.column for field in FIELDS if field.loop not in others} <= known
    assert all(field.column in others[field.loop] for field in FIELDS if field.loop in others)


def test_every_diagnosis_qualifier_has_its_place_in_the_order() -> None:
    assert set(DX_QUALIFIERS.values()) == set(DX_ORDER)
