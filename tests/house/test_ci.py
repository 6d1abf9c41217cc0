"""In CI nothing is skipped, and a run that is told to end leaves no server behind."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SKIPPING = "import pytest\n\ndef test_absent():\n    pytest.skip('no such server here')\n"
WAITING = """
import pathlib, threading, pytest
HERE = pathlib.Path(__file__).parent

@pytest.fixture
def server():
    yield
    threading.Event().wait({takes})  # as servers that stop
    (HERE / "ended").touch()

def test_long(server):
    (HERE / "begun").touch()
    for _ in range(600):  # a signal on the threshold of a single long wait would be heard only at its end
        threading.Event().wait(0.1)
"""


workers = pytest.mark.parametrize("workers", ["0", "1"], ids=["alone", "in a worker"])


def _run(test: Path, ci: str, workers: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "tests.conftest", str(test)]
    command += ["-p", "no:schemathesis", "-n", workers]
    command += ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    environment = {**own, "CI": ci}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@workers
@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_skips_fail_in_ci_alone(tmp_path: Path, ci: str, code: int, workers: str) -> None:
    """A skipped test fails the run in CI, and passes it on a laptop."""
    test = tmp_path / "test_absent.py"
    test.write_text(SKIPPING)
    with _run(test, ci, workers) as run:
        words, _ = run.communicate(timeout=200)
    assert run.returncode == code, words
    assert ("CI skips nothing" in words) == bool(ci)


@workers
def test_ended_run_cleans_up(tmp_path: Path, workers: str) -> None:
    """A run that is asked to end takes down what its fixtures put up, also where that takes a worker its time."""
    test = tmp_path / "test_long.py"
    test.write_text(WAITING.replace("{takes}", "7" if workers == "1" else "0"))
    with _run(test, "", workers) as run:
        while run.poll() is None and not (tmp_path / "begun").exists():
            threading.Event().wait(0.02)
        run.send_signal(signal.SIGTERM)
        words, _ = run.communicate(timeout=200)
    assert (tmp_path / "ended").exists(), words
