"""X12 files that are broken, foreign or out to do harm: a result that adds up or one line, never another exception."""

from __future__ import annotations

import io
import random
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from risk.claims import claim, line
from risk.claims.examples import batch_of
from risk.cli import run
from risk.errors import DenialRiskError, InputError
from risk.readers.claims_837 import SMALL, ClaimReader, read_claims_837, stream_claims_837
from risk.readers.rejects import ReadResult, concat_results
from risk.readers.remits_835 import read_remits_835
from risk.readers.x12 import LONGEST
from synthetic_data.write_837 import write_claims_837p
from tests.readers.cuts import cuts

if TYPE_CHECKING:
    from collections.abc import Callable

    from risk.readers.remit_result import RemitResult

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PROFESSIONAL = (FIXTURES / "professional.837").read_bytes()
INSTITUTIONAL = (FIXTURES / "institutional.837").read_bytes()
REMITTANCE = (FIXTURES / "remittance.835").read_bytes()
READERS = {"837": read_claims_837, "835": read_remits_835}
WAYS = pytest.mark.parametrize("small", [SMALL, 0], ids=["loop", "columns"])


def outcome(data: bytes, read: Callable[[bytes, str], ReadResult | RemitResult]) -> ReadResult | RemitResult | None:
    """What a reader makes of a file, null where it refuses it; what it read must add up."""
    try:
        result = read(data, "file")
    except DenialRiskError:
        return None
    assert result.claims_read == len(result.batch) + len(result.rejects)
    return result


# ── files that are something else ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG\r\n\x1a\n" + bytes(200), random.Random(1).randbytes(5000), b"ISA", b"ISA*" * 5000, b"~" * 5000],
    ids=["empty", "image", "noise", "three letters", "look-alikes", "terminators"],
)
@pytest.mark.parametrize("kind", READERS)
def test_what_is_no_x12_at_all_is_refused(data: bytes, kind: str) -> None:
    with pytest.raises(InputError):
        READERS[kind](data, "file")


def test_each_reader_refuses_the_others_files_by_name() -> None:
    with pytest.raises(InputError, match="an 835 remittance: expected 837P or 837I claims"):
        read_claims_837(REMITTANCE, "file")
    with pytest.raises(InputError, match="an 837P claim file: expected 835 remittances"):
        read_remits_835(PROFESSIONAL, "file")


@pytest.mark.parametrize(
    ("set_id", "guide", "name"),
    [("270", "005010X279A1", "a 270 eligibility inquiry"), ("837", "004010X097A1", "a version 4010 837D")],
)
def test_inquiries_and_old_dental_claims_are_refused_by_name(set_id: str, guide: str, name: str) -> None:
    data = PROFESSIONAL.replace(b"ST*837*", f"ST*{set_id}*".encode()).replace(b"005010X222A1", guide.encode())
    with pytest.raises(InputError, match=name):
        read_claims_837(data, "file")


@pytest.mark.parametrize("arguments", [["check"], ["check", "--structure"], ["score", "--rules-only"]], ids=" ".join)
def test_a_remittance_given_as_claims_is_one_line_on_the_command_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([arguments[0], str(FIXTURES / "remittance.835"), *arguments[1:]]) == 2
    (message,) = capsys.readouterr().err.splitlines()
    assert "an 835 remittance" in message


# ── broken files ──────────────────────────────────────────────────────────────────────────────────────────────────────


@WAYS
@pytest.mark.parametrize(
    ("data", "terminator"), [(INSTITUTIONAL, b"^"), (PROFESSIONAL, b"~")], ids=["institutional", "professional"]
)
def test_the_beginnings_of_a_claim_file_give_its_whole_claims(
    data: bytes, terminator: bytes, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClaimReader.__init__, "__defaults__", (small,))
    complete = read_claims_837(data, "file").batch.claims
    ends = [data.index(b"\n", data.index(mark) + 1) for mark in (b"\nHL*3", b"\nSE*78", b"\nSE|") if mark in data]
    for end in cuts(data, terminator):
        result = outcome(data[:end], read_claims_837)
        whole = sum(end > one for one in ends)
        if result is None:
            assert whole == 0
        else:
            assert len(result.batch) >= whole
            assert len(result.rejects) <= 1
            assert result.batch.claims.equals(complete.iloc[: len(result.batch)])


def test_the_beginnings_of_a_remittance_give_its_whole_remits() -> None:
    complete = read_remits_835(REMITTANCE, "file").batch.remit_claims
    ends = [REMITTANCE.index(b"CLP*CLAIM-A*22") + 4, REMITTANCE.index(b"PLB*") + 4]
    for end in cuts(REMITTANCE):
        result = outcome(REMITTANCE[:end], read_remits_835)
        whole = sum(end > one for one in ends)
        if result is None:
            assert whole == 0
        else:
            assert len(result.batch) >= whole
            assert len(result.rejects) <= 1
            assert result.batch.remit_claims["claim_id"].tolist() == complete["claim_id"].tolist()[: len(result.batch)]


def spoilt_bytes(data: bytes, count: int) -> list[bytes]:
    """Copies of a file with one byte replaced by a separator, a line end or something that is no text."""
    draw = random.Random(20261102)
    places = [(draw.randrange(len(data)), draw.choice(b"~*:^\n\0A\xff")) for _ in range(count)]
    return [data[:at] + bytes([byte]) + data[at + 1 :] for at, byte in places]


@WAYS
@pytest.mark.parametrize("data", [PROFESSIONAL, INSTITUTIONAL], ids=["professional", "institutional"])
def test_one_wrong_byte_in_a_claim_file_is_no_bug(data: bytes, small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClaimReader.__init__, "__defaults__", (small,))
    for spoilt in spoilt_bytes(data, 80):
        outcome(spoilt, read_claims_837)


def test_one_wrong_byte_in_a_remittance_is_no_bug() -> None:
    for spoilt in spoilt_bytes(REMITTANCE, 100):
        outcome(spoilt, read_remits_835)


@pytest.mark.parametrize(("kind", "data"), [("837", PROFESSIONAL), ("835", REMITTANCE)])
def test_zero_bytes_lose_nothing_silently(kind: str, data: bytes) -> None:
    outcome(data.replace(b"~\n", b"~\0\n"), READERS[kind])
    for spoilt in (data.replace(b"CLAIM", b"CL\0AIM"), data + bytes(1000)):
        result = outcome(spoilt, READERS[kind])
        assert result is not None
        assert result.claims_read >= 2


# ── size ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Endless(io.RawIOBase):
    """Some bytes, and then letters without end."""

    def __init__(self, head: bytes, letters: int) -> None:
        self.head, self.letters = head, letters

    def read(self, size: int = -1) -> bytes:
        taken, self.head = self.head[:size], self.head[size:]
        more = min(size - len(taken), self.letters)
        self.letters -= more
        return taken + b"A" * more


@pytest.mark.parametrize("before", [b"", b"HL*1*", b"CLM*", b"NTE*ADD*"], ids=["header", "level", "claim", "note"])
def test_an_element_of_100_mb_is_refused_before_it_takes_memory(before: bytes) -> None:
    at = PROFESSIONAL.index(before) + len(before)
    stream = Endless(PROFESSIONAL[:at], 100 << 20)
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            list(stream_claims_837(stream, "file"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3.1 * LONGEST  # the window before and after it grows, and what this stream holds
    assert stream.letters > 80 << 20


def test_an_element_of_many_megabytes_in_a_remittance_is_a_result_or_one_line() -> None:
    at = REMITTANCE.index(b"EFT-0071")
    result = outcome(REMITTANCE[:at] + b"A" * (20 << 20) + REMITTANCE[at:], read_remits_835)
    assert result is None or result.claims_read == 2


def test_a_file_that_grows_while_it_is_read_is_read_as_far_as_it_had_grown(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    path.write_bytes(PROFESSIONAL * 3)
    results: list[ReadResult] = []
    with path.open("rb", buffering=0) as stream:
        for result in stream_claims_837(stream, "file", block_bytes=500):
            if not results:
                with path.open("ab") as growing:
                    growing.write(PROFESSIONAL + PROFESSIONAL[: PROFESSIONAL.index(b"LX*2")])
            results.append(result)
    whole = concat_results(results)
    assert whole.batch.claims["claim_id"].tolist() == ["CLAIM-A", "CLAIM-B"] * 4
    assert [reject.claim_id for reject in whole.rejects] == ["CLAIM-A"]


# ── what others write and is read all the same ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "variant",
    [
        REMITTANCE.replace(b"\n", b""),
        REMITTANCE.replace(b"\n", b"\r\n"),
        REMITTANCE.replace(b"\n", b"\n\n   "),
        REMITTANCE.replace(b"~\n", b"\n"),
        REMITTANCE.replace(b"*", b"\x1d").replace(b":", b"\x1f").replace(b"~\n", b"\x1c"),
        b"\xef\xbb\xbf" + REMITTANCE,
        REMITTANCE.replace(b"*^*00501*", b"*U*00501*"),
        REMITTANCE.replace(b"CLP*", b"clp*").replace(b"SVC*", b"svc*").replace(b"CAS*", b"Cas*"),
    ],
    ids=["one line", "crlf", "blank lines", "newline terminator", "control characters", "bom", "isa11 u", "case"],
)
def test_the_way_a_remittance_is_laid_out_changes_nothing(variant: bytes) -> None:
    expected, got = read_remits_835(REMITTANCE, "file"), read_remits_835(variant, "file")
    assert (got.rejects, got.notes) == ([], ())
    for table in ("payments", "remit_claims", "remit_lines", "adjustments", "remarks", "provider_adjustments"):
        mine, other = (
            getattr(one.batch, table).drop(columns="source_offset", errors="ignore") for one in (expected, got)
        )
        pd.testing.assert_frame_equal(mine, other)


def test_remittances_with_other_separators_and_text_before_them_are_one_batch() -> None:
    other = REMITTANCE.replace(b"*", b"|").replace(b":", b">").replace(b"~", b"!")
    result = read_remits_835(b"Dear all,\n" + REMITTANCE + other, "file")
    assert result.batch.remit_lines["procedure_code"].tolist() == ["64483", "62323"] * 2
    assert [note.byte_offset for note in result.notes] == [0]


@WAYS
@pytest.mark.parametrize(
    "variant",
    [
        PROFESSIONAL.replace(b"*^*00501*", b"*U*00501*"),
        b"\n".join(line[:3].lower() + line[3:] for line in PROFESSIONAL.split(b"\n")),
        PROFESSIONAL.replace(b"HL*3*1*22", b"HL*2*1*22").replace(b"HL*4*3*23", b"HL*4*2*23"),
    ],
    ids=["isa11 u", "case", "repeated hl"],
)
def test_old_repetition_lower_case_and_repeated_level_numbers_change_no_claim(
    variant: bytes, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClaimReader.__init__, "__defaults__", (small,))
    expected, got = read_claims_837(PROFESSIONAL, "file").batch, read_claims_837(variant, "file").batch
    pd.testing.assert_frame_equal(got.claims, expected.claims)
    pd.testing.assert_frame_equal(got.service_lines, expected.service_lines)


@WAYS
def test_twelve_diagnoses_sixty_lines_and_one_id_for_several_claims_are_read(
    small: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClaimReader.__init__, "__defaults__", (small,))
    dx = [
        "M54.16",
        "M54.17",
        "G89.4",
        "M47.816",
        "M47.817",
        "M51.26",
        "M51.27",
        "M48.061",
        "M96.1",
        "G57.01",
        "G57.02",
        "M79.7",
    ]
    long = claim(dx=dx, lines=[line("64493")] * 60)
    path = tmp_path / "claims.837"
    write_claims_837p(batch_of(*[long] * 3), path)
    data = path.read_bytes()
    ids = [piece.partition(b"*")[0] for piece in data.split(b"CLM*")[1:]]
    for one in ids:
        data = data.replace(b"CLM*" + one + b"*", b"CLM*SAME*")
    result = read_claims_837(data, "file")
    assert result.batch.claims["claim_id"].tolist() == ["SAME"] * 3
    assert result.batch.claims["claim_key"].tolist() == [0, 1, 2]
    assert result.batch.service_lines.groupby("claim_key").size().tolist() == [60] * 3
    assert result.batch.diagnoses.groupby("claim_key")["dx_position"].max().tolist() == [12] * 3


@WAYS
def test_a_replacement_names_the_claim_it_replaces(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClaimReader.__init__, "__defaults__", (small,))
    data = PROFESSIONAL.replace(b"HI*ABK:M542~", b"REF*F8*ICN-1~\nHI*ABK:M542~")
    second = read_claims_837(data, "file").batch.claims.iloc[1]
    assert (second["claim_frequency_code"], second["original_claim_number"]) == ("7", "ICN-1")
