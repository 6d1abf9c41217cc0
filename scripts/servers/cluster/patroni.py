"""PostgreSQL under Patroni: a primary and a synchronous standby, which takes over when the primary is gone."""

import json
import shutil
import signal
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from scripts.servers import postgres, processes
from scripts.servers.cluster.member import Member
from scripts.servers.cluster.network import MACHINES
from scripts.servers.places import Owner

PACKAGE = "patroni"
USER, SUPERUSER = "postgres", "gridcase"
STORES = MACHINES[:2]  # the third machine has a voice in who leads, and no store
STORE, QUESTIONS = 5432, 8008


def is_installed() -> bool:
    """Tell whether Patroni can be started."""
    return shutil.which("patroni") is not None


class Patroni(Member):
    """One PostgreSQL and the Patroni that starts, watches and promotes it."""

    LOG: ClassVar[str] = "patroni.log"
    STOP: ClassVar[signal.Signals] = signal.SIGTERM

    def prepare(self, folder: Path) -> dict[str, Any]:
        """Write Patroni's settings; the store itself is made by whichever of the two comes first."""
        owner = Owner.named(USER)
        owner.folder(folder)
        settings = folder / "patroni.yml"
        here = {"clients": f"{self.network.prefix}0/24", "programs": str(postgres.programs())}
        told = self._settings("patroni.yml", folder, administrator=SUPERUSER, store=self.secret, **here)
        settings.write_text(told)
        owner.give(settings, 0o600)
        return {"folder": str(folder)}

    def start(self, record: dict[str, Any]) -> list[str]:
        """Start Patroni, which starts PostgreSQL."""
        folder = Path(record["folder"])
        postgres.forget_dead(folder / "data")
        command = [str(shutil.which("patroni")), f"{folder}/patroni.yml"]
        environment = {
            "PATH": f"{postgres.programs()}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(folder),
        }
        return self._run(command, folder, Owner.named(USER), environment)

    def is_ready(self, record: dict[str, Any]) -> bool:
        """Tell whether it is the primary, or its synchronous standby."""
        del record
        return self.role() in ("primary", "sync_standby")

    def role(self) -> str | None:
        """Return 'primary', 'sync_standby', 'replica' – in whatever state –, or None where it does not answer."""
        with suppress(OSError, ValueError):
            request = urllib.request.urlopen(f"http://{self.address}:{QUESTIONS}/patroni", timeout=2)
            with request as answer:
                told = json.loads(answer.read())
            if told.get("state") == "running":
                role = "primary" if told["role"] == "master" else str(told["role"])
                return "sync_standby" if told.get("sync_standby") else role
        return None

    def postmaster(self, record: dict[str, Any]) -> str | None:
        """Return the mark of PostgreSQL's first process, None where there is none."""
        lock = Path(record["folder"]) / "data" / "postmaster.pid"
        with suppress(OSError, ValueError, IndexError):
            found = processes.mark(int(lock.read_text().splitlines()[0]))
            return found if processes.is_alive(found) else None
        return None

    def reach(self, record: dict[str, Any]) -> dict[str, str]:
        """Give the folder of programs such as `pg_basebackup`."""
        del record
        return {"PG_PROGRAMS": str(postgres.programs())}
