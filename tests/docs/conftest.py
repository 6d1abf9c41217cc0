"""A house for the guides' examples, started as the guides say, in a folder of its own."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.docs.console import LOCALES, PATIENCE_SECONDS, Shell
from tests.docs.reading import PROJECT

Lived = Callable[[str], Shell]


@pytest.fixture
def lived_in(tmp_path: Path) -> Iterator[Lived]:
    """Start a house with samples and give a shell beside it; the house ends with the test."""
    running: list[subprocess.Popen[bytes]] = []

    def start(language: str) -> Shell:
        lay_out(tmp_path)
        process = _serve(tmp_path, language)
        running.append(process)
        address, token = _greeting(tmp_path / "said", process)
        return Shell(tmp_path, language, {"ADDRESS": address, "TOKEN": token})

    yield start
    for process in running:
        process.terminate()
        process.wait(30)


def lay_out(folder: Path) -> None:
    """Copy what the guides' commands name: the packs and the recorded data."""
    shutil.copytree(PROJECT / "rules", folder / "rules")
    shutil.copytree(PROJECT / "tests" / "data", folder / "tests" / "data")


def _serve(folder: Path, language: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "gridcase", "serve", "--with-samples", "--port", "0", "--data", "var"]
    environment = {"PATH": "/usr/bin:/bin", "LANG": LOCALES[language], "PYTHONPATH": str(PROJECT)}
    with (folder / "said").open("wb") as said:
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT)


def _greeting(said: Path, process: "subprocess.Popen[bytes]") -> tuple[str, str]:
    """Wait for the address and the first token."""
    until = time.monotonic() + 3 * PATIENCE_SECONDS
    while True:
        text = said.read_text(encoding="utf-8")
        address = re.search(r"^\S+\s*(http://\S+)$", text, re.MULTILINE)
        token = re.search(r"[:：]\s*(\S{40,})$", text, re.MULTILINE)
        if address and token:
            return address[1], token[1]
        assert process.poll() is None, text
        assert time.monotonic() < until, text
        time.sleep(0.1)
