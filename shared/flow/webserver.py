"""HTTP inside a process: waitress in a thread, opened and closed in order."""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

WEB_THREADS = 16
END_SECONDS = 5.0


class WebServer:
    """A WSGI application behind an address; it listens from here on and answers once it is started.

    Args:
        host: address or name to listen on.
        port: 0 takes a free one.

    Raises:
        OSError: the port is in use.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], host: str, port: int) -> None:
        self._server: Any = create_server(
            app,
            host=host,
            port=port,
            threads=WEB_THREADS,
            ident="gridcase",
            # Handed on as it came: whom to believe about who asks, the application decides (`shared.web.metering`).
            clear_untrusted_proxy_headers=False,
        )
        # It warns of each request that waits for a thread: under a flood, a line for every request.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._thread = threading.Thread(target=self._server.run, name="web", daemon=True)
        self._waking = threading.Lock()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._server.effective_port)

    def start(self) -> None:
        """Begin to answer; once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, let what is being answered be answered, and end the thread: five seconds for each at most.

        Sockets are closed by the thread that waits on them: closed under its hands they would be an error.
        """
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=END_SECONDS)
        with self._waking:
            self._server.trigger.pull_trigger(self._close)
        self._thread.join(timeout=END_SECONDS)

    def _close(self) -> None:
        """Close everything; not while the pipe that wakes this thread is still written to, if it woke by itself.

        It may: answers that end wake it as well. `stop` has put this into its list by then and not yet written into
        the pipe, which would be closed under that write.
        """
        with self._waking:
            wasyncore.close_all(self._server._map)
