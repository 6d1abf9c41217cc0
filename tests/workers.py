"""How several workers share the tests of one run (`pytest -n 2`): a file goes to one of them whole, long ones first.

A module's fixtures are so put up once. Every worker uses the same servers, each test in a corner of its own; what
belongs to a server as a whole is asked for by fixtures that let one worker at a time have it (`tests/servers`).
"""

import os

import pytest
from execnet.gateway_base import WorkerPool
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import NodeManager

# Their servers, killed and filled on purpose, belong to a session: on two workers they would be put up twice.
TOGETHER = ("tests/faults/",)
# Begun late, any of these would keep one worker busy when the others have nothing left.
LONG = ("tests/faults/", "tests/lives/", "tests/docs/", "tests/watching/", "tests/deploy/", "tests/e2e/")

# To end a run early: a worker takes down servers and houses then, and that takes as long as it takes.
PATIENCE_SECONDS = 90.0


def share_of(nodeid: str) -> str:
    """Name what goes to one worker together with this test."""
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


def rank(nodeid: str) -> int:
    """Tell how early a test begins, 0 first."""
    return next((number for number, folder in enumerate(LONG) if nodeid.startswith(folder)), len(LONG))


class ShareScheduling(LoadScopeScheduling):
    """Hands out shares in the order of collection; xdist's own order, by number of tests, puts the long ones last."""

    def schedule(self) -> None:
        """Hand out the tests."""
        self.config.option.loadscopereorder = False
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Share the tests out as said above, whatever `--dist` says."""
    return ShareScheduling(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Ask for one worker more than processors: a third of the whole time tests wait for processes of their own."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long ones first where there are several workers; alone, the order is that of the files."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: rank(item.nodeid))


def pytest_configure() -> None:
    """Wait for workers that are to end: xdist kills them after ten seconds, and execnet has them kill themselves.

    What their fixtures have put up would stay for ever. Nothing can be set in either, so their classes are.
    """
    NodeManager.EXIT_TIMEOUT = PATIENCE_SECONDS
    WorkerPool.waitall = _wait_all


_waitall = WorkerPool.waitall


def _wait_all(pool: WorkerPool, timeout: float | None = None) -> bool:
    """Be patient where execnet ends the process next; where it only interrupts the test next, as it is."""
    return _waitall(pool, PATIENCE_SECONDS if timeout == 10.0 else timeout)
