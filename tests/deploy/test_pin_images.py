"""Images are pinned by what their registry says, all of them or none; no digest is typed by hand."""

import hashlib
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.deploy.composition import ROOT

PASS = "a pass for reading"


def digest(path: str) -> str:
    """The digest that the double gives for a manifest."""
    return f"sha256:{hashlib.sha256(path.encode()).hexdigest()}"


@dataclass
class Registry:
    """A registry on loopback that gives anybody a pass, and each tag a digest of its own."""

    asked: list[str] = field(default_factory=list)
    missing: str = ""
    lies: bool = False

    def __post_init__(self) -> None:
        registry = self

        class Answers(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                registry.asked.append(self.path)
                if self.headers.get("Authorization") != f"Bearer {PASS}":
                    where = f"http://{registry.address}/token"
                    challenge = f'Bearer realm="{where}",service="double",scope="repository:x:pull"'
                    self._say(401, {"WWW-Authenticate": challenge})
                elif registry.missing and registry.missing in self.path:
                    self._say(404, {})
                else:
                    said = "sha256:short" if registry.lies else digest(self.path)
                    self._say(200, {"Docker-Content-Digest": said})

            def do_GET(self) -> None:
                assert "scope=repository%3Ax%3Apull" in self.path
                self._say(200, {}, json.dumps({"token": PASS}).encode())

            def _say(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def registry() -> Iterator[Registry]:
    """The double."""
    made = Registry()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def settings(registry: Registry, tmp_path: Path) -> Path:
    """The example's settings, their images in the double's registry."""
    example = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
    there = re.sub(r"^(\w+_IMAGE)=(?!gridcase)", rf"\1={registry.address}/", example, flags=re.MULTILINE)
    file = tmp_path / "settings.env"
    file.write_text(there, encoding="utf-8")
    file.chmod(0o600)
    return file


def pin(file: Path) -> "subprocess.CompletedProcess[str]":
    """Run the command as people do."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHON": sys.executable, "no_proxy": "*"}
    command = [str(ROOT / "deploy" / "pin-images"), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def images(file: Path) -> dict[str, str]:
    """The images of settings, by their variables."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"\w+_IMAGE=", line))


def test_every_image_gets_the_digest_of_its_registry(registry: Registry, settings: Path) -> None:
    """Name and tag stay readable; our own image, of no registry, and all else stay as they were."""
    before = settings.read_text(encoding="utf-8")
    wanted = images(settings)
    done = pin(settings)
    assert done.returncode == 0, done.stderr
    for name, image in images(settings).items():
        if wanted[name].startswith("gridcase"):
            assert image == wanted[name]
            continue
        repository, _, tag = wanted[name].removeprefix(f"{registry.address}/").rpartition(":")
        assert image == f"{wanted[name]}@{digest(f'/v2/{repository}/manifests/{tag}')}"
    assert re.sub(r"@sha256:[0-9a-f]{64}", "", settings.read_text(encoding="utf-8")) == before
    assert settings.stat().st_mode & 0o777 == 0o600


def test_pinned_again_they_follow_their_tags(settings: Path) -> None:
    """What is pinned is looked up anew by its tag, and gets no second digest."""
    assert pin(settings).returncode == 0
    once = settings.read_text(encoding="utf-8")
    assert pin(settings).returncode == 0
    assert settings.read_text(encoding="utf-8") == once


@pytest.mark.parametrize("trouble", ["missing", "lies"])
def test_all_are_pinned_or_none(registry: Registry, settings: Path, trouble: str) -> None:
    """An image that is not there, or an answer that is no digest: the settings stay as they were, whole."""
    registry.missing, registry.lies = ("grafana" if trouble == "missing" else ""), trouble == "lies"
    before = settings.read_text(encoding="utf-8")
    done = pin(settings)
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert settings.read_text(encoding="utf-8") == before
    assert [path.name for path in settings.parent.iterdir()] == [settings.name]


def test_no_digest_is_typed_by_hand() -> None:
    """Nothing in the repository pins an image: what is pinned is written by the command on a deployer's machine."""
    for name in ("docker-compose.yml", "deploy/example.env", "deploy/Dockerfile"):
        assert "@sha256:" not in (ROOT / name).read_text(encoding="utf-8"), name
