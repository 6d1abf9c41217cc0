"""Batches of lives, each lived in a process of its own, as many at a time as there are processors."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import cache
from multiprocessing import get_context

from tests.lives.actions import Life, text_of
from tests.lives.comparing import Difference
from tests.lives.generator import life_of
from tests.lives.house import House
from tests.lives.lives_run import LivesRun

Differences = Mapping[str, Sequence[Difference]]


@contextmanager
def lived_batches(batches: Sequence[range]) -> Iterator[Mapping[int, "Future[Differences]"]]:
    """Live every batch of seeds; what was seen otherwise, by the first seed and then by the name of the life."""
    # Spawned: a fork would take the threads' locks of the tests before with it.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        try:
            yield {seeds.start: pool.submit(live, seeds) for seeds in batches}
        finally:
            pool.shutdown(cancel_futures=True)


def live(seeds: range) -> Differences:
    """Live a batch together; where it breaks off, say in which life.

    Raises:
        AssertionError: a life ended with a failure; its text is in the message.
    """
    lives = {str(seed): life_of(seed) for seed in seeds}
    try:
        return LivesRun(_house(), lives, seeds.start).run()
    except Exception:
        for name, life in lives.items():
            _live_alone(name, life, seeds.start)
        raise


def _live_alone(name: str, life: Life, seed: int) -> None:
    try:
        LivesRun(_house(), {name: life}, seed).run()
    except Exception as failure:
        raise AssertionError(f"life {name} ends with {failure!r}\n{text_of(life)}") from failure


@cache
def _house() -> House:
    """The process's own: its packs are compiled once."""
    return House()
