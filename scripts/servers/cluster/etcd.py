"""etcd on every machine: by its majority Patroni knows which PostgreSQL leads."""

import shutil
import signal
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from scripts.servers.cluster.member import EVERYONE, Member

PACKAGE = "etcd-server"
CLIENTS = 2379


def is_installed() -> bool:
    """Tell whether etcd can be started."""
    return shutil.which("etcd") is not None


class Etcd(Member):
    """One member of three."""

    LOG: ClassVar[str] = "etcd.log"
    STOP: ClassVar[signal.Signals] = signal.SIGTERM

    def prepare(self, folder: Path) -> dict[str, Any]:
        """Make its folder."""
        EVERYONE.folder(folder)
        return {"folder": str(folder)}

    def start(self, record: dict[str, Any]) -> list[str]:
        """Start it; the first time it waits for one other to form the majority."""
        folder = Path(record["folder"])
        lines = (
            line for line in self._settings("etcd.conf", folder).splitlines() if not line.startswith("#")
        )
        told = dict(line.split("=", 1) for line in lines)
        environment = {"PATH": "/usr/bin:/bin", "GOMAXPROCS": "1", **told}
        return self._run([str(shutil.which("etcd"))], folder, EVERYONE, environment)

    def is_ready(self, record: dict[str, Any]) -> bool:
        """Tell whether it knows a leader."""
        del record
        with suppress(OSError), urllib.request.urlopen(f"http://{self.address}:{CLIENTS}/health", timeout=2):
            return True
        return False
