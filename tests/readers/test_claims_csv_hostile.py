"""Whatever a file holds: it is read, rejected with a place, or refused in one line."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from risk.claims.validate import structural_failures
from risk.errors import InputError
from risk.readers import read_claim_data

HEADER = (
    "claim_id,payer_id,dx_code_1,procedure_code,line_charge,"
    "service_from_date,line_number,quantity,dx_pointers,line_note"
)
GOOD = ("A1", "P1", "M54.16", "99213", "100.00", "2026-10-02", "1", "1", "1:2", "better")
odd = st.sampled_from(
    [
        "",
        " ",
        "\u00a0",
        "0",
        "-1",
        "1e9",
        "NaN",
        "=1+1",
        "'",
        "|",
        ";",
        "9" * 30,
        "2026-13-01",
        "A" * 300,
        "é",
        "\u2028",
    ]
)
cells = st.sampled_from(["A1", "A2", "1", "2", *GOOD]) | odd
rows = st.lists(cells, min_size=len(GOOD), max_size=len(GOOD)) | st.lists(cells, max_size=12) | st.just(list(GOOD))


@settings(max_examples=150, deadline=None)
@given(st.lists(rows, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_every_row_ends_in_a_claim_or_a_reject(drawn, newline):
    text = newline.join([HEADER, *(",".join(f'"{cell}"' for cell in row) for row in drawn), ""])
    result = read_claim_data(text.encode(), "f")
    assert structural_failures(result.batch) == []
    assert result.claims_read == len(result.batch) + len(result.rejects)
    assert all(reject.row and 2 <= reject.row <= len(drawn) + 1 for reject in result.rejects)
    if any(row == list(GOOD) for row in drawn):
        assert result.claims_read >= 1


def read_or_refusal(data):
    """The result, or the line that refuses the file."""
    try:
        return read_claim_data(data, "f")
    except InputError as error:
        return str(error)


@settings(max_examples=150, deadline=None)
@given(st.text('"\n\r,;\tA1', max_size=80))
@example('"')
@example('A1,"\n')
@example("\r\r\n")
def test_loose_quotes_and_line_breaks_are_read_or_refused(text):
    outcome = read_or_refusal((HEADER + "\n" + text).encode())
    assert "\n" not in outcome if isinstance(outcome, str) else structural_failures(outcome.batch) == []


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
@example(b"ISA")
@example(b"\xff\xfe")
@example(b"sep=,\n")
@example(b"sep=#\n")
@example(b'"' * 3)
def test_any_bytes_are_refused_in_one_line_or_read(data):
    outcome = read_or_refusal(data)
    assert "\n" not in outcome if isinstance(outcome, str) else structural_failures(outcome.batch) == []


def test_a_cell_longer_than_any_is_read():
    note = "x" * (1 << 23)
    row = ",".join(GOOD[:-1])
    result = read_claim_data(f"{HEADER}\n{row},{note}\n{row.replace('A1', 'A2')},ok\nA3,{note}\n".encode(), "f")
    assert result.batch.notes["note_text"].str.len().tolist() == [1 << 23, 2]
    assert [(one.claim_id, one.row) for one in result.rejects] == [("A3", 4)]
