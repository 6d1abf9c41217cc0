"""Serving intake's web application by itself: settings from the environment."""

import os
from pathlib import Path

from werkzeug.serving import run_simple

from services.intake.bootstrap import Settings, build
from shared.obs.logs import set_up_logs


def main() -> None:
    """Build the service and serve it."""
    set_up_logs("intake", os.environ.get("GRIDCASE_LOG_LEVEL", "info"))
    settings = Settings(
        store_url=os.environ["GRIDCASE_STORE_URL"],
        secret=os.environ["GRIDCASE_SECRET"].encode(),
        attachments=Path(os.environ.get("GRIDCASE_ATTACHMENTS", "data/attachments")),
    )
    service = build(settings)
    run_simple(os.environ.get("GRIDCASE_HOST", "127.0.0.1"), int(os.environ.get("GRIDCASE_PORT", "8001")),
               service.app, threaded=True)  # fmt: skip


if __name__ == "__main__":
    main()
