"""Processes that share the runs and the mutants of a town among them, each with a simulated house of its own.

Decides how work is cut: runs one by one, mutants by what they alter, so that what felt one is tried first on the
next. Must not know what comes of it.
"""

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from multiprocessing import get_context
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from gridcase.mutation.known import KnownRun, play_known
from gridcase.mutation.mutant import Mutant
from gridcase.mutation.packs import PackVariants
from gridcase.mutation.run import MutationTrial, RuleVerdict
from gridcase.mutation.stage import AlteredStage
from gridcase.scenarios.participants import Part
from gridcase.scenarios.runs import Difference, Run
from gridcase.simulation.house import SimulatedHouse

T = TypeVar("T")
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Went:
    """How a run went, without the run itself."""

    parts: frozenset[Part]
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class TownWork:
    """All that a town's mutants are made of and held against.

    Args:
        groups: mutants by what they alter.
    """

    packs: PackVariants
    runs: Sequence[Run]
    groups: Sequence[Sequence[Mutant]]

    @cached_property
    def house(self) -> SimulatedHouse:
        """This process's own. With the reference evaluator alone: it decides the same, and quicker."""
        return SimulatedHouse(BEGINNING, "reference")

    @cached_property
    def stage(self) -> AlteredStage:
        """This process's own stage."""
        return AlteredStage(self.house, self.packs)

    def known(self, went: Mapping[int, Went]) -> list[KnownRun]:
        """Return the runs that went as expected."""
        return [
            KnownRun(self.runs[number], played.parts)
            for number, played in sorted(went.items())
            if not played.differences
        ]


class Crew:
    """Processes at work on one town."""

    def __init__(self, pool: Executor, work: TownWork) -> None:
        self._pool = pool
        self._work = work

    def play(self) -> Iterator[tuple[int, Went]]:
        """Play every run as it is; yield its number and how it went, in any order."""
        yield from _answers({self._pool.submit(_play, n): n for n in range(len(self._work.runs))})

    def judge(self, went: Mapping[int, Went], each_statement: bool) -> Iterator[tuple[int, RuleVerdict]]:
        """Judge every group of mutants; yield its number and what became of it, in any order."""
        groups = range(len(self._work.groups))
        yield from _answers({self._pool.submit(_judge, n, went, each_statement): n for n in groups})


@contextmanager
def crew_for(work: TownWork, processes: int) -> Iterator[Crew]:
    """Put processes to work on a town.

    They are forked: mutants are functions, which can't be sent. A process that is forked while other threads are at
    work has their locks for ever, held by nobody: where there are such threads, this one does all by itself.
    """
    with _here(work) if threading.active_count() > 1 else _forked(work, processes) as pool:
        yield Crew(pool, work)


@contextmanager
def _forked(work: TownWork, processes: int) -> Iterator[Executor]:
    with (
        TemporaryDirectory(prefix="gridcase-mutation-") as folder,
        ProcessPoolExecutor(processes, get_context("fork"), _begin, (work, folder)) as pool,
    ):
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _here(work: TownWork) -> Iterator[Executor]:
    global _own
    _own = work
    try:
        yield _InPlace()
    finally:
        del _own
        work.house.close()


class _InPlace(Executor):
    """Does at once what it is asked, in this process."""

    def submit(self, do: Callable[..., T], /, *args: Any, **named: Any) -> Future[T]:
        done: Future[T] = Future()
        try:
            done.set_result(do(*args, **named))
        except Exception as failure:  # noqa: BLE001 - whoever waits for the answer gets it
            done.set_exception(failure)
        return done


def _answers(asked: dict[Future[T], int]) -> Iterator[tuple[int, T]]:
    for future in as_completed(asked):
        yield asked[future], future.result()


_own: TownWork  # of a process of a crew


def _begin(work: TownWork, folder: str) -> None:
    global _own
    _own = work
    # Such a process ends without tidying up: what its house writes goes where the parent does.
    tempfile.tempdir = folder


def _play(number: int) -> Went:
    known = play_known(_own.stage, _own.runs[number])
    return Went(known.parts, known.differences)


def _judge(number: int, went: Mapping[int, Went], each_statement: bool) -> RuleVerdict:
    trial = MutationTrial(_own.stage, _own.known(went))
    return trial.judge_together(_own.groups[number], each_statement)
