"""HTTP inside a process: uvicorn in a thread, the application in others, opened and closed in order."""

import logging
import resource
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from uvicorn import Config, Server

from shared.flow.serving.bridge import Bridge
from shared.flow.serving.connections import connections_with
from shared.flow.serving.limits import ServingLimits

WEB_THREADS = 16
END_SECONDS = 5
_BACKLOG = 2048
_OWN_FILES = 512  # that a process has open beside its connections: stores, broker, files


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What a server shows of itself: a certificate with those above it, and its key, both in PEM."""

    certificate: Path
    key: Path


class HeldAddress:
    """An address that is this process's from here on, and at which nobody is answered yet: not even connected.

    Args:
        host: address or name; port: 0 takes a free one.

    Raises:
        OSError: the port is in use, or there is no such address.
    """

    def __init__(self, host: str, port: int) -> None:
        self._socket = _bound(host, port)

    @property
    def port(self) -> int:
        """The port that was taken."""
        return int(self._socket.getsockname()[1])

    def listen(self) -> socket.socket:
        """Begin to listen, and hand the socket over.

        Raises:
            OSError: somebody else listens there meanwhile.
        """
        self._socket.listen(_BACKLOG)
        return self._socket

    def close(self) -> None:
        """Give the address back."""
        self._socket.close()


class WebServer:
    """A WSGI application behind an address; it listens from here on and answers once it is started.

    Args:
        host: address or name to listen on.
        port: 0 takes a free one.
        limits: what is granted to clients.
        held: the address, where it was taken before; host and port then say nothing.
        tls: None: it speaks plain HTTP, as behind a proxy or for this machine alone.

    Raises:
        OSError: the port is in use, or there is no such address.
    """

    def __init__(
        self,
        app: WSGIApplication,
        host: str,
        port: int,
        limits: ServingLimits | None = None,
        *,
        held: HeldAddress | None = None,
        tls: TlsFiles | None = None,
    ) -> None:
        limits = limits or ServingLimits()
        _allow_files(limits.connections + _OWN_FILES)
        self._socket = (held or HeldAddress(host, port)).listen()
        self._port = int(self._socket.getsockname()[1])
        self._threads = ThreadPoolExecutor(WEB_THREADS, thread_name_prefix="web")
        self._server = Server(_settings(Bridge(app, self._threads, limits), limits, tls))
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._port

    def start(self) -> None:
        """Begin to answer; once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, answer what is being answered, and end the threads: five seconds for each at most."""
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(timeout=2 * END_SECONDS)
        self._socket.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def _settings(app: Any, limits: ServingLimits, tls: TlsFiles | None) -> Config:
    return Config(
        app,
        http=connections_with(limits),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        interface="asgi3",
        loop="asyncio",
        # Its words go where the process's own go (`obs.logs`); lines about requests would hold who reported what.
        log_config=None,
        log_level=logging.ERROR,
        access_log=False,
        # Whom to believe about who asks, the application decides (`shared.web.metering`).
        proxy_headers=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=limits.idle_seconds,
        timeout_graceful_shutdown=END_SECONDS,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
    )


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    own = socket.socket(family, kind, protocol)
    try:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind(address)
        own.setblocking(False)
    except OSError:
        own.close()
        raise
    return own


def _allow_files(wanted: int) -> None:
    """Let this process open as many files as its connections take; by default a process has 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
