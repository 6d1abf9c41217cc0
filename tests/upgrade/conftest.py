"""Houses of versions before, each set up anew for a test, or once for tests that only look."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers import Servers, database_on
from tests.upgrade.course import Course, watch
from tests.upgrade.upgraded import POSTGRES, Upgraded


@contextmanager
def opened(request: pytest.FixtureRequest, version: str, kind: str, folder: Path) -> Iterator[Upgraded]:
    """Set a house up, on the shared servers where it needs them."""
    if kind != POSTGRES:
        upgraded = Upgraded.open(version, kind, folder, None)
        yield upgraded
        upgraded.house.close()
        return
    servers: Servers = request.getfixturevalue("servers")
    with database_on(servers) as database:
        upgraded = Upgraded.open(version, kind, folder, database)
        yield upgraded
        upgraded.house.close()


@pytest.fixture(scope="module")
def awake(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    """A house that has taken what lay in its queues and come to rest; each test keeps to cases of its own in it."""
    version, kind = request.param
    with opened(request, version, kind, tmp_path_factory.mktemp("house")) as found:
        found.come_up()
        yield found


@pytest.fixture(scope="module")
def course(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """What was seen of a house that came up and went on for days; for tests that change nothing in it."""
    version, kind = request.param
    with opened(request, version, kind, tmp_path_factory.mktemp("house")) as found:
        yield watch(found)
