from __future__ import annotations

import gzip
import io
import re
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from risk.claims.remits import REMIT_DTYPES, REMIT_TABLES, concat_remits, make_remits
from risk.errors import InputError
from risk.readers.remit_result import RemitResult, concat_remit_results
from risk.readers.remits_835 import read_remit_file, read_remits_835, stream_remits_835
from risk.readers.remits_835_fields import FIELDS, REFERENCE_QUALIFIERS
from tests.readers.cuts import cuts

if TYPE_CHECKING:
    from pathlib import Path

ISA = "ISA*00*          *00*          *ZZ*INVENTEDPAYER  *ZZ*INVENTEDCLINIC *261102*0915*^*00501*000000007*0*T*:~\n"

#: Paid with a reduction, denied on one line and by the claim, and reversed. Paid 75 + 30 − 12.5, less 10 withheld.
BODY = """
BPR*I*82.5*C*ACH*CCP*01*111*DA*33*1999999999**01*222*DA*44*20261102~
TRN*1*EFT-0071*1999999999~
REF*EV*CLEARING~
DTM*405*20261101~
N1*PR*INVENTED HEALTH PLAN*XV*04112~
REF*2U*99~
N1*PE*INVENTED PAIN CLINIC*XX*1234567893~
REF*TJ*900000001~
LX*1~
CLP*CLAIM-A*1*150*75*15*12*ICN-A*22*1~
CAS*OA*23*5~
NM1*QC*1*SECRETLAST*SECRETFIRST****MI*SECRETMEMBER~
NM1*82*1*DOCTOR*ANN****XX*1245319599~
MOA***MA01*N20~
REF*F8*ORIG-A~
REF*1W*SECRETMEMBER~
REF*SY*SECRETSSN~
REF*EA*SECRETRECORD~
DTM*232*20261001~
DTM*050*20261005~
SVC*HC:64483:RT:59*100*80*0361*1**2~
DTM*472*20261001~
CAS*CO*45*-5**97*10*2~
CAS*PR*2*15~
REF*6R*L-1~
REF*HPI*1679576722~
LQ*HE*N115~
LQ*HE*M25~
LQ*RX*70~
SVC*HC:62323*50*0**0*HC:62322:50:::::WORDS~
DTM*150*20261001~
DTM*151*20261002~
CAS*CO*50*50~
REF*6R*L-2~
CLP*CLAIM-B*4*40*0**MB*ICN-B~
CAS*CO*29*40~
MIA*0****MA02***************N1*N2~
REF*G1*AUTH-B~
CLP*CLAIM-C*22*-60*-12.5*-7.5*MC*ICN-C~
SVC*NU:0450*-60*-12.5~
CAS*CO*45*-40~
CAS*PR*1*-7.5~
CLP*CLAIM-C*1*60*30*0*MC*ICN-C2~
SVC*NU:0450*60*30~
CAS*CO*45*30~
PLB*1234567893*20261231*WO:ICN-X*12.5*72*-2.5~
"""


def envelope(*bodies: str) -> str:
    """Transactions in one group, with counts that are right."""
    sets = []
    for number, body in enumerate(bodies, start=1):
        control = f"{number:04d}"
        sets.append(f"ST*835*{control}~{body}SE*{body.count('~') + 2}*{control}~\n")
    group = "GS*HP*PAYER*CLINIC*20261102*0915*5*X*005010X221A1~\n"
    return f"{ISA}{group}{''.join(sets)}GE*{len(bodies)}*5~\nIEA*1*000000007~\n"


REMITS = envelope(BODY)


def read(text: str) -> RemitResult:
    return read_remits_835(text.encode(), "remits.835")


def edited(old: str, new: str, text: str = BODY) -> str:
    assert text.count(old) == 1
    return envelope(text.replace(old, new))


def rows(result: RemitResult, table: str) -> list[dict[str, object]]:
    frame = getattr(result.batch, table).astype(object)
    found: list[dict[str, object]] = frame.where(frame.notna(), None).to_dict("records")
    return found


def values(result: RemitResult, table: str, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[column] for column in columns) for row in rows(result, table)]


def notes(result: RemitResult) -> list[tuple[str | None, str]]:
    return [(note.element or note.segment, note.reason) for note in result.notes]


# ── a clean file ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_clean_file_gives_every_remit_and_no_notes() -> None:
    result = read(REMITS)
    assert (result.claims_read, len(result.batch), result.rejects, result.notes) == (4, 4, [], ())
    for table, kinds in REMIT_TABLES.items():
        frame = getattr(result.batch, table)
        assert {c: str(frame[c].dtype) for c in frame} == {c: REMIT_DTYPES[kind] for c, kind in kinds.items()}


def test_the_payment_comes_from_header_payer_and_payee() -> None:
    assert rows(read(REMITS), "payments") == [
        {
            "payment_key": 0,
            "source_file": "remits.835",
            "source_offset": REMITS.index("ST*835"),
            "handling_code": "I",
            "payment_cents": 8250,
            "credit_debit_code": "C",
            "payment_method_code": "ACH",
            "payment_date": pd.Timestamp("2026-11-02"),
            "production_date": pd.Timestamp("2026-11-01"),
            "trace_number": "EFT-0071",
            "originator_id": "1999999999",
            "payer_name": "INVENTED HEALTH PLAN",
            "payer_id": "04112",
            "payee_npi": "1234567893",
        }
    ]


def test_every_column_of_a_remitted_claim_comes_from_its_own_loop() -> None:
    assert rows(read(REMITS), "remit_claims")[0] == {
        "remit_key": 0,
        "payment_key": 0,
        "claim_id": "CLAIM-A",
        "source_file": "remits.835",
        "source_offset": REMITS.index("CLP*CLAIM-A"),
        "claim_status_code": "1",
        "is_reversal": False,
        "total_charge_cents": 15000,
        "total_paid_cents": 7500,
        "patient_responsibility_cents": 1500,
        "payer_type": "commercial",
        "payer_claim_control_number": "ICN-A",
        "facility_code": "22",
        "claim_frequency_code": "1",
        "rendering_npi": "1245319599",
        "remit_date": pd.Timestamp("2026-11-02"),
        "received_date": pd.Timestamp("2026-10-05"),
        "statement_from_date": pd.Timestamp("2026-10-01"),
        "statement_to_date": pd.Timestamp("2026-10-01"),
    }


def test_a_line_keeps_what_was_adjudicated_and_what_was_submitted() -> None:
    first, second, reversed_line, _ = rows(read(REMITS), "remit_lines")
    assert first == {
        "remit_key": 0,
        "line_number": 1,
        "line_control_number": "L-1",
        "procedure_qualifier": "HC",
        "procedure_code": "64483",
        "modifier_1": "RT",
        "modifier_2": "59",
        "modifier_3": None,
        "modifier_4": None,
        "revenue_center_code": "0361",
        "quantity": 1.0,
        "original_procedure_qualifier": None,
        "original_procedure_code": None,
        "original_modifier_1": None,
        "original_modifier_2": None,
        "original_modifier_3": None,
        "original_modifier_4": None,
        "original_revenue_center_code": None,
        "original_quantity": 2.0,
        "line_charge_cents": 10000,
        "line_paid_cents": 8000,
        "service_from_date": pd.Timestamp("2026-10-01"),
        "service_to_date": pd.Timestamp("2026-10-01"),
        "rendering_npi": "1679576722",
    }
    assert (second["original_procedure_code"], second["original_modifier_1"]) == ("62322", "50")
    assert (second["quantity"], second["service_to_date"]) == (0.0, pd.Timestamp("2026-10-02"))
    assert (reversed_line["revenue_center_code"], reversed_line["procedure_code"]) == ("0450", None)
    assert (reversed_line["line_number"], reversed_line["quantity"]) == (1, 1.0)
    assert reversed_line["service_from_date"] is None


def test_adjustments_are_the_triplets_of_claim_and_line() -> None:
    columns = ("remit_key", "line_number", "position", "group_code", "carc", "adjustment_cents", "quantity")
    assert values(read(REMITS), "adjustments", *columns) == [
        (0, None, 1, "OA", "23", 500, None),
        (0, 1, 2, "CO", "45", -500, None),
        (0, 1, 3, "CO", "97", 1000, 2.0),
        (0, 1, 4, "PR", "2", 1500, None),
        (0, 2, 5, "CO", "50", 5000, None),
        (1, None, 1, "CO", "29", 4000, None),
        (2, 1, 1, "CO", "45", -4000, None),
        (2, 1, 2, "PR", "1", -750, None),
        (3, 1, 1, "CO", "45", 3000, None),
    ]


def test_remark_codes_of_claim_and_line_and_no_other_lists_of_codes() -> None:
    columns = ("remit_key", "line_number", "position", "segment", "rarc")
    assert values(read(REMITS), "remarks", *columns) == [
        (0, None, 1, "MOA", "MA01"),
        (0, None, 2, "MOA", "N20"),
        (0, 1, 3, "LQ", "N115"),
        (0, 1, 4, "LQ", "M25"),
        (1, None, 1, "MIA", "MA02"),
        (1, None, 2, "MIA", "N1"),
        (1, None, 3, "MIA", "N2"),
    ]


def test_references_of_claim_and_line() -> None:
    columns = ("remit_key", "line_number", "position", "qualifier", "reference")
    assert values(read(REMITS), "references", *columns) == [
        (0, None, 1, "F8", "ORIG-A"),
        (0, 1, 2, "6R", "L-1"),
        (0, 1, 3, "HPI", "1679576722"),
        (0, 2, 4, "6R", "L-2"),
        (1, None, 1, "G1", "AUTH-B"),
    ]


def test_provider_adjustments_are_the_pairs_of_a_plb() -> None:
    columns = ("payment_key", "position", "provider_npi", "reason_code", "reference", "adjustment_cents")
    result = read(REMITS)
    assert values(result, "provider_adjustments", *columns) == [
        (0, 1, "1234567893", "WO", "ICN-X", 1250),
        (0, 2, "1234567893", "72", None, -250),
    ]
    assert set(result.batch.provider_adjustments["fiscal_period_date"].dt.date) == {date(2026, 12, 31)}


def test_every_status_is_kept_and_a_reversal_is_flagged() -> None:
    result = read(REMITS)
    assert values(result, "remit_claims", "claim_id", "claim_status_code", "is_reversal") == [
        ("CLAIM-A", "1", False),
        ("CLAIM-B", "4", False),
        ("CLAIM-C", "22", True),
        ("CLAIM-C", "1", False),
    ]


def test_nothing_that_identifies_a_patient_or_a_person_is_in_any_table() -> None:
    result = read(REMITS)
    everything = "".join(getattr(result.batch, table).to_csv() for table in REMIT_TABLES)
    assert not re.search("SECRET|DOCTOR|900000001|WORDS", everything)
    assert not REFERENCE_QUALIFIERS & {"SY", "1W", "28", "EA", "IG", "1L", "6P", "TJ", "EI"}


def test_every_field_names_a_column_that_a_table_declares() -> None:
    tables = {"header": "payments", "1000A": "payments", "1000B": "payments", "2100": "remit_claims"}
    resolved = {"additional_payer_id"}
    for field in FIELDS:
        assert field.column in resolved | set(REMIT_TABLES[tables.get(field.loop, "remit_lines")])


# ── where the payer writes otherwise ──────────────────────────────────────────────────────────────────────────────────


def test_the_payer_id_falls_back_on_the_additional_one() -> None:
    assert values(read(edited("HEALTH PLAN*XV*04112", "HEALTH PLAN")), "payments", "payer_id") == [("99",)]


def test_a_payee_or_provider_that_is_no_npi_is_not_kept() -> None:
    result = read(edited("PAIN CLINIC*XX*1234567893", "PAIN CLINIC*FI*900000001"))
    assert values(result, "payments", "payee_npi") == [(None,)]
    result = read(edited("PLB*1234567893", "PLB*900000001"))
    assert values(result, "provider_adjustments", "provider_npi") == [(None,), (None,)]


def test_without_a_payment_date_the_production_date_is_the_remit_date() -> None:
    result = read(edited("*01*222*DA*44*20261102", ""))
    assert set(result.batch.remit_claims["remit_date"].dt.date) == {date(2026, 11, 1)}


def test_a_component_separator_that_isa16_does_not_declare_is_found_and_noted_once() -> None:
    result = read(envelope(BODY.replace(":", ">")))
    assert values(result, "remit_lines", "procedure_code", "modifier_2")[0] == ("64483", "59")
    assert notes(result) == [("SVC01", "composites are separated otherwise than ISA16 declares: read as they are")]


def test_another_version_is_read_and_noted() -> None:
    result = read(REMITS.replace("005010X221A1", "004010X091A1"))
    assert len(result.batch) == 4
    assert notes(result) == [("ST", "expected version 005010X221: read as if it were that")]


def test_names_in_utf8_are_decoded() -> None:
    assert values(read(edited("INVENTED HEALTH PLAN", "PLAN DE SALUD ÑANDÚ")), "payments", "payer_name") == [
        ("PLAN DE SALUD ÑANDÚ",)
    ]


# ── amounts that do not balance ───────────────────────────────────────────────────────────────────────────────────────


def test_an_imbalance_is_a_note_at_its_place_and_loses_no_remit() -> None:
    text = edited("CAS*CO*50*50~", "CAS*CO*50*49~")
    result = read(text)
    assert (len(result.batch), result.rejects) == (4, [])
    assert notes(result) == [
        ("CLP04", "expected the charge less the adjustments of the claim and its lines"),
        ("SVC03", "expected the charge less the adjustments of the line"),
    ]
    claim, line = result.notes
    assert (claim.claim_id, claim.loop, claim.byte_offset) == ("CLAIM-A", "2100", text.index("CLP*CLAIM-A"))
    assert (line.claim_id, line.loop, line.byte_offset) == ("CLAIM-A", "2110", text.index("SVC*HC:62323"))
    assert (line.segment_number, line.transaction_control) == (
        text[: text.index("SVC*HC:62323")].count("~") + 1,
        "0001",
    )


def test_a_payment_that_is_not_the_sum_is_noted_at_its_bpr() -> None:
    text = edited("BPR*I*82.5*", "BPR*I*82.51*")
    (note,) = read(text).notes
    assert (note.element, note.byte_offset, note.claim_id) == ("BPR02", text.index("BPR"), None)
    assert note.reason == "expected what the claims are paid less the provider adjustments"


def test_a_debit_takes_the_sum_from_the_provider() -> None:
    claim = "BPR*I*12.5*D*ACH~\nCLP*CLAIM-C*22*-60*-12.5*0*MC*ICN-C~\nCAS*CO*45*-47.5~\n"
    assert read(envelope(claim)).notes == ()


def test_each_transaction_balances_on_its_own() -> None:
    result = read(envelope(BODY, BODY.replace("BPR*I*82.5*", "BPR*I*82*"), BODY))
    assert [(note.element, note.transaction_control) for note in result.notes] == [("BPR02", "0002")]
    assert result.batch.remit_claims["payment_key"].tolist() == [0] * 4 + [1] * 4 + [2] * 4


def test_an_unreadable_adjustment_is_null_and_its_claim_is_not_judged() -> None:
    result = read(edited("CAS*CO*50*50~", "CAS*CO*50*SECRET~"))
    assert notes(result) == [("CAS03", "expected an amount in dollars")]
    assert values(result, "adjustments", "carc", "adjustment_cents")[4] == ("50", None)


# ── what cannot be read ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "element", "reason"),
    [
        ("CLP*CLAIM-A*1*150*75", "CLP**1*150*75", "CLP01", "expected a claim id"),
        ("CLP*CLAIM-A*1*150*75", "CLP*CLAIM-A**150*75", "CLP02", "expected a claim status"),
        ("CLP*CLAIM-A*1*150*75", "CLP*CLAIM-A*1*SECRET*75", "CLP03", "expected an amount in dollars"),
        ("CLP*CLAIM-A*1*150*75", "CLP*CLAIM-A*1*150*", "CLP04", "expected an amount in dollars"),
        ("59*100*80*", "59*100.005*80*", "SVC02", "expected an amount of whole cents"),
        ("62323*50*0**", "62323*50*SECRET**", "SVC03", "expected an amount in dollars"),
    ],
)
def test_a_remit_without_its_amounts_is_a_reject_and_the_others_stand(
    old: str, new: str, element: str, reason: str
) -> None:
    result = read(edited(old, new))
    (reject,) = result.rejects
    assert (reject.element, reject.reason) == (element, reason)
    assert (result.claims_read, len(result.batch), result.notes) == (4, 3, ())
    assert result.batch.remit_lines["remit_key"].tolist() == [1, 2]
    assert "SECRET" not in repr(result.rejects)


@pytest.mark.parametrize(
    ("old", "new", "element"),
    [
        ("*75*15*12*", "*75*SECRET*12*", "CLP05"),
        ("DTM*472*20261001", "DTM*472*20261399", "DTM02"),
        ("*0361*1**2~", "*0361*SECRET**2~", "SVC05"),
        ("*97*10*2~", "*97*10*SECRET~", "CAS07"),
        ("CAS*CO*29*40", "CAS*SECRET*29*40", "CAS01"),
        ("CAS*CO*29*40", "CAS*CO**40", "CAS02"),
        ("*20261231*WO", "*SECRET*WO", "PLB02"),
    ],
)
def test_any_other_value_that_cannot_be_read_is_null_and_noted_once(old: str, new: str, element: str) -> None:
    result = read(edited(old, new))
    assert (len(result.batch), [note.element for note in result.notes]) == (4, [element])
    assert "SECRET" not in repr(result.notes)


def test_a_service_line_without_claim_is_one_reject() -> None:
    result = read(edited("LX*1~", "LX*1~\nSVC*HC:1*1*1~\nCAS*CO*45*1~\nSVC*HC:2*1*1~"))
    assert [reject.reason for reject in result.rejects] == [
        "this service line stands in no claim: expected CLP before it"
    ]
    assert (result.claims_read, len(result.batch), len(result.batch.remit_lines)) == (5, 4, 4)
    assert len(result.batch.adjustments) == 9


def test_counts_and_control_numbers_that_disagree_are_noted() -> None:
    text = re.sub(r"SE\*\d+", "SE*3", REMITS).replace("GE*1*5", "GE*2*6").replace("IEA*1*000000007", "IEA*4*7")
    assert [element for element, _ in notes(read(text))] == ["SE01", "GE01", "GE02", "IEA01", "IEA02"]


def test_remits_before_a_group_that_closes_without_se_are_whole() -> None:
    result = read(re.sub(r"SE\*\d+\*0001~\n", "", REMITS))
    assert (len(result.batch), result.rejects) == (4, [])
    assert notes(result) == [("GE", "expected SE before it")]


def test_a_trailer_without_its_transaction_is_noted() -> None:
    assert notes(read(REMITS.replace("GE*1*5", "SE*1*0001~\nGE*1*5"))) == [("SE", "expected ST before SE")]


def test_a_file_that_ends_after_a_transaction_is_noted_and_loses_no_remit() -> None:
    result = read(REMITS[: REMITS.index("GE*")])
    assert (len(result.batch), result.rejects) == (4, [])
    assert [reason for _, reason in notes(result)] == ["the file ends inside this interchange: expected GE and IEA"]


def test_a_file_without_interchange_header_is_read_and_noted() -> None:
    result = read(REMITS[len(ISA) :])
    assert len(result.batch) == 4
    assert notes(result)[0] == (None, "expected ISA before GS or ST: read with the separators * : ~")


def test_a_payment_without_readable_amount_is_not_judged() -> None:
    assert notes(read(edited("BPR*I*82.5*", "BPR*I*SECRET*"))) == [("BPR02", "expected an amount in dollars")]


def test_empty_pairs_of_a_plb_and_empty_triplets_of_a_cas_are_nothing() -> None:
    result = read(edited("*72*-2.5~", "***72*-2.5~"))
    assert values(result, "provider_adjustments", "position", "reason_code") == [(1, "WO"), (2, "72")]
    result = read(edited("*45*-5**97*10*2~", "*45*-5*****97*10*2~"))
    assert values(result, "adjustments", "position", "carc")[1:3] == [(2, "45"), (3, "97")]


def test_an_unknown_segment_is_noted_without_its_words() -> None:
    (note,) = read(edited("MOA***MA01", "SECRET*X~\nMOA***MA01")).notes
    assert (note.segment, note.reason) == (None, "expected the id of a segment of the 835 guide")


# ── files that end too early ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("tail", ["", "CLP*CLAI", "CLP", "CL"])
def test_a_torn_file_gives_every_whole_remit_and_a_reject_for_the_cut_one(tail: str) -> None:
    torn = REMITS[: REMITS.index("CLP*CLAIM-B")] + tail
    result = read(torn)
    whole = 1 if tail else 0  # without the next CLP nothing says that CLAIM-A has no other segments
    assert (len(result.batch), len(result.rejects), result.claims_read) == (whole, 1, whole + 1)
    assert len(result.batch.remit_lines) == 2 * whole
    assert "the file ends inside this" in result.rejects[0].reason
    assert result.rejects[0].claim_id == (None if tail else "CLAIM-A")


def test_a_file_cut_anywhere_never_loses_a_remit_silently() -> None:
    data = REMITS.encode()
    for end in cuts(data, start=data.index(b"BPR")):
        result = read_remits_835(data[:end], "remits.835")
        begun = data[:end].count(b"CLP*")
        assert result.claims_read >= begun
        assert len(result.batch) >= begun - 1
        assert len(result.rejects) <= 1
        assert "SECRET" not in repr((result.rejects, result.notes))


def test_a_transaction_without_se_before_the_next_loses_only_its_last_remit() -> None:
    first, second = re.split(r"SE\*\d+\*0001~\n", envelope(BODY, BODY))
    result = read(first + second)
    assert (result.claims_read, len(result.batch)) == (8, 8)  # PLB had closed the claims
    body = BODY[: BODY.index("PLB")]
    first, second = re.split(r"SE\*\d+\*0001~\n", envelope(body, BODY))
    result = read(first + second)
    assert (result.claims_read, len(result.batch)) == (8, 7)
    assert result.rejects[0].claim_id == "CLAIM-C"


# ── files that are something else ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("set_id", "version", "named"),
    [
        ("837", "005010X222A1", "an 837P claim file"),
        ("837", "005010X223A3", "an 837I claim file"),
        ("837", "005010X224A2", "an 837D dental claim file"),
        ("277", "005010X214", "a 277CA claim acknowledgment"),
        ("277", "005010X212", "a 277 claim status response"),
    ],
)
def test_another_kind_of_file_is_refused_by_name_in_one_line(set_id: str, version: str, named: str) -> None:
    text = REMITS.replace("ST*835", f"ST*{set_id}").replace("005010X221A1", version)
    with pytest.raises(InputError) as refusal:
        read(text)
    assert str(refusal.value) == f"remits.835: {named}: expected 835 remittances"


def test_what_is_no_x12_is_refused_in_one_line() -> None:
    with pytest.raises(InputError) as refusal:
        read("claim_id,paid\nCLAIM-A,80\n")
    assert str(refusal.value).endswith("; is it an 835 file?")


def test_another_transaction_beside_remittances_is_a_reject() -> None:
    result = read(envelope(BODY, BODY).replace("ST*835*0002", "ST*277*0002"))
    (reject,) = result.rejects
    assert reject.reason == "a 277 claim status response: expected 835 remittances"
    assert (result.claims_read, len(result.batch), len(result.batch.payments)) == (5, 4, 1)


def test_a_remit_outside_any_transaction_is_a_reject() -> None:
    result = read(REMITS.replace("GE*1*5", "CLP*CLAIM-D*1*5*5~\nGE*1*5"))
    (reject,) = result.rejects
    assert (reject.claim_id, reject.reason) == (
        "CLAIM-D",
        "this claim stands in no transaction: expected ST before it",
    )


# ── whole files, streams and joins ────────────────────────────────────────────────────────────────────────────────────


def test_a_stream_gives_whole_transactions_and_joins_to_what_one_reading_gives() -> None:
    text = envelope(BODY, BODY, BODY.replace("BPR*I*82.5*", "BPR*I*1*"), BODY).replace("IEA*1", "IEA*2")
    results = list(stream_remits_835(io.BytesIO(text.encode()), "remits.835", block_bytes=1500))
    assert len(results) > 1
    assert all(len(result.batch) % 4 == 0 for result in results)
    joined, whole = concat_remit_results(results), read(text)
    assert (joined.claims_read, joined.rejects, joined.notes) == (whole.claims_read, whole.rejects, whole.notes)
    for table in REMIT_TABLES:
        pd.testing.assert_frame_equal(getattr(joined.batch, table), getattr(whole.batch, table))


def test_a_gzip_file_is_read_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "remits.835"
    path.write_bytes(gzip.compress(REMITS.encode()))
    assert read_remit_file(path).batch.remit_claims["source_file"].unique().tolist() == [str(path)]


def test_no_batches_join_to_an_empty_one_with_every_column() -> None:
    empty = concat_remits([])
    for table, kinds in REMIT_TABLES.items():
        frame = getattr(empty, table)
        assert (len(frame), {c: str(frame[c].dtype) for c in frame}) == (
            0,
            {c: REMIT_DTYPES[kind] for c, kind in kinds.items()},
        )


def test_tables_and_columns_that_are_not_declared_are_refused() -> None:
    with pytest.raises(ValueError, match="tables not in a remit batch: patients"):
        make_remits({"patients": {}})
    with pytest.raises(ValueError, match="remarks: columns not in the table: words"):
        make_remits({"remarks": {"words": []}})


def test_a_result_whose_counts_do_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="read 2 remits, but 0 in the batch and 0 rejects"):
        RemitResult(make_remits({}), [], 2)
