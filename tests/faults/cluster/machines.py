"""Three machines with the house's servers on them, and the means to trouble each."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.servers.cluster.patroni import STORES
from scripts.servers.cluster.stack import Cluster
from scripts.servers.processes import until
from scripts.servers.stack import opened
from tests.servers import NotHere, Servers, addresses, command

MODULE = "scripts.servers.cluster"
WHOLE_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Machines(Servers):
    """The servers of three machines."""

    @contextmanager
    def opened(self) -> Iterator[Cluster]:
        """Give the cluster, to be changed by one at a time."""
        with opened(self.folder, Cluster) as cluster:
            yield cluster

    def end(self, *names: str) -> None:
        """End servers as a power cut would."""
        with self.opened() as cluster:
            for name in names:
                cluster.kill(name)

    def begin(self, *names: str) -> None:
        """Start servers again that have ended."""
        with self.opened() as cluster:
            cluster.up(names)

    def store(self, role: str) -> str:
        """Return the name of the store that is 'primary' or 'sync_standby' now."""
        with self.opened() as cluster:
            return next(name for name in _stores() if cluster.role(name) == role)

    def leading_node(self, vhost: str) -> str:
        """Return the machine whose broker leads the most of a house's queues."""
        leaders = Counter(queue["leader"] for queue in self._queues(vhost))
        ((node, _),) = leaders.most_common(1)
        with self.opened() as cluster:
            return next(name for name in ("a", "b", "c") if node.endswith(cluster.network.address(name)))

    def await_whole(self, vhost: str) -> None:
        """Wait until everything is as it was: until then nothing else may be lost."""
        with self.opened() as cluster:
            cluster.await_standby(WHOLE_SECONDS)
        assert until(lambda: self._is_broker_whole(vhost), WHOLE_SECONDS), (
            "the broker did not become whole again"
        )

    def _is_broker_whole(self, vhost: str) -> bool:
        nodes = self.manage("GET", "nodes")
        return all(node["running"] for node in nodes) and all(
            len(queue.get("online", ())) == len(nodes) for queue in self._queues(vhost)
        )

    def _queues(self, vhost: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.manage("GET", f"queues/{vhost}")
        return [queue for queue in found if queue.get("type") == "quorum"]


def _stores() -> list[str]:
    return [f"pg-{machine}" for machine in STORES]


def start_machines(folder: Path) -> Machines:
    """Start three machines; where they can't be, a laptop skips the test, and CI fails it."""
    try:
        words = command("up", str(folder), "--for", str(os.getpid()), module=MODULE)
    except NotHere as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    except BaseException:  # the run was ended while they were starting
        command("wipe", str(folder), module=MODULE)
        raise
    return Machines(folder, addresses(words))
