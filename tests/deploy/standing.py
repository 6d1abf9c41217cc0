"""The Compose file's containers as processes on this machine.

Decides what a container's world becomes here: names of other containers become loopback addresses, its port a free
one, its volume a folder. Commands, settings and health checks stay as they are written.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from scripts.servers.processes import free_port

BIN = str(Path(sys.executable).parent)
PATH = f"{BIN}:/usr/bin:/bin"
HOUSE_FILES = "/var/lib/gridcase"


@dataclass(frozen=True, slots=True)
class Here:
    """What stands for the rest of the composition.

    Args:
        names: 'container:port' → 'address:port'.
        folder: stands for the volumes.
    """

    names: Mapping[str, str]
    folder: Path

    def settings(self, service: Mapping[str, Any]) -> dict[str, str]:
        """Return a container's settings, placed on this machine."""
        placed = {key: self._place(str(value)) for key, value in service["environment"].items()}
        if "GRIDCASE_PORT" in placed:
            placed |= {"GRIDCASE_PORT": str(free_port()), "GRIDCASE_HOST": "127.0.0.1"}
        return {"PATH": PATH, **placed}

    def _place(self, value: str) -> str:
        for name, address in self.names.items():
            value = value.replace(f"@{name}/", f"@{address}/").replace(f"//{name}", f"//{address}")
        return value.replace(HOUSE_FILES, str(self.folder))


class Container:
    """One of the services, run by the very command of the file."""

    def __init__(self, service: Mapping[str, Any], here: Here) -> None:
        """Start it; its words go to a file."""
        self._service = service
        self.settings = here.settings(service)
        self.words = here.folder / f"{service['command'][-1]}.log"
        with self.words.open("wb") as words:
            self.process = subprocess.Popen(
                service["command"],
                env=self.settings,
                cwd=here.folder,
                stdout=words,
                stderr=words,
                stdin=subprocess.DEVNULL,
            )

    def is_healthy(self) -> bool:
        """Run the health check as it is written, with its own patience."""
        check = self._service["healthcheck"]
        assert check["test"][0] == "CMD"
        try:
            done = subprocess.run(
                check["test"][1:],
                env=self.settings,
                capture_output=True,
                check=False,
                timeout=seconds(check["timeout"]),
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def becomes_healthy(self, patience: float = 60.0) -> bool:
        """Wait until the health check succeeds; false when the process ended or patience did."""
        end = time.monotonic() + patience
        while not self.is_healthy():
            if self.process.poll() is not None or time.monotonic() > end:
                return False
            Event().wait(0.2)
        return True

    def stop(self) -> int:
        """Ask it to stop as the engine does; returns its exit code, raises when it outstays its grace."""
        self.process.terminate()
        return self.process.wait(timeout=seconds(self._service["stop_grace_period"]))

    def kill(self) -> None:
        """End it, if it still runs."""
        self.process.kill()
        self.process.wait()


def seconds(duration: str) -> float:
    """Read Compose's '30s' or '1m0s'."""
    minutes, _, rest = duration.rpartition("m")
    return 60 * float(minutes or 0) + float(rest.removesuffix("s") or 0)


def run(service: Mapping[str, Any], here: Here) -> "subprocess.CompletedProcess[str]":
    """Run a container that ends by itself."""
    return subprocess.run(
        service["command"],
        env=here.settings(service),
        cwd=here.folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=100,
    )


def tools() -> str:
    """Return a PATH with PostgreSQL's programs on it."""
    return f"{PATH}:{os.environ.get('PATH', '')}"
