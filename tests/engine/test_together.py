"""Pieces shared by this process and others."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest

from risk.engine.together import done_together

SOON = 10  # seconds; never waited for unless something is wrong


@pytest.fixture
def pool():
    with ThreadPoolExecutor(3) as threads:
        yield threads


def test_every_piece_is_done_once_here_or_there(pool):
    done = list(done_together(range(40), lambda piece: ("here", piece), lambda piece: ("there", piece), pool, 3))
    assert sorted(piece for _, piece in done) == list(range(40))


def test_who_is_done_takes_the_next_while_this_one_is_still_at_its_own(pool):
    others = threading.Semaphore(0)

    def here(piece):
        assert all(others.acquire(timeout=SOON) for _ in range(9)), "all others wait for this one"
        return "here", piece

    def there(piece):
        others.release()
        return "there", piece

    done = list(done_together(range(10), here, there, pool, 1))
    assert sorted(where for where, _ in done) == ["here"] + ["there"] * 9


def test_what_fails_there_is_raised_and_nothing_is_begun_after_it(pool):
    failed, begun = threading.Event(), []

    def here(piece):
        assert failed.wait(SOON)
        begun.append(piece)

    def there(piece):
        begun.append(piece)
        failed.set()
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        list(done_together(range(50), here, there, pool, 2))
    assert len(begun) < 10


def test_what_fails_here_is_raised_and_the_others_stop(pool):
    begun = []

    def here(_piece):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(done_together(range(100_000), here, begun.append, pool, 1))
    pool.shutdown()
    assert len(begun) < 100_000


class Broken(ThreadPoolExecutor):
    """A pool whose process has ended from outside."""

    def submit(self, *_args: object, **_more: object) -> "Future[object]":
        raise BrokenProcessPool


def test_a_pool_that_is_broken_before_it_is_asked_says_so():
    with Broken(1) as pool, pytest.raises(BrokenProcessPool):
        list(done_together(range(3), str, str, pool, 1))
