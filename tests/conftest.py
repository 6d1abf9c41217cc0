"""What every test may count on: random tests say how to repeat them, servers are real, CI skips none."""

import os
import signal
from types import FrameType

import hypothesis
import pytest
import structlog

from shared.flow.process import calm_collector
from shared.obs import audit

pytest_plugins = ["tests.servers", "tests.workers"]

# No deadline: machines are noisy, and `make bench` measures time. The blob repeats a failure found in CI.
hypothesis.settings.register_profile("gridcase", deadline=None, print_blob=True)
hypothesis.settings.load_profile("gridcase")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make faults` ask for the fault suite at its full size, and `make faults-cluster` for three machines."""
    parser.addoption("--whole", action="store_true", help="run the fault suite at its full size; takes long")
    parser.addoption("--cluster", action="store_true", help="run what takes three machines; needs root")
    parser.addoption("--minutes", type=float, default=30.0, help="how long three machines are troubled")
    parser.addoption("--before", help="revision that is upgraded from, worker by worker")
    parser.addoption("--seed", type=int, default=1, help="what troubles them, and in what order")


def pytest_configure() -> None:
    """Leave in order when asked to end: the servers that the run started are ended with it."""
    signal.signal(signal.SIGTERM, _leave)


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what stands for the whole run: thousands of tests, dozens of libraries."""
    calm_collector()


@pytest.fixture(autouse=True)
def _own_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget where a command that ran in this process would have its logs and its record: its process ends with it."""
    structlog.reset_defaults()
    monkeypatch.setattr(audit, "_logger", structlog.get_logger("audit"))


def _leave(number: int, frame: FrameType | None) -> None:
    # Once: another signal on the way out, such as the one that xdist's workers send themselves, would break off what
    # takes the servers down.
    for again in (signal.SIGTERM, signal.SIGINT):
        signal.signal(again, signal.SIG_IGN)
    pytest.exit(f"asked to end by signal {number}", returncode=128 + number)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a CI run that skipped anything: there, whatever is missing is a fault of the set-up."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") and skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(skipped)} tests were skipped, and CI skips nothing", red=True)
