"""What is written is what is read: read(write(batch)) == batch, for anything the layout can say."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.claims import make_batch
from risk.claims.tables import MODIFIERS, PAYER_TYPES, POINTERS
from risk.readers import read_claims
from synthetic_data.write_csv import write_claims_csv

# Any text a cell can hold: no control characters, no spaces at the ends (they are trimmed), not blank.
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and bool(text)
)
notes = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), min_size=1, max_size=40).filter(
    lambda text: text == text.strip()
)
codes = st.text("ABCDEFGHJKLMNP0123456789", min_size=2, max_size=5)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def maybe(strategy):
    return st.none() | strategy


@st.composite
def lines(draw, institutional):
    start = draw(days)
    pointers = [] if institutional else draw(st.lists(st.integers(1, 12), max_size=4))
    modifiers = draw(st.lists(codes, max_size=4))
    line = {
        "procedure_code": draw(codes),
        "quantity": draw(maybe(st.integers(-5, 10**6).map(lambda number: number / 8))),
        "line_charge_cents": draw(st.integers(-(10**6), 10**12 - 1)),
        "service_from_date": start,
        "service_to_date": draw(st.just(start) | days),
        "revenue_center_code": draw(st.integers(1000, 9999).map(str)) if institutional else None,
        "note": draw(maybe(notes)),
    }
    line |= dict(zip(MODIFIERS, modifiers, strict=False)) | dict(zip(POINTERS, pointers, strict=False))
    if institutional and draw(st.booleans()):
        line["procedure_code"] = None
    return line


@st.composite
def claims(draw):
    institutional = draw(st.booleans())
    own = draw(st.lists(lines(institutional), min_size=1, max_size=4))
    return {
        "claim": {
            "claim_id": draw(texts),
            "claim_kind": "institutional" if institutional else "professional",
            "payer_id": draw(texts),
            "payer_name": draw(maybe(texts)),
            "payer_type": draw(maybe(st.sampled_from(PAYER_TYPES))),
            "member_id": draw(maybe(texts)),
            "subscriber_relationship_code": draw(maybe(st.sampled_from(["18", "01", "19", "G8"]))),
            "patient_birth_date": draw(maybe(days)),
            "patient_sex": draw(maybe(st.sampled_from("FMU"))),
            "patient_state": draw(maybe(st.sampled_from(["CO", "TX"]))),
            "billing_npi": draw(maybe(texts)),
            "billing_taxonomy_code": draw(maybe(codes)),
            "rendering_npi": draw(maybe(texts)),
            "referring_npi": draw(maybe(texts)),
            "facility_npi": draw(maybe(texts)),
            "facility_state": draw(maybe(st.sampled_from(["CO", "TX"]))),
            "place_of_service_code": None if institutional else draw(maybe(st.sampled_from(["11", "22"]))),
            "bill_type_code": "131" if institutional else None,
            "claim_frequency_code": draw(maybe(st.sampled_from("178"))),
            "submission_date": draw(maybe(days)),
            "prior_auth_number": draw(maybe(texts)),
            "total_charge_cents": draw(st.integers(0, 10**12 - 1)),
        },
        "lines": own,
        "diagnoses": draw(
            st.dictionaries(st.integers(2, draw(st.sampled_from([12, 25]))), codes, max_size=6).map(
                lambda others: {1: "M5416"} | others
            )
        ),
        "note": draw(maybe(notes)),
    }


def batch_of(drawn, file):
    claim_rows, line_rows, dx_rows, note_rows, row = [], [], [], [], 2
    for key, one in enumerate(drawn):
        claim_rows.append(one["claim"] | {"source_file": file, "source_offset": row})
        note_rows += [{"claim_key": key, "line_number": None, "note_text": one["note"]}] if one["note"] else []
        for number, line in enumerate(one["lines"], start=1):
            values = dict(line)
            if (note := values.pop("note")) is not None:
                note_rows.append({"claim_key": key, "line_number": number, "note_text": note})
            line_rows.append({"claim_key": key, "line_number": number} | values)
            row += 1
        for position, code in one["diagnoses"].items():
            qualifier = "principal" if position == 1 else "other"
            dx_rows.append({"claim_key": key, "dx_position": position, "dx_code": code, "dx_qualifier": qualifier})
    return make_batch(*(pd.DataFrame(rows) for rows in (claim_rows, line_rows, dx_rows, note_rows)))


@settings(max_examples=60, deadline=None)
@given(st.lists(claims(), max_size=5))
def test_what_is_written_is_what_is_read(drawn):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "claims.csv"
        batch = batch_of(drawn, str(path))
        write_claims_csv(batch, path)
        result = read_claims(path)
    assert [str(reject) for reject in result.rejects] == []
    for name in ("claims", "service_lines", "diagnoses", "notes"):
        pd.testing.assert_frame_equal(getattr(result.batch, name), getattr(batch, name))
