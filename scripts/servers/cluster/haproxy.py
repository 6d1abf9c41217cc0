"""HAProxy before both PostgreSQLs: one address, behind which is always the one that leads."""

import shutil
import signal
from pathlib import Path
from typing import Any, ClassVar

from scripts.servers import processes
from scripts.servers.cluster import patroni
from scripts.servers.cluster.member import EVERYONE, Member

PACKAGE = "haproxy"
PLACES = "/usr/sbin:/usr/local/sbin:/usr/bin"
# Patroni is asked every second who leads. Whoever is connected to one that does not any more, is cut off: a primary
# that was frozen or cut off must not answer those who were its own.
SETTINGS = """\
global
    maxconn 2000
defaults
    mode tcp
    timeout connect 4s
    timeout client 1h
    timeout server 1h
    timeout check 2s
listen postgres
    bind {host}:{port}
    option httpchk OPTIONS /primary
    http-check expect status 200
    default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
{servers}
"""


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
        """Write its settings."""
        EVERYONE.folder(folder)
        servers = "\n".join(
            f"    server {name} {self.network.address(name)}:{patroni.STORE} check port {patroni.QUESTIONS}"
            for name in patroni.STORES
        )
        text = SETTINGS.format(host=self.network.host, port=patroni.STORE, servers=servers)
        (folder / "haproxy.cfg").write_text(text)
        return {"folder": str(folder)}

    def start(self, record: dict[str, Any]) -> list[str]:
        """Start it in the host's own network."""
        folder = Path(record["folder"])
        command = [str(program()), "-db", "-f", f"{folder}/haproxy.cfg"]
        return [processes.start(command, folder, EVERYONE, {"PATH": PLACES}, self.LOG)]

    def is_ready(self, record: dict[str, Any]) -> bool:
        """Tell whether it takes connections."""
        del record
        return processes.answers(patroni.STORE, self.network.host)

    def reach(self, record: dict[str, Any]) -> dict[str, str]:
        """Give the address of whichever store leads, as an administrator."""
        del record
        login = f"{patroni.SUPERUSER}:{self.secret}@{self.network.host}:{patroni.STORE}"
        return {"PG_DSN": f"postgresql://{login}/postgres"}
