"""How many parts a run has, and what is put off while a part is scored."""

import gc

import pytest

from risk.engine.collector import collector_paused
from risk.engine.local import PART_BYTES, parts_for

MB = 1 << 20


@pytest.mark.parametrize(
    ("size", "parts"),
    [
        (0, 1),
        (12 * MB, 1),
        (12 * MB + 1, 2),
        (48 * MB, 2),
        (49 * MB, 4),
        (97 * MB, 8),
        (192 * MB, 8),
        (193 * MB, 11),
        (540 * MB, 30),
    ],
)
def test_parts_depend_on_the_size_of_the_input_and_few_are_even(size, parts, tmp_path):
    for name, share in (("a.csv", size // 3), ("b.csv", size - size // 3)):
        with (tmp_path / name).open("wb") as stream:
            stream.truncate(share)
    files = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]
    assert parts_for(files) == parts_for(files[::-1]) == parts
    assert size <= parts * PART_BYTES


def test_nothing_is_collected_within_and_everything_afterwards():
    seen = []

    @collector_paused()
    def fail():
        seen.append(gc.isenabled())
        with collector_paused():
            seen.append(gc.isenabled())
        seen.append(gc.isenabled())
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert seen == [False, False, False], "the outer pause lasts"
    assert gc.isenabled()
