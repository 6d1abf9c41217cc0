"""etcd on every machine: by its majority Patroni knows which PostgreSQL leads."""

import shutil
import signal
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from scripts.servers.cluster.member import EVERYONE, Member
from scripts.servers.cluster.network import MACHINES

PACKAGE = "etcd-server"
CLIENTS, PEERS = 2379, 2380
# Five times the defaults: on a busy machine a majority would else lose its leader again and again.
HEARTBEAT_MS, ELECTION_MS = 500, 5000


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
        folder, own = Path(record["folder"]), self.address
        everyone = ",".join(f"{name}=http://{self.network.address(name)}:{PEERS}" for name in MACHINES)
        settings = {
            "name": self.machine,
            "data-dir": f"{folder}/data",
            "listen-client-urls": f"http://{own}:{CLIENTS}",
            "advertise-client-urls": f"http://{own}:{CLIENTS}",
            "listen-peer-urls": f"http://{own}:{PEERS}",
            "initial-advertise-peer-urls": f"http://{own}:{PEERS}",
            "initial-cluster": everyone,
            "initial-cluster-token": self.network.bridge,
            "heartbeat-interval": HEARTBEAT_MS,
            "election-timeout": ELECTION_MS,
            "enable-v2": "true",  # what Patroni speaks here, and why: see there
            # One that comes back after it was cut off must not have the others choose a leader anew.
            "pre-vote": "true",
        }
        command = [str(shutil.which("etcd")), *(f"--{name}={value}" for name, value in settings.items())]
        return self._run(command, folder, EVERYONE, {"PATH": "/usr/bin:/bin", "GOMAXPROCS": "1"})

    def is_ready(self, record: dict[str, Any]) -> bool:
        """Tell whether it knows a leader."""
        del record
        with suppress(OSError), urllib.request.urlopen(f"http://{self.address}:{CLIENTS}/health", timeout=2):
            return True
        return False
