"""HAProxy before both PostgreSQLs: one address, behind which is always the one that leads."""

import shutil
import signal
from pathlib import Path
from typing import Any, ClassVar

from scripts.servers import processes
from scripts.servers.cluster import patroni
from scripts.servers.cluster.deployed import FOLDER
from scripts.servers.cluster.member import EVERYONE, Member
from scripts.servers.cluster.network import MACHINES

PACKAGE = "haproxy"
PLACES = "/usr/sbin:/usr/local/sbin:/usr/bin"


def program() -> str | None:
    """Find it; Debian keeps it where only root's PATH looks."""
    return shutil.which("haproxy") or shutil.which("haproxy", path=PLACES)


def is_installed() -> bool:
    """Tell whether HAProxy can be started."""
    return program() is not None


class HaProxy(Member):
    """The one on the host, where the house's own processes run."""

    LOG: ClassVar[str] = "haproxy.log"
    STOP: ClassVar[signal.Signals] = signal.SIGTERM

    def prepare(self, folder: Path) -> dict[str, Any]:
        """Make its folder."""
        EVERYONE.folder(folder)
        return {"folder": str(folder)}

    def start(self, record: dict[str, Any]) -> list[str]:
        """Start it in the host's own network, with the deployed settings as they are."""
        machines = {f"MACHINE_{name.upper()}": self.network.address(name) for name in MACHINES}
        command = [str(program()), "-db", "-f", str(FOLDER / "haproxy.cfg")]
        environment = {"PATH": PLACES, "BIND": self.network.host, **machines}
        return [processes.start(command, Path(record["folder"]), EVERYONE, environment, self.LOG)]

    def is_ready(self, record: dict[str, Any]) -> bool:
        """Tell whether it takes connections."""
        del record
        return processes.answers(patroni.STORE, self.network.host)

    def reach(self, record: dict[str, Any]) -> dict[str, str]:
        """Give the address of whichever store leads, as an administrator."""
        del record
        login = f"{patroni.SUPERUSER}:{self.secret}@{self.network.host}:{patroni.STORE}"
        return {"PG_DSN": f"postgresql://{login}/postgres"}
