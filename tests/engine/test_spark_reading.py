"""Files read on executors tell what the readers tell of them, wherever a table is cut; no Spark is needed here."""

import gzip
import io
import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from risk.claims.tables import TABLES
from risk.engine.claim_rows import batch_of
from risk.engine.spark_reading import SCHEMA, JoinEdges, ReadFiles, ReadPieces, report_of, rows_before
from risk.engine.spark_scoring import by_members
from risk.readers import Reject, read_claims
from risk.readers.csv_headers import WhereThere
from risk.readers.csv_pieces import Pieces, table_pieces
from risk.readers.csv_records import read_header

PATH = "file:/claims/c%20d.csv"


@pytest.fixture(scope="module")
def rows(many) -> list[bytes]:
    """Lines of a CSV of 1,500 claims, some of them damaged."""
    lines = (many / "claims.csv").read_bytes().splitlines()
    for number in range(7, len(lines), 61):
        lines[number] = lines[number].replace(b",", b",,", 1)  # one cell more
    for number in range(20, len(lines), 83):
        lines[number] = lines[number].replace(b"20", b"2x", 1)
    lines[40] = lines[200] = b""
    return lines


def as_table(batches) -> pa.Table:
    return pa.Table.from_batches(list(batches), SCHEMA)


def of_kind(table, kind):
    found = table.filter(pa.compute.equal(table["kind"], kind))
    order = np.lexsort([found[name].to_numpy() for name in ("position", "piece", "file")])
    return found.take(pa.array(order))


def in_pieces(parts, pieces, *, text=True):
    """Claims, rejects and reports as the driver puts them together."""
    read = as_table(ReadPieces({PATH.replace("%20", " "): (0, pieces)}, text)(iter(parts)))
    reports = [report_of(told) for told in of_kind(read, "report")["told"].to_pylist()]
    before = rows_before(reports)
    edges = of_kind(read, "edge").select(["file", "piece", "position", "edge"])
    joined = as_table(JoinEdges({0: pieces}, before)(edges.to_batches(max_chunksize=3)))
    every = pa.concat_tables([read, joined])
    claims = of_kind(every, "claim")
    batch = batch_of(claims["claim"].combine_chunks())
    shift = np.array([before[0, piece] for piece in claims["piece"].to_pylist()])
    batch = replace(batch, claims=batch.claims.assign(source_offset=batch.claims["source_offset"] + shift))
    told = of_kind(every, "reject")
    rejects = [Reject(**json.loads(one)) for one in told["told"].to_pylist()]
    own = zip(rejects, told["piece"].to_pylist(), strict=True)
    return batch, [replace(one, row=one.row + before[0, piece]) for one, piece in own], reports


def cut(lines, cuts):
    bounds = [0, *sorted(cuts), len(lines)]
    for begin, end in pairwise(bounds):
        if end > begin:
            own = [pa.array([PATH] * (end - begin)), pa.array([begin] * (end - begin)), pa.array(lines[begin:end])]
            yield from pa.Table.from_arrays(own, ["file_path", "file_block_start", "value"]).to_batches(700)


def assert_same(found, expected):
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name))


@pytest.mark.parametrize("pieces", [1, 2, 9, 60, 200])
def test_claims_and_rejects_do_not_depend_on_where_a_csv_is_cut(pieces, rows, tmp_path):
    text = b"\n".join(rows) + b"\n"
    (tmp_path / "c.csv").write_bytes(text)
    whole = read_claims(str(tmp_path / "c.csv"))
    assert len(whole.rejects) > 20
    name = str(tmp_path / "c.csv")
    cuts = np.random.default_rng(pieces).choice(np.arange(1, len(rows)), pieces - 1, replace=False)
    batch, rejects, reports = in_pieces(cut(rows, cuts.tolist()), Pieces(name, read_header(text, name)))
    assert not any(one.whole for one in reports)
    assert_same(batch, whole.batch)
    assert rejects == whole.rejects


def test_columns_that_are_asked_for_come_from_pieces_too(many, tmp_path):
    table = pd.read_csv(many / "claims.csv", dtype=str)
    table["site"] = "S" + table["claim_id"].str[-1]
    table.to_csv(tmp_path / "c.csv", index=False)
    name, lines = str(tmp_path / "c.csv"), (tmp_path / "c.csv").read_bytes().splitlines()
    header = read_header(b"\n".join(lines), name)
    batch, _, _ = in_pieces(cut(lines, [300, 301, 1200]), Pieces(name, header, None, ["site"]))
    assert len(batch.extra_values) == len(batch)
    assert_same(batch, read_claims(name, extras=["site"]).batch)


def test_a_piece_whose_cells_go_over_lines_asks_for_the_whole_file(rows):
    lines = list(rows)
    cells = lines[100].split(b",")
    lines[100] = b",".join([*cells[:-1], b'"one\ntwo"'])
    lines = b"\n".join(lines).split(b"\n")
    name = "c.csv"
    for cuts in ([], [50, 150], [101]):
        _, _, reports = in_pieces(cut(lines, cuts), Pieces(name, read_header(b"\n".join(lines), name)))
        assert any(one.whole for one in reports)


def test_tables_of_parquet_are_cut_as_well(many):
    table = pa.Table.from_pandas(pd.read_csv(many / "claims.csv", dtype=str))
    pieces = table_pieces(str(many / "claims.csv"), table.column_names, None, ())
    numbered = table.append_column("row_index", pa.array(range(len(table))))
    parts = []
    for begin, end in ((0, 700), (700, 701), (701, len(table))):
        part = numbered.slice(begin, end - begin)
        part = part.add_column(0, "file_block_start", pa.array([begin] * len(part)))
        parts += part.add_column(0, "file_path", pa.array([PATH] * len(part))).combine_chunks().to_batches()
    batch, rejects, _ = in_pieces(parts, pieces, text=False)
    assert_same(batch, read_claims(str(many / "claims.csv")).batch)
    assert rejects == []


def files_batch(contents):
    return pa.RecordBatch.from_pydict({"path": list(contents), "content": list(contents.values())})


def test_whole_files_of_every_kind_are_what_the_readers_say(many, tmp_path):
    table = pa.Table.from_pandas(pd.read_csv(many / "claims.csv", dtype=str))
    pyarrow.parquet.write_table(table, parquet := io.BytesIO())
    text, x12 = ((many / name).read_bytes() for name in ("claims.csv", "claims.837"))
    contents = {"a": x12, "b": gzip.compress(text), "c": parquet.getvalue()}
    names = {
        "a": (0, str(many / "claims.837")),
        **{one: (n, str(many / "claims.csv")) for n, one in ((1, "b"), (2, "c"))},
    }
    read = as_table(ReadFiles(names, WhereThere(), ())([files_batch(contents)]))
    for number, name in enumerate(("claims.837", "claims.csv", "claims.csv")):
        own = read.filter(pa.compute.equal(read["file"], number))
        whole = read_claims(str(many / name))
        assert_same(batch_of(of_kind(own, "claim")["claim"].combine_chunks()), whole.batch)
        (report,) = map(report_of, of_kind(own, "report")["told"].to_pylist())
        assert (report.claims_read, report.scored, report.error) == (whole.claims_read, len(whole.batch), None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "PDF"),
        (b"PAR1 no table PAR1", "Parquet file is damaged"),
        (gzip.compress(b"claim_id,payer_id\n" * 90, mtime=0)[:-9], "ends too early"),
        (b"\x1f\x8bnothing", "gzip"),
        (b"who,what\n1,2\n", "claim_id"),
    ],
    ids=["empty", "PDF", "Parquet", "cut gzip", "damaged gzip", "other columns"],
)
def test_a_file_that_is_no_claims_is_told_and_does_not_end_the_others(content, why, many):
    contents = {"p": content, "a": (many / "claims.837").read_bytes()}
    names = {"p": (0, "poison"), "a": (1, "claims.837")}
    reports = of_kind(as_table(ReadFiles(names, None, ())([files_batch(contents)])), "report")
    poisoned, sound = map(report_of, reports["told"].to_pylist())
    assert poisoned.error[0].startswith("poison")
    assert why in " ".join(poisoned.error)
    assert sound.error is None
    assert sound.scored > 1000


def test_members_stay_together_however_their_claims_come(many):
    contents = {"a": (many / "claims.837").read_bytes(), "b": (many / "claims_i.837").read_bytes()}
    read = as_table(ReadFiles({"a": (0, "a"), "b": (1, "b")}, None, ())([files_batch(contents)]))
    claims = of_kind(read, "claim")
    by_digest = claims.take(pa.array(np.argsort(claims["digest"].to_numpy(), kind="stable")))
    together = list(by_members(by_digest.to_batches(max_chunksize=37), 200))
    assert len(together) > 4
    members = [set(batch_of(one["claim"].combine_chunks()).claims["member_id"].dropna()) for one in together]
    assert sum(map(len, members)) == len(set().union(*members))
    places = pd.concat([one.select(["file", "piece", "position"]).to_pandas() for one in together])
    assert len(places.drop_duplicates()) == len(claims)
    for one in together:
        place = one.select(["file", "piece", "position"]).to_pandas()
        assert place.equals(place.sort_values(["file", "piece", "position"], ignore_index=True))
