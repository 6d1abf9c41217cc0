"""Prometheus with a settings file of the caller's, or with one that watches nothing.

It runs as whoever asked, root included: it has no objection, and it must read rule files in the checkout.
"""

import shutil
import signal
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

from scripts.servers import processes
from scripts.servers.places import Owner

PACKAGE = "prometheus"
STOP = signal.SIGTERM
LOG = "prometheus.log"
NOBODY_ELSE = Owner(None)

SETTINGS = "global: {scrape_interval: 2s, evaluation_interval: 2s}\n"


def is_installed() -> bool:
    """Tell whether Prometheus and its rule tester can be started."""
    return bool(shutil.which("prometheus") and shutil.which("promtool"))


def prepare(folder: Path) -> dict[str, Any]:
    """Write settings that watch nothing, for when none are given; returns how to start and reach it."""
    NOBODY_ELSE.folder(folder)
    (folder / "prometheus.yml").write_text(SETTINGS)
    return {"folder": str(folder), "port": processes.free_port(), "settings": str(folder / "prometheus.yml")}


def start(record: dict[str, Any]) -> list[str]:
    """Start the server; returns its mark. It reads its settings again when asked at `/-/reload`."""
    folder = Path(record["folder"])
    command = ["prometheus", f"--config.file={record['settings']}", f"--storage.tsdb.path={folder}/data"]
    command += [f"--web.listen-address=127.0.0.1:{record['port']}", "--web.enable-lifecycle"]
    command += ["--enable-feature=exemplar-storage"]  # as in the Compose file
    return [
        processes.start(command, folder, NOBODY_ELSE, {"PATH": "/usr/bin:/bin", "HOME": str(folder)}, LOG)
    ]


def is_ready(record: dict[str, Any]) -> bool:
    """Tell whether the server answers queries."""
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{record['port']}/-/ready", timeout=1):
        return True
    return False


def reach(record: dict[str, Any]) -> dict[str, str]:
    """Give the server's address and its programs."""
    return {
        "PROMETHEUS_URL": f"http://127.0.0.1:{record['port']}",
        "PROMETHEUS": str(shutil.which("prometheus")),
        "PROMTOOL": str(shutil.which("promtool")),
    }
