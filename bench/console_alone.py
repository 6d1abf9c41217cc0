"""The console as a process of its own, as deployments run it: standard input says whom it asks, standard output where
it listens and, at its end, how much processor time it took. It ends with its standard input.

The time is the measured house's, in which tokens end: a house that stands still would have ended them all by now.
"""

import json
import sys
import time
from dataclasses import dataclass
from datetime import datetime

from services.console import bootstrap as console
from shared.flow.webserver import WebServer


@dataclass(frozen=True, slots=True)
class StandingClock:
    """A time that stands still."""

    at: datetime

    def now(self) -> datetime:
        """Return its instant."""
        return self.at


def main() -> None:
    """Answer until nobody writes to standard input any more."""
    told = json.loads(sys.stdin.readline())
    settings = console.ConsoleSettings(bytes.fromhex(told["secret"]))
    clock = StandingClock(datetime.fromisoformat(told["at"]))
    server = WebServer(console.build(settings, console.HttpCalls(told["url"]), time=clock), "127.0.0.1", 0)
    server.start()
    print(server.port, flush=True)
    began = time.process_time()
    sys.stdin.read()
    print(time.process_time() - began, flush=True)
    server.stop()


if __name__ == "__main__":
    main()
