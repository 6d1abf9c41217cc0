"""What P2 and P3 ask: intake's door on a prepared store, or a Flask route that does nothing, on the same server.

Run as `python -m bench.web_server nothing` or `python -m bench.web_server intake STORE_URL SECRET`; prints its port.
"""

import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from flask import Flask

from gridcase.house import HousePlan, build_house, standing_stores
from shared.flow.process import calm_collector
from shared.flow.webserver import WebServer
from shared.obs.metrics import Metrics
from shared.web.quotas import DEFAULT_QUOTAS, Allowance, DoorSettings


def nothing() -> Flask:
    """Return an application whose one route answers and does nothing."""
    app = Flask("nothing")
    app.add_url_rule("/", "nothing", lambda: ("{}", 201), methods=["POST"])
    return app


def intake(store_url: str, secret: str, folder: Path) -> Any:
    """Return intake's application on a store that was prepared."""
    # Measured with a quota that bounds nothing: what a quota costs is in it, what it refuses is not.
    door = DoorSettings(dict.fromkeys(DEFAULT_QUOTAS, Allowance(10**9, 60)))
    plan = HousePlan(store_url, secret.encode(), "both", folder, door=door)
    return build_house(plan, standing_stores(plan, ("intake",)), Metrics())["intake"].app


def main(what: str, *where: str) -> None:
    """Serve until asked to end."""
    with tempfile.TemporaryDirectory() as folder:
        server = WebServer(nothing() if what == "nothing" else intake(*where, Path(folder)), "127.0.0.1", 0)
        calm_collector()
        server.start()
        print(server.port, flush=True)
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
        stop.wait()
        server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
