"""The servers of one folder as a whole: what runs there and for whom, how each is stopped and restarted.

Several test runs may share a folder: each holds a lease, and the last to leave turns off the light.
"""

import fcntl
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from scripts.servers import packages, places, postgres, processes, prometheus, rabbit
from scripts.servers.places import Owner, Unready

SERVERS = {"rabbit": rabbit, "pg": postgres, "prom": prometheus}
Entry = dict[
    str, Any
]  # 'record': what the server's module keeps; 'processes': their marks, the server's first


class Stack:
    """The servers of one folder; use it inside `opened`, which keeps others out meanwhile.

    Attributes:
        kinds: by the names of the servers that there may be: how each is prepared, started, asked and stopped.
    """

    kinds: Mapping[str, Any] = SERVERS

    def __init__(self, folder: Path) -> None:
        """Read what an earlier command recorded in `folder`."""
        self.folder = folder
        self._file = folder / "state.json"
        known: dict[str, Any] = json.loads(self._file.read_text()) if self._file.exists() else {}
        self.servers: dict[str, Entry] = known.get("servers", {})
        self.leases: list[str] = known.get("leases", [])
        self.is_kept: bool = known.get("is_kept", False)

    def _save(self) -> None:
        known = {"servers": self.servers, "leases": self.leases, "is_kept": self.is_kept}
        self._file.write_text(json.dumps(known, indent=1))
        self._file.chmod(0o600)

    def up(self, names: Sequence[str], settings: Path | None = None) -> None:
        """Start those of `names` that don't run, and return when all of them answer.

        Raises Unready for a package that is missing or a server that does not start.
        """
        require(packages.missing(names))
        for name in names:
            self._prepare(name)
            if name == "prom" and settings is not None:
                self.servers[name]["record"]["settings"] = str(settings.resolve())
            self._start(name)
        for name in names:
            self._await(name)

    def _prepare(self, name: str) -> None:
        if name not in self.servers:
            folder = places.data_folder(self.folder) / name
            shutil.rmtree(folder, ignore_errors=True)  # what a broken start left
            self.servers[name] = {"record": self.kinds[name].prepare(folder), "processes": []}
            self._save()

    def _start(self, name: str) -> None:
        if self.runs(name):
            return
        self._end_helpers(name)
        entry = self.servers[name]
        entry["processes"] = self.kinds[name].start(entry["record"])
        self._save()

    def _await(self, name: str) -> None:
        record = self.servers[name]["record"]
        log = Path(record["folder"]) / self.kinds[name].LOG
        processes.await_ready(self._main(name), lambda: self.kinds[name].is_ready(record), log)

    def _main(self, name: str) -> str:
        if name not in self.servers:
            raise Unready(f"{name} was never started in {self.folder}")
        return next(iter(self.servers[name]["processes"]), "0/0")

    def _end_helpers(self, name: str) -> None:
        for helper in self.servers[name]["processes"][1:]:
            processes.kill(helper)

    def runs(self, name: str) -> bool:
        """Tell whether the server's process lives."""
        return name in self.servers and processes.is_alive(self._main(name))

    def stop(self, name: str) -> None:
        """Stop a server the way it likes best; its data stays."""
        processes.stop(self._main(name), self.kinds[name].STOP)
        self._end_helpers(name)

    def kill(self, name: str) -> None:
        """End a server as a power cut would; its data stays as it lies."""
        processes.kill(self._main(name))
        self._end_helpers(name)

    def restart(self, name: str) -> None:
        """Stop a server, if it runs, and start it again on the same ports and data."""
        self.stop(name)
        self._start(name)
        self._await(name)

    def down(self) -> None:
        """Stop every server; their data stays for the next start."""
        for name in self.servers:
            self.stop(name)
        self.leases, self.is_kept = [], False
        self._save()

    def wipe(self) -> None:
        """End every server, even one whose start was cut short unrecorded, and remove all they kept."""
        data = places.data_folder(self.folder)
        for process in processes.dwelling(data):
            processes.kill(process)
        shutil.rmtree(data, ignore_errors=True)
        self.servers, self.leases, self.is_kept = {}, [], False
        self._file.unlink(missing_ok=True)

    def lease(self, pid: int) -> None:
        """Note that the process `pid` uses the servers."""
        self.leases.append(processes.mark(pid))
        self._save()

    def release(self, pid: int) -> None:
        """Give a lease back; when nobody holds one and nobody asked to keep them, wipe the servers."""
        gone = processes.mark(pid)
        self.leases = [lease for lease in self.leases if lease != gone and processes.is_alive(lease)]
        self._save()
        if not self.leases and not self.is_kept:
            self.wipe()

    def keep(self) -> None:
        """Let the servers run until somebody says `down` or `wipe`, whoever holds leases."""
        self.is_kept = True
        self._save()

    def reach(self) -> dict[str, str]:
        """Give the addresses of all servers, by the names of environment variables."""
        found: dict[str, str] = {}
        for name, entry in self.servers.items():
            found |= self.kinds[name].reach(entry["record"])
        return found

    def rabbitmqctl(self, words: Sequence[str]) -> None:
        """Run RabbitMQ's own control program against this node; raises Unready when it fails."""
        self._main("rabbit")
        record = self.servers["rabbit"]["record"]
        command = [str(rabbit.control()), *words]
        settings = rabbit.environment(record)
        identity = Owner.named(rabbit.USER).identity()
        if subprocess.run(command, env=settings, cwd=record["folder"], check=False, **identity).returncode:
            raise Unready(f"rabbitmqctl {' '.join(words)} failed; its words are above")


def require(absent: Sequence[str]) -> None:
    """Refuse to go on without packages. Raises Unready naming them and who installs them."""
    if absent:
        raise Unready(f"not installed: {', '.join(absent)}; as root, `make servers-install` installs them")


AnyStack = TypeVar("AnyStack", bound=Stack)


@contextmanager
def opened(folder: Path, kind: Callable[[Path], AnyStack]) -> Iterator[AnyStack]:
    """Open the servers of `folder`, one command at a time."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield kind(folder)
