"""A file read in pieces gives the tables, rejects and notes of the file read whole, however it is torn."""

from __future__ import annotations

import io
import mmap
import os
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from risk.claims.tables import TABLES
from risk.errors import InputError
from risk.readers.claim_pieces import PieceReader, cut, in_file, in_order, joined, read_pieces
from risk.readers.claims_837 import read_claims_837
from risk.readers.rejects import concat_results
from tests.readers.comparing import disagreement, read_or_none
from tests.readers.test_claim_columns import BATCHES, CORPUS, FIXTURES, MUTATIONS, spoilt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from risk.readers.claim_pieces import Piece
    from risk.readers.claims_837 import Ending
    from risk.readers.rejects import ReadResult


def difference(data: bytes, counts: Sequence[int] = (2, 3, 7)) -> str | None:
    """What reading in pieces and reading whole disagree on, or null."""
    expected = read_or_none(lambda: read_claims_837(data, "f"))
    for count in counts:
        found = read_or_none(lambda count=count: read_pieces(data, "f", cut(data, count)))
        if told := disagreement(expected, found, TABLES):
            return f"{count} pieces: {told}"
    return None


#: Each of these files is read several times and is several times as long as those of the other test.
_DEARER = 4


def repeated(name: str, transactions: int, groups: int, interchanges: int) -> bytes:
    """A fixture whose transactions stand several times in each of several groups and interchanges, counts right."""
    isa, gs, *sets, ge, iea = (FIXTURES / name).read_bytes().splitlines(keepends=True)
    group = [gs, *sets * transactions, ge[:3] + b"%d" % transactions + ge[4:]]
    return b"".join([isa, *group * groups, iea[:4] + b"%d" % groups + iea[5:]]) * interchanges


MANY = [
    repeated("professional.837", 9, 1, 1),
    repeated("institutional.837", 2, 3, 1),
    repeated("professional.837", 3, 2, 3),
    repeated("other_payers.837", 8, 1, 1),
]


@pytest.mark.parametrize("data", MANY, ids=["one group", "three groups", "three interchanges", "other payers"])
def test_a_file_in_pieces_is_the_file(data: bytes) -> None:
    assert len(cut(data, 7)) > 3
    assert not [note for note in read_claims_837(data, "f").notes if note.loop is None]  # of the envelope
    assert difference(data, (1, 2, 3, 4, 7, 50)) is None


@pytest.mark.parametrize("data", MANY[:3], ids=["one group", "three groups", "three interchanges"])
def test_a_whole_file_is_read_once(data: bytes) -> None:
    pieces, read = cut(data, 4), []

    def note(piece: Piece) -> tuple[None, Ending]:
        read.append(piece)
        reader = PieceReader(io.BytesIO(data), "f", piece)
        reader.whole()
        return None, reader.ending

    list(in_order(pieces, note))
    assert read == pieces
    assert [piece.start for piece in pieces[1:]] == [piece.end for piece in pieces[:-1]]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_files_of_other_writers(path: Path) -> None:
    assert difference(path.read_bytes()) is None


@pytest.mark.parametrize("seed", range(BATCHES))
def test_spoilt_files(seed: int) -> None:
    draw = random.Random(1000 + seed)
    for number in range(MUTATIONS // _DEARER // BATCHES):
        data = spoilt(draw.choice(MANY), draw)
        found = difference(data, (draw.choice((2, 3, 7)),))
        assert found is None, f"seed {seed}, file {number}: {found}\n{data!r}"


def test_pieces_may_be_read_at_once_and_block_by_block(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    path.write_bytes(MANY[0].replace(b"SE*", b"ZZ*1~\nSE*", 4))  # something to note, and counts that are wrong
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        pieces = cut(mapped, 3)

    def read(piece: Piece) -> tuple[list[ReadResult], Ending]:
        with path.open("rb") as stream:
            reader = PieceReader(stream, "f", piece, 2000)
            return list(reader), reader.ending

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(in_order(pieces, read, pool.map))
    results, segments = [], 0
    for blocks, ending in outcomes:
        assert len(blocks) > 1
        results += [in_file(block, segments) for block in blocks]
        segments += ending.segments
    whole, found = read_claims_837(path.read_bytes(), "f"), concat_results(results)
    assert (found.notes, found.rejects, found.claims_read) == (whole.notes, whole.rejects, whole.claims_read)
    assert found.batch.claims.equals(whole.batch.claims)
    assert joined([ending for _, ending in outcomes]).segments == MANY[0].count(b"~") + 4


def test_what_holds_no_claims_is_refused_as_when_read_whole() -> None:
    remits = MANY[0].replace(b"ST*837", b"ST*835")
    with pytest.raises(InputError, match="835"):
        read_pieces(remits, "f", cut(remits, 3))
    assert difference(b"GS*" + os.urandom(50)) is None
