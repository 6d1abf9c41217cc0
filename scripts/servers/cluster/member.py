"""What every server of the cluster is: a process on one machine, with a folder of its own."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from scripts.servers import processes
from scripts.servers.cluster.deployed import settings
from scripts.servers.cluster.network import MACHINES, Network
from scripts.servers.places import Owner

EVERYONE = Owner(None)


@dataclass(frozen=True, slots=True)
class Member(ABC):
    """A server of the cluster.

    Args:
        machine: on which it runs.
        network: that joins the machines.
        secret: of which all its passwords are; the same for all members.
    """

    LOG: ClassVar[str]
    machine: str
    network: Network
    secret: str

    @property
    def address(self) -> str:
        """Where it is reached."""
        return self.network.address(self.machine)

    def _settings(self, name: str, folder: Path, **more: str) -> str:
        """Return a file of the deployed settings, filled in for this member."""
        machines = {machine: self.network.address(machine) for machine in MACHINES}
        own = {"name": self.machine, "own": self.address, "data": str(folder)}
        return settings(name, {**machines, **own, **more})

    @abstractmethod
    def prepare(self, folder: Path) -> dict[str, Any]:
        """Write its settings, once; returns what is needed to start and reach it."""

    @abstractmethod
    def start(self, record: dict[str, Any]) -> list[str]:
        """Start it; returns the marks of its processes, the server's first."""

    @abstractmethod
    def is_ready(self, record: dict[str, Any]) -> bool:
        """Tell whether it does its part."""

    def reach(self, _record: dict[str, Any]) -> dict[str, str]:
        """Give addresses, by the names of environment variables; none by itself."""
        return {}

    def _run(
        self, command: Sequence[str], folder: Path, owner: Owner, environment: Mapping[str, str]
    ) -> list[str]:
        words = self.network.on(self.machine, owner, command)
        return [processes.start(words, folder, EVERYONE, environment, self.LOG)]
