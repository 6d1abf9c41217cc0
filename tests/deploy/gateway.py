"""The deployed gateway as a process on this machine, before services that only say who they are.

Decides what the Compose file's paths and addresses become here; nginx's settings stay as they are written.
"""

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from scripts.servers import nginx, processes
from shared.flow.webserver import WebServer
from tests.deploy.composition import AT_THE_DOOR, ROOT, written
from tests.deploy.standing import PATH, seconds

SETTINGS = ROOT / "deploy" / "nginx"
SERVICE = written()["services"]["gateway"]
INSIDE = "/etc/nginx/gridcase"


@dataclass
class Echo:
    """A service that tells, in headers, who it is and what it was asked.

    Args:
        is_well: what its /healthz says.
        takes: bytes of the last body.
        goes_on: awaited between the two lines of '/v1/…/cases/export'.
    """

    name: str
    port: int
    host: str = "127.0.0.1"
    is_well: bool = True
    taken: int = -1
    goes_on: threading.Event = field(default_factory=threading.Event)
    server: WebServer | None = None

    def start(self) -> "Echo":
        """Listen."""
        self.server = WebServer(self, self.host, self.port)
        self.server.start()
        return self

    def stop(self) -> None:
        """Listen no more."""
        if self.server is not None:
            self.server.stop()
        self.server = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer anything."""
        path, body = environ["PATH_INFO"], environ["wsgi.input"]
        self.taken = sum(len(part) for part in iter(lambda: body.read(2**16), b""))
        is_failing = path == "/healthz" and not self.is_well
        spelt = quote(path.encode("latin-1"))  # WSGI gives bytes as characters
        said = {"X-Owner": self.name, "X-Path": spelt, "X-Query": environ["QUERY_STRING"]}
        said["X-Method"] = environ["REQUEST_METHOD"]
        start_response("503 Unwell" if is_failing else "200 OK", list(said.items()))
        if environ["REQUEST_METHOD"] == "HEAD":
            return []
        return self._two_lines() if path.endswith("/cases/export") else [b"here\n"]

    def _two_lines(self) -> Iterable[bytes]:
        yield b"first\n"
        self.goes_on.wait(20)
        yield b"second\n"


class Gateway:
    """nginx with the deployed settings, started by the Compose file's command.

    Args:
        places: what stands in the settings → what stands there on this machine.
        more: further files below the settings' folder: name → text.
    """

    def __init__(
        self, folder: Path, places: Mapping[str, str], more: Mapping[str, str] | None = None
    ) -> None:
        """Start it and wait until it listens."""
        self.port = processes.free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.words = folder / "words"
        _lay_out(
            folder / "settings", {**places, "listen 8080;": f"listen 127.0.0.1:{self.port};"}, more or {}
        )
        self._places = {"/tmp": str(folder), INSIDE: str(folder / "settings")}
        command = [*SERVICE["entrypoint"], *SERVICE["command"]]
        with self.words.open("wb") as words:
            self.process = subprocess.Popen(
                [self._here(word) for word in command],
                executable=program(),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        try:
            processes.await_ready(
                processes.mark(self.process.pid), lambda: processes.answers(self.port), self.words
            )
        except BaseException:
            self.end()
            raise

    def is_healthy(self) -> bool:
        """Run the container's health check as it is written, on this machine's port."""
        check = [
            word.replace("127.0.0.1:8080", f"127.0.0.1:{self.port}")
            for word in SERVICE["healthcheck"]["test"]
        ]
        assert check[0] == "CMD"
        patience = seconds(SERVICE["healthcheck"]["timeout"])
        done = subprocess.run(
            check[1:], env={"PATH": PATH}, capture_output=True, check=False, timeout=patience
        )
        return done.returncode == 0

    def stop(self) -> int:
        """Ask it to stop as the engine does, and return its exit code."""
        self.process.send_signal(signal.Signals[SERVICE["stop_signal"]])
        return self.process.wait(timeout=seconds(SERVICE["stop_grace_period"]))

    def end(self) -> None:
        """End it, if it still runs: its workers go when it does."""
        self.process.terminate()
        self.process.wait(timeout=20)

    def _here(self, word: str) -> str:
        return next(
            (
                here + word.removeprefix(there)
                for there, here in self._places.items()
                if word.startswith(there)
            ),
            word,
        )


def program() -> str:
    """Find nginx; a laptop without it skips the test, and CI fails."""
    found = nginx.program()
    if found is None:
        if os.environ.get("CI"):
            raise FileNotFoundError("nginx is not installed: make servers-install")
        pytest.skip("nginx is not installed")
    return found


def _lay_out(folder: Path, places: Mapping[str, str], more: Mapping[str, str]) -> None:
    """Copy the deployed settings; the names of containers become addresses of this machine."""
    shutil.copytree(SETTINGS, folder)
    for name, text in more.items():
        (folder / name).write_text(text, encoding="utf-8")
    for path in folder.rglob("*.conf"):
        text = path.read_text(encoding="utf-8")
        for there, here in places.items():
            text = text.replace(there, here)
        path.write_text(text, encoding="utf-8")


def echoes() -> dict[str, Echo]:
    """Start one echo for each service."""
    return {name: Echo(name, processes.free_port()).start() for name in AT_THE_DOOR}


def places_of(services: Mapping[str, Echo]) -> dict[str, str]:
    """Say where each container's address is on this machine."""
    return {f"{name}:8080": f"{service.host}:{service.port}" for name, service in services.items()}
