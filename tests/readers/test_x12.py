from __future__ import annotations

import pytest

from risk.errors import InputError
from risk.readers.elements import Unreadable, cents, day, period_end, period_start, pointer, quantity, sex
from risk.readers.x12 import BLANKS, Delimiters, split_interchanges, utf8

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *261102*0915*^*00501*000000101*0*T*:"
BODY = ["GS*HC*A*B*20261102*0915*7*X*005010X222A1", "ST*837*0001", "SE*2*0001", "GE*1*7", "IEA*1*000000101"]


def interchange(terminator: str = "~", line_end: str = "", header: str = ISA) -> str:
    return "".join(segment + terminator + line_end for segment in [header, *BODY])


def segments(text: str) -> list[str]:
    return [
        stripped
        for one in split_interchanges(text.encode("latin-1"), "file")
        for piece in one.pieces
        if (stripped := piece.strip(BLANKS))
    ]


def test_delimiters_come_from_the_isa() -> None:
    text = interchange().replace("*", "|").replace(":", ">").replace("^", "!").replace("~", "\x1c")
    (found,) = split_interchanges(text.encode(), "file")
    assert found.delimiters == Delimiters("|", ">", "!", "\x1c")
    assert found.pieces[1].startswith("GS|HC|")


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n", "\n    ", "\n\n", "\r"])
def test_line_ends_and_indentation_between_segments_change_nothing(line_end: str) -> None:
    assert segments(interchange(line_end=line_end)) == [ISA, *BODY]


@pytest.mark.parametrize("terminator", ["\n", "\r\n", "\r"])
def test_a_line_end_can_be_the_terminator(terminator: str) -> None:
    assert segments(interchange(terminator=terminator)) == [ISA, *BODY]


def test_a_line_end_before_the_terminator_is_not_part_of_it() -> None:
    assert segments("".join(segment + "\n~" for segment in [ISA, *BODY])) == [ISA, *BODY]


def test_an_isa_that_is_not_padded_is_read_by_counting_its_elements() -> None:
    header = "ISA*00**00**ZZ*SENDER*ZZ*RECEIVER*261102*0915*^*00501*1*0*T*>"
    with pytest.raises(InputError):
        split_interchanges(interchange(header=header.replace("*00*", "*0*")).encode(), "file")
    padded = header.replace("**", "*          *")
    (found,) = split_interchanges(interchange(header=padded).encode(), "file")
    assert found.delimiters == Delimiters("*", ">", "^", "~")


def test_an_isa_wrapped_over_two_lines_is_read() -> None:
    wrapped = ISA[:80] + "\n" + ISA[80:]
    (found,) = split_interchanges(interchange(header=wrapped, line_end="\n").encode(), "file")
    assert found.delimiters == Delimiters()


def test_delimiters_may_change_between_interchanges_of_one_file() -> None:
    second = interchange().replace("*", "|").replace("~", "'")
    found = split_interchanges((interchange() + "\n" + second).encode(), "file")
    assert [one.delimiters.element for one in found] == ["*", "|"]
    assert [one.delimiters.terminator for one in found] == ["~", "'"]


@pytest.mark.parametrize("lead", ["", "\xef\xbb\xbf", "  \n", "Subject: claims of today\n\n"])
def test_offsets_count_bytes_from_the_start_of_the_file(lead: str) -> None:
    data = (lead + interchange(line_end="\n  ")).encode("latin-1")
    (found,) = split_interchanges(data, "file")
    for piece, expected in enumerate([b"ISA", b"GS", b"ST", b"SE", b"GE", b"IEA"]):
        offset = found.offset(piece)
        assert data[offset : offset + len(expected)] == expected


def test_letters_that_only_look_like_a_header_do_not_split_a_file() -> None:
    text = interchange().replace("SE*2", "NM1*IL*1*ISA*VISA*X*Y~SE*2")
    assert len(split_interchanges(text.encode(), "file")) == 1


def test_segment_ids_may_be_in_lower_case() -> None:
    (found,) = split_interchanges(interchange().lower().encode(), "file")
    assert found.has_header


def test_without_isa_the_customary_delimiters_hold() -> None:
    (found,) = split_interchanges(("\n" + interchange(line_end="\n").split("~", 1)[1].strip()).encode(), "file")
    assert not found.has_header
    assert found.delimiters == Delimiters()
    assert found.offset(0) == 1


@pytest.mark.parametrize("data", [b"", b"claim_id,payer_id\n1,2\n", b"ISA", ISA[:60].encode(), ISA.encode()])
def test_what_is_no_x12_is_refused_with_what_was_expected(data: bytes) -> None:
    with pytest.raises(InputError, match="claims\\.dat: expected an X12 file"):
        split_interchanges(data, "claims.dat")


def test_utf8_and_latin1_values_are_both_decoded() -> None:
    assert utf8("Jos\u00e9".encode().decode("latin-1")) == "Jos\u00e9"
    assert utf8("Jos\u00e9") == "Jos\u00e9"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("12", 1200),
        ("12.3", 1230),
        ("12.34", 1234),
        (".5", 50),
        ("-1.05", -105),
        ("12.3400", 1234),
        ("7.", 700),
    ],
)
def test_amounts_become_exact_cents(text: str, expected: int) -> None:
    assert cents(text) == expected


@pytest.mark.parametrize(
    "text", ["12.345", "1,200", "$5", "1e3", "nan", "NaN", "\u0661", "5 0", "--1", ".", "9" * 16, ""]
)
def test_an_amount_that_is_not_one_is_never_guessed(text: str) -> None:
    with pytest.raises(Unreadable, match="expected"):
        cents(text)


def test_dates_are_days_of_the_calendar() -> None:
    assert day("19700102") == 1
    assert (period_start("20261001-20261003"), period_end("20261001-20261003")) == (day("20261001"), day("20261003"))
    assert period_start("20261001") == period_end("20261001")
    for text in ("20260229", "2026100", "202610011", "20261301", "2026-1-1", "abcdefgh", "00000000"):
        with pytest.raises(Unreadable, match="expected a date"):
            day(text)


def test_other_elements_are_read_exactly_or_not_at_all() -> None:
    assert quantity("2.5") == 2.5
    assert pointer("12") == 12
    assert sex("f") == "F"
    for read, text in (
        (quantity, "two"),
        (quantity, "inf"),
        (pointer, "13"),
        (pointer, "0"),
        (pointer, "A"),
        (sex, "X"),
    ):
        with pytest.raises(Unreadable):
            read(text)
