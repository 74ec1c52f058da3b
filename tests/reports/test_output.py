import os
import threading

import pytest

from risk.errors import DenialRiskError, InputError
from risk.reports.output import is_stream, output_file
from risk.reports.write import chosen_format, worklist_order


def test_a_file_appears_only_when_it_is_complete(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")
    with pytest.raises(TypeError), output_file(path) as stream:
        stream.writelines(["half", None])
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link_and_its_target_is_written(tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    link.symlink_to(target)
    with output_file(link) as stream:
        stream.write("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe, got = tmp_path / "pipe.jsonl", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()
    with output_file(pipe) as stream:
        stream.write("through")
    reader.join(timeout=10)
    assert got == ["through"]
    assert is_stream(pipe)
    assert pipe.is_fifo()


def test_a_file_a_folder_and_nothing_are_no_streams(tmp_path):
    (tmp_path / "there.csv").touch()
    assert not any(is_stream(tmp_path / name) for name in ("there.csv", "absent.csv", "."))
    assert is_stream(None)


@pytest.mark.parametrize("name", [".", "no/such/out.csv"])
def test_where_nothing_can_be_written_one_line_says_so(name, tmp_path):
    with pytest.raises(InputError, match="cannot write here"), output_file(tmp_path / name) as stream:
        stream.write("x")


@pytest.mark.parametrize(
    ("output", "name", "chosen"),
    [
        (None, None, "table"),
        ("s.JSONL", None, "jsonl"),
        ("s.txt", None, "table"),
        ("s.csv", "jsonl", "jsonl"),
        (None, "CSV", "csv"),
        ("s.xlsx", None, "xlsx"),
        ("s.HTML", None, "html"),
        ("s.htm", None, "html"),
        (None, "html", "html"),
        ("s.csv", "XLSX", "xlsx"),
    ],
)
def test_the_suffix_picks_the_format_unless_one_is_named(output, name, chosen, tmp_path):
    assert chosen_format(tmp_path / output if output else None, name) == chosen


@pytest.mark.parametrize(
    ("output", "name"),
    [("s", None), (None, "stone"), (None, "parquet"), (None, "xlsx"), ("s.table", None), ("s.xls", None)],
)
def test_a_format_that_does_not_exist_is_refused(output, name, tmp_path):
    with pytest.raises(DenialRiskError, match="expected"):
        chosen_format(tmp_path / output if output else None, name)


@pytest.mark.parametrize("name", ["table", "xlsx", "html"])
def test_what_people_read_begins_with_the_riskiest_claim(name, three):
    scored, _ = three
    risks = scored.claims["denial_risk"].loc[worklist_order(scored, name, None)].tolist()
    assert risks == sorted(risks, reverse=True)


def test_data_formats_keep_the_order_and_a_capacity_sorts_by_dollars(three):
    scored, _ = three
    assert worklist_order(scored, "jsonl", None) == [0, 1, 2]
    scored.claims["certain_reject"] = False  # tests/reports/test_order.py has what comes before dollars
    stakes = scored.claims["expected_denied_cents"]
    assert worklist_order(scored, "jsonl", 2) == list(stakes.sort_values(ascending=False).index[:2])
