"""The columns and the plain loop give the same tables, rejects and notes, whatever the file looks like.

``DENIAL_RISK_MUTATIONS`` says how many spoilt files are tried: some here, 10,000 by ``make mutations``, which ``make``
runs too, and many more by ``make mutations-long``.
"""

from __future__ import annotations

import io
import os
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from risk.claims import claim, line
from risk.claims.examples import batch_of
from risk.claims.tables import TABLES
from risk.errors import InputError
from risk.readers.claim_loop import ClaimLoop
from risk.readers.claims_837 import ClaimReader, claim_blocks, read_claims_837, stream_claims_837
from risk.readers.rejects import ReadResult, Reject, concat_results
from risk.readers.x12 import split_interchanges, utf8
from synthetic_data.write_837 import write_claims_837i, write_claims_837p
from tests.readers.comparing import disagreement, read_or_none

if TYPE_CHECKING:
    from collections.abc import Sequence

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
SHARED = Path(os.environ.get("DENIAL_RISK_SHARED") or Path(__file__).resolve().parents[3] / "shared")
CORPUS = sorted(path for path in (SHARED / "corpus").glob("*/*") if path.is_file()) if SHARED.exists() else []
MUTATIONS = int(os.environ.get("DENIAL_RISK_MUTATIONS", "200"))
BATCHES = 20
LARGE, SMALL = 1 << 22, 900


def read_by_loop(data: bytes) -> ReadResult:
    loop = ClaimLoop("f")
    interchanges = split_interchanges(data, "f")
    if data[: interchanges[0].start].removeprefix(b"\xef\xbb\xbf").strip():
        loop.notes.append(Reject("f", "the text before the first ISA segment is left out", byte_offset=0))
    for interchange in interchanges:
        loop.read(interchange)
    if not loop.claim_transactions:
        raise InputError("f", "no claims")
    return ReadResult(loop.tables.batch(utf8), loop.rejects, loop.claims_read, notes=tuple(loop.notes))


def read_by_columns(data: bytes, block_bytes: int) -> ReadResult:
    reader = ClaimReader("f", small=0)
    for block in claim_blocks(io.BytesIO(data), "f", block_bytes):
        reader.read(block)
    return reader.finish()


def difference(data: bytes, sizes: Sequence[int] = (LARGE, SMALL)) -> str | None:
    """What the two ways of reading disagree on, or null."""
    expected = read_or_none(lambda: read_by_loop(data))
    for size in sizes:
        found = read_or_none(lambda size=size: read_by_columns(data, size))
        if told := disagreement(expected, found, TABLES):
            return f"blocks of {size}: {told}"
    return None


# ── whole files ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.837")), ids=lambda path: path.name)
def test_fixtures(path: Path) -> None:
    assert difference(path.read_bytes(), (LARGE, SMALL, 300)) is None


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_files_of_other_writers(path: Path) -> None:
    assert difference(path.read_bytes()) is None


@pytest.mark.parametrize("separators", ["*:^~", "|>\\\n", "\x1d\x1f\x1e\x1c"], ids=repr)
@pytest.mark.parametrize("line_end", ["", "\r\n", "\n    "], ids=repr)
def test_generated_files_of_many_claims(tmp_path: Path, separators: str, line_end: str) -> None:
    claims = [
        claim(note="first; second", lines=[line("62323", modifiers=["KX"], note="left"), line("77003")]),
        claim(subscriber_relationship_code="19", prior_auth_number="A1", payer_type="medicare"),
        claim(dx=["M54.16", "G89.4", "M47.816"], facility_npi="1679576722", place_of_service_code="24"),
    ]
    path = tmp_path / "claims.837"
    write_claims_837p(batch_of(*claims * 40), path, separators=separators, line_end=line_end)
    data = path.read_bytes()
    assert difference(data, (LARGE, 5000)) is None
    assert len(read_by_columns(data, 5000).batch) == 120


def test_generated_institutional_claims(tmp_path: Path) -> None:
    lines = [line("62323", revenue_center_code="0360")]
    outpatient = claim(claim_kind="institutional", bill_type_code="131", place_of_service_code=None, lines=lines)
    path = tmp_path / "claims.837"
    write_claims_837i(batch_of(*[outpatient] * 30), path)
    assert difference(path.read_bytes()) is None


def test_claims_with_other_payers_codes_and_attachments_are_read_by_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    head, claim_a, rest = (FIXTURES / "other_payers.837").read_bytes().partition(b"CLM*CLAIM-A")
    claim_a, claim_b, _ = (claim_a + rest).replace(b"SE*", b"CLM*CLAIM-B", 1).split(b"CLM*CLAIM-B", 2)
    end = b"SE*4000*0001~\nGE*1*9~\nIEA*1*000000103~\n"
    hospital = (head + b"CLM*CLAIM-B" + claim_b).replace(b"222A1", b"223A2")
    by_loop: list[object] = []
    for data in (head + claim_a * 60 + end, hospital + (b"CLM*CLAIM-B" + claim_b) * 59 + end):
        assert difference(data, (LARGE, 5000)) is None
        with monkeypatch.context() as patched:
            patched.setattr(ClaimLoop, "keep", lambda _, claim: by_loop.append(claim))
            found = read_by_columns(data, 5000).batch
        assert (len(found), by_loop) == (60, [])
        assert found.other_payers["claim_key"].nunique() == 60


def test_a_stream_gives_the_claims_of_the_file_block_by_block(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    write_claims_837p(batch_of(*[claim()] * 50), path)
    data = path.read_bytes().replace(b"CLM*", b"ZZ~CLM*", 1)
    with path.open("rb") as stream:
        results = list(stream_claims_837(stream, "f", block_bytes=2000))
    assert len(results) > 5
    whole, joined = read_claims_837(path.read_bytes(), "f"), concat_results(results)
    assert all(getattr(whole.batch, table).equals(getattr(joined.batch, table)) for table in TABLES)
    assert read_claims_837(data, "f").notes != ()


def test_a_claim_that_does_not_end_is_given_up_before_memory_is() -> None:
    head = (FIXTURES / "professional.837").read_bytes().partition(b"CLM*")[0]
    endless = io.BytesIO(head + b"CLM*" + b"A" * (40 << 20))
    with pytest.raises(InputError, match="expected one claim or loop to end within 8 MB of byte"):
        list(stream_claims_837(endless, "f"))
    assert endless.tell() < 30 << 20


# ── spoilt files ──────────────────────────────────────────────────────────────────────────────────────────────────────

BYTES = b"*:~^\r\n \tA1z0.-\x00\xe9\xff|"
SEGMENTS = """
    CLM*X*10***11:B:1*Y*A*Y*Y|LX*1|LX*2|SV1*HC:99213*10*UN*1***1|SV2*0300*HC:99213*10*UN*1|SV3*AD:D0120*10|HL*7*1*22*0
    HL*8*7*23*0|HL*9**20*1|HL*9*1*21*1|SE*10*0001|ST*837*0002*005010X222A1|ST*835*0003|GE*1*1|IEA*1*1
    SBR*S*18*******CI|SVD*1*2*HC:1|LIN**N4*123|NM1*82*1*A****XX*1234567893|HI*ABK:M545*ABF:M54.16|HI*ABK
    NTE*ADD*text|DTP*472*D8*20260101|DTP*472*RD8*20260101-20260202|DTP*434*D8*20261301|REF*G1*AUTH|ZZZ*1
    PWK*OZ*EL***AC*CONTROL1|pwk*rb*aa|HI*BG:09*BH:11:D8:20261001*BI:70:RD8:20261001-20261003*BE:A2:::15.31
    HI*BBR:3E0.R3BZ:D8:20261001*BBQ:3E0R3BZ*BQ:81.01*TC:a1*BP:00630|HI*BE:A2:::x*BE:A3:::-2*BG*BG:.*BI:70:RD8:20261001-2
    SBR*T*18*******ZZ|AMT*D*12.5|AMT*EAF*x|AMT*A8*-1|NM1*PR*2*A*****PI*P1|DTP*573*D8*20261001|DTP*573*D8*2026
    SVD*P1*10*HC:1**2.5|SVD*P1*x**0*y|CAS*CO*45*10|CAS*PR*1*20**2*15.25*1*3*5|CAS*ZZ*1*2|cas*co*b1*2*x|CAS*OA**5*1*2*
    clm*low*5***11:B:1|DMG*D8*19500101*F|PAT*19|AMT*D*5|GS*HC*A*B*20260101*1200*1*X*005010X223A2
    ISA*00*          *00*          *ZZ*A              *ZZ*B              *260101*1200*^*00501*000000001*0*P*:
"""
INSERTED = [text.strip().encode() for row in SEGMENTS.strip().splitlines() for text in row.strip().split("|")]
VALUES = [b"", b"X", b"12345678901234567890", b" 5 ", b"1.5", b"-3", b".", b"20269999", b"\xc3\xa9", b"0", b"1:2:3:4:5"]


def spoilt(data: bytes, draw: random.Random, inserted: Sequence[bytes] = INSERTED) -> bytes:
    """Change a file in one to six places: bytes, stretches, segments or elements."""
    for _ in range(draw.choice((1, 1, 1, 2, 3, 6))):
        place, kind = draw.randrange(len(data)), draw.random()
        if kind < 0.3:
            data = data[:place] + bytes([draw.choice(BYTES)]) + data[place + draw.choice((0, 1)) :]
        elif kind < 0.4:
            data = data[:place] + data[place + draw.randrange(1, 30) :]
        elif kind < 0.45:
            data = data[: place + 1]
        elif kind < 0.5:
            data = data[:place] + data[place : place + draw.randrange(1, 400)] + data[place:]
        else:
            data = with_spoilt_segment(data, draw, inserted)
        data = data or b"ISA"
    return data


def with_spoilt_segment(data: bytes, draw: random.Random, inserted: Sequence[bytes]) -> bytes:
    terminator, element = (b"~", b"*") if b"~" in data else (b"^", b"|")
    segments = data.split(terminator)
    place, kind = draw.randrange(len(segments)), draw.randrange(8)
    segment = segments[place]
    if kind == 0:
        del segments[place]
    elif kind == 1:
        segments.insert(place, segment)
    elif kind == 2:
        other = draw.randrange(len(segments))
        segments[place], segments[other] = segments[other], segment
    elif kind == 3:
        segments[place] = segment.lower()
    elif kind == 4:
        segments[place] = draw.choice((b"\r\n", b"\n  ", b"\n\n")) + segment.replace(element, b" " + element + b" ", 1)
    elif kind == 5:
        elements = segment.split(element)
        elements[draw.randrange(len(elements))] = draw.choice(VALUES)
        segments[place] = element.join(elements)
    else:
        segments.insert(place, draw.choice(inserted).replace(b"*", element))
    return terminator.join(segments)


@pytest.mark.parametrize("seed", range(BATCHES))
def test_spoilt_files(seed: int) -> None:
    files = [path.read_bytes() for path in sorted(FIXTURES.glob("*.837"))]
    draw = random.Random(seed)
    for number in range(MUTATIONS // BATCHES):
        data = spoilt(draw.choice(files), draw)
        found = difference(data)
        assert found is None, f"seed {seed}, file {number}: {found}\n{data!r}"


def test_a_megabyte_of_blanks_before_a_segment_changes_nothing() -> None:
    data = (FIXTURES / "professional.837").read_bytes()
    at = data.index(b"CLM*")
    for blanks in (b"\n" * (1 << 20), b" \r\n\t" * 100):
        padded = data[:at] + blanks + data[at:]
        assert difference(padded) is None
        assert len(read_by_columns(padded, LARGE).batch) == len(read_by_columns(data, LARGE).batch)
