"""The columns and the plain loop read the same remittances, rejects and notes, whatever the file looks like.

``DENIAL_RISK_MUTATIONS`` says how many spoilt files are tried, as for claims.
"""

from __future__ import annotations

import io
import random
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from risk.claims.remits import REMIT_TABLES
from risk.readers.remits_835 import RemitReader, read_remits_835, remit_blocks, stream_remits_835
from synthetic_data import simulate, write_world
from tests.readers.comparing import disagreement, read_or_none
from tests.readers.test_claim_columns import BATCHES, CORPUS, LARGE, MUTATIONS, SMALL, spoilt
from tests.readers.test_remits_835 import BODY, REMITS, envelope

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from risk.readers.remit_result import RemitResult


def read(data: bytes, block_bytes: int, *, plain: bool = False) -> RemitResult:
    """Read blocks of a size, by columns or all by the loop."""
    reader = RemitReader("f", 0, plain=plain)
    for block in remit_blocks(io.BytesIO(data), "f", block_bytes):
        reader.read(block)
    return reader.finish()


def difference(data: bytes, sizes: Sequence[int] = (LARGE, SMALL)) -> str | None:
    """What the two ways of reading disagree on, or null."""
    expected = read_or_none(lambda: read(data, LARGE, plain=True))
    for size in sizes:
        found = read_or_none(lambda size=size: read(data, size))
        if told := disagreement(expected, found, REMIT_TABLES):
            return f"blocks of {size}: {told}"
    return None


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Remittances of three hundred synthetic claims."""
    folder = tmp_path_factory.mktemp("world")
    write_world(simulate(300, seed=5), folder)
    return (folder / "remits.835").read_bytes()


# ── whole files ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_kind_of_remit_is_taken_by_columns() -> None:
    """All but the last unit, which may go on: what is not taken here would be read at the pace of the loop."""
    text = envelope(*[BODY] * 3)
    reader = RemitReader("f", small=0)
    for block in remit_blocks(io.BytesIO(text.encode()), "f"):
        reader.read(block)
    assert len(reader._loop.tables) == 0
    assert len(reader.finish().batch) == 12


@pytest.mark.parametrize("size", [200, 700, 1500, LARGE])
def test_one_file_in_blocks_of_many_sizes(size: int) -> None:
    texts = [
        REMITS,
        envelope(BODY, BODY),
        envelope(BODY, BODY.replace("BPR*I*82.5", "BPR*I*1"), BODY),  # one payment does not balance
        envelope(BODY, BODY.replace("CLAIM-B*4*40*0", "CLAIM-B*4*41*0"), BODY),  # one claim does not
        envelope(BODY, BODY.replace("CLAIM-B*4*40*0", "CLAIM-B*4*x*0"), BODY),  # one is a reject
        envelope(BODY, BODY.replace("CLP*CLAIM-B*4", "SVC*HC:99213*5*5~\nCLP*CLAIM-B*4"), BODY),
        re.sub(r"SE\*\d+\*0002~\n", "", envelope(BODY, BODY, BODY)),  # one transaction does not end
        envelope(BODY, BODY[: BODY.index("PLB")]).replace("SE*42", "SE*41"),
        envelope(BODY, BODY).replace("005010X221A1", "004010X091A1"),
        envelope(BODY, BODY).replace("ST*835*0001", "ST*277*0001"),
        envelope(BODY, BODY).replace("ST*835*0002", "ST*835*0002*005010X221A1"),
        envelope(BODY, BODY).replace("ST*835*0001", "ST*835*0001*005010X221"),
    ]
    for number, text in enumerate(texts):
        assert difference(text.encode(), (size,)) is None, number


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_files_of_other_writers(path: Path) -> None:
    assert difference(path.read_bytes()) is None


@pytest.mark.parametrize("separators", ["*:^~", "|>\\\n", "\x1d\x1f\x1e\x1c"], ids=repr)
@pytest.mark.parametrize("line_end", ["", "\r\n", "\n    "], ids=repr)
def test_generated_files(written: bytes, separators: str, line_end: str) -> None:
    text = written.decode().replace("\n", line_end).translate(str.maketrans("*:^~", separators))
    assert difference(text.encode(), (LARGE, 5000)) is None
    result = read(text.encode(), 5000)
    assert result is not None
    assert len(result.batch) == written.count(b"CLP*")


def test_a_stream_gives_whole_payments_block_by_block(written: bytes) -> None:
    results = list(stream_remits_835(io.BytesIO(written), "f", block_bytes=4000))
    assert len(results) > 5
    assert sum(len(result.batch) for result in results) == len(read_remits_835(written, "f").batch)
    for result in results:
        assert set(result.batch.remit_claims["payment_key"]) == set(result.batch.payments["payment_key"])


def test_a_payment_of_the_first_day_of_1970_has_its_day() -> None:
    early = envelope(BODY.replace("20261102~", "19700101~"), BODY)
    assert difference(early.encode()) is None
    result = read(early.encode(), LARGE)
    assert result is not None
    assert result.batch.remit_claims["remit_date"].iloc[0].date() == date(1970, 1, 1)


# ── spoilt files ──────────────────────────────────────────────────────────────────────────────────────────────────────

SEGMENTS = """
    CLP*X*1*10*10|CLP*X*4*10*0*0*MB*I*11*1|SVC*HC:99213*10*10|SVC*NU:0450*10*10|SVC*NU*10*10*0450|LX*1|LX*2
    CAS*CO*45*5|CAS*CO*45*5*1*97*-5|CAS*XX*1*1|CAS*PR**5|CAS*PR*1|REF*6R*1|REF*F8*X|REF*HPI*1234567893|REF*2U*5|LQ*HE*N20
    LQ*RX*1|MOA***MA01|MIA*0****MA02|PLB*1234567893*20261231*WO:X*5|PLB*1*20261331*WO*5|BPR*I*5*C*ACH************20260101
    DTM*405*20260101|DTM*472*20260101|DTM*150*20260101|DTM*232*20260132|N1*PR*NAME*XV*1|N1*PE*NAME*XX*1234567893|N1*XX
    NM1*82*1*A*B****XX*1234567893|NM1*QC*1*A|AMT*B6*5|SE*10*0001|ST*835*0002|ST*837*0003*005010X222A1|GE*1*1|IEA*1*1
    ZZZ*1|clp*low*1*5*5|svc*hc:1*5*5|TRN*1*X*1|GS*HP*A*B*20260101*1200*1*X*005010X221A1|GS*HP*A*B*20260101*1200*1*X*004010
    ISA*00*          *00*          *ZZ*A              *ZZ*B              *260101*1200*^*00501*000000001*0*P*:
"""
INSERTED = [text.strip().encode() for row in SEGMENTS.strip().splitlines() for text in row.strip().split("|")]


@pytest.mark.parametrize("seed", range(BATCHES))
def test_spoilt_files(seed: int, written: bytes) -> None:
    draw = random.Random(seed)
    excerpt = b"SE*".join(written.split(b"SE*", 6)[:6])
    files = [REMITS.encode(), envelope(BODY, BODY, BODY).encode(), excerpt]
    for number in range(MUTATIONS // BATCHES):
        data = spoilt(draw.choice(files), draw, INSERTED)
        found = difference(data)
        assert found is None, f"seed {seed}, file {number}: {found}\n{data!r}"
