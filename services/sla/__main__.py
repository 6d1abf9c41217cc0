"""Serving the sla service's web application by itself: settings from the environment."""

import os

from werkzeug.serving import run_simple

from services.sla.bootstrap import Settings, build
from shared.obs.logs import set_up_logs


def main() -> None:
    """Build the service and serve it."""
    set_up_logs("sla", os.environ.get("GRIDCASE_LOG_LEVEL", "info"))
    settings = Settings(
        store_url=os.environ["GRIDCASE_STORE_URL"], secret=os.environ["GRIDCASE_SECRET"].encode()
    )
    service = build(settings)
    host, port = os.environ.get("GRIDCASE_HOST", "127.0.0.1"), int(os.environ.get("GRIDCASE_PORT", "8003"))
    run_simple(host, port, service.app, threaded=True)


if __name__ == "__main__":
    main()
