"""Runs that end before their time, killed or without room: one line says so, nothing is lost, and they can go on."""

import os
import random
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from tests.engine.scored import RULES, score

PROGRAM = """
import sys
from risk.engine import local, reading
from tests.rules.own_rule_files import HEAD, rule_text
local.PART_BYTES, reading.UNIT_CLAIMS, reading.BLOCK_BYTES = 300_000, 400, 100_000
from risk.cli import run
sys.exit(run(sys.argv[1:]))
"""


def start(folder, files, output, *options, preexec_fn=None):
    arguments = ["score", *map(str, files), "-o", str(output), "--jobs", "2", *RULES, *options]
    arguments = [sys.executable, "-c", PROGRAM, *arguments]
    return subprocess.Popen(
        arguments, cwd=folder, env=os.environ, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=preexec_fn
    )


def test_a_run_that_is_killed_at_any_moment_goes_on_and_gives_the_same_bytes(many, in_workspace, tmp_path):
    files = [many / "claims.837", many / "claims_i.837"]
    began = time.monotonic()
    whole = start(in_workspace, files, tmp_path / "whole.jsonl")
    _, said = whole.communicate()
    assert whole.returncode == 0, said
    took = time.monotonic() - began
    expected, output = (tmp_path / "whole.jsonl").read_bytes(), tmp_path / "s.jsonl"
    moments, kills = random.Random(7), 0
    while kills < 10:
        process = start(in_workspace, files, output, "--resume")
        try:
            process.communicate(timeout=moments.uniform(0.1, 1.0) * took)
        except subprocess.TimeoutExpired:
            kills += 1
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        if output.exists():
            assert output.read_bytes() == expected
            output.unlink()
    last = start(in_workspace, files, output, "--resume")
    _, said = last.communicate()
    assert last.returncode == 0, said
    assert output.read_bytes() == expected
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("most_bytes", [100_000, 1_400_000], ids=["while reading", "while writing"])
def test_where_there_is_no_room_one_line_says_so_and_what_is_done_is_kept(many, in_workspace, tmp_path, most_bytes):
    resource = pytest.importorskip("resource")
    output = tmp_path / "s.jsonl"
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    _, said = (stopped := start(in_workspace, [many / "claims.837"], output, preexec_fn=limit)).communicate()
    assert stopped.returncode == 2, said
    assert len(said.splitlines()) == 1
    assert b"File too large" in said
    assert not output.exists()
    assert (tmp_path / ".s.jsonl.work").is_dir()
    again = start(in_workspace, [many / "claims.837"], output, "--resume", "--quiet")
    assert again.communicate()[1].startswith(b"read ")
    whole = score([many / "claims.837"], tmp_path / "whole.jsonl")
    assert output.read_bytes() == whole


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own, and a function that gives it room; in KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def sized(kib: int, *options: str) -> bool:
        how = ",".join([*options, f"size={kib}k"])
        command = ["mount", "-t", "tmpfs", "-o", how, "tmpfs", str(folder)]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    if os.name != "posix" or os.geteuid() != 0 or not sized(100):
        pytest.skip("file systems can be mounted by root alone")
    yield folder, lambda kib: sized(kib, "remount")
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize(("room", "was_read"), [(200, False), (2_400, True)], ids=["while reading", "while scoring"])
def test_a_full_disk_is_told_in_one_line_and_the_run_goes_on_once_there_is_room(
    room, was_read, small_disk, many, in_workspace, tmp_path
):
    disk, give_room = small_disk
    assert give_room(room)
    _, said = (stopped := start(in_workspace, [many / "claims.837"], disk / "s.jsonl")).communicate()
    assert stopped.returncode == 2, said
    assert len(said.splitlines()) == 1
    assert b"No space left on device" in said
    assert not (disk / "s.jsonl").exists()
    kept = disk / ".s.jsonl.work"
    assert any(kept.iterdir())
    assert give_room(100_000)
    _, said = start(in_workspace, [many / "claims.837"], disk / "s.jsonl", "--resume").communicate()
    assert (b"claims had been read" in said) == was_read, said
    assert (disk / "s.jsonl").read_bytes() == score([many / "claims.837"], tmp_path / "whole.jsonl")
    assert not kept.exists()
