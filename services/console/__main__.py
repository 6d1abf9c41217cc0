"""Running the console as a process of its own: it has no store and no broker, and asks the gateway."""

import os

import structlog

from services.console.bootstrap import NAME, ConsoleSettings, HttpCalls, build
from shared.flow.deployment import NEWEST_OF_SECRETS, OLD_SECRETS, needed, secrets_of
from shared.flow.ending import asked_to_end, wait_until
from shared.flow.webserver import WebServer
from shared.obs.logs import set_up_logs
from shared.obs.metrics import Metrics

GATEWAY = "GRIDCASE_URL"  # where every service is reached, as the command line has it too
HOST, PORT = "GRIDCASE_HOST", "GRIDCASE_PORT"
log = structlog.get_logger()


def main() -> None:
    """Run until asked to end."""
    set_up_logs(NAME)
    stop = asked_to_end()
    secret = secrets_of(needed(os.environ, NEWEST_OF_SECRETS), os.environ.get(OLD_SECRETS, ""))
    app = build(ConsoleSettings(secret), HttpCalls(needed(os.environ, GATEWAY)), metrics=Metrics())
    server = WebServer(app, os.environ.get(HOST, "127.0.0.1"), int(os.environ.get(PORT, "8080")))
    server.start()
    log.info("running", port=server.port)
    wait_until(stop)
    server.stop()


if __name__ == "__main__":
    main()
