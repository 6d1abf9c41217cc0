"""A small HTTP server on loopback that receives webhooks and behaves as it is told to."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """What the receiver does, and what it has seen.

    Args:
        statuses: answers in order; the last one is repeated.
        mode: 'answer', 'hang' (says nothing), 'drip' (headers without end), 'cut' (hangs up after the
            request),
            'flood' (an endless body).
    """

    statuses: list[int] = field(default_factory=lambda: [204])
    mode: str = "answer"
    location: str = ""
    says: bytes = b""
    tls: ssl.SSLContext | None = None
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http{'s' if self.tls else ''}://hooks.example.org:{self.port}/told"

    @property
    def host(self) -> str:
        """Its host and port, as allow-lists write it."""
        return f"hooks.example.org:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        ours = self.receiver
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        ours.requests.append((self.path, dict(self.headers), body))
        {
            "answer": self._answer,
            "hang": self._hang,
            "drip": self._drip,
            "cut": self._cut,
            "flood": self._flood,
        }[ours.mode]()

    def _answer(self) -> None:
        ours = self.receiver
        status = ours.statuses.pop(0) if len(ours.statuses) > 1 else ours.statuses[0]
        self.send_response(status)
        if ours.location:
            self.send_header("Location", ours.location)
        self.send_header("Content-Length", str(len(ours.says)))
        self.end_headers()
        self.wfile.write(ours.says)

    def _hang(self) -> None:
        self.receiver.done.wait(30)
        self.close_connection = True

    def _drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while not self.receiver.done.wait(0.05):
                self.wfile.write(b"X-Wait: a\r\n")
                self.wfile.flush()
        except OSError:
            pass
        self.close_connection = True

    def _cut(self) -> None:
        self.close_connection = True

    def _flood(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        try:
            while not self.receiver.done.is_set():
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A cut connection is what some tests want."""


@contextmanager
def receiver(**settings: object) -> Iterator[Receiver]:
    """Run a receiver."""
    ours = Receiver(**settings)  # type: ignore[arg-type]
    handler = type("Handler", (_Handler,), {"receiver": ours})
    with _Server(("127.0.0.1", 0), handler) as server:
        assert isinstance(server, socketserver.TCPServer)
        ours.port = int(server.server_address[1])
        if ours.tls:
            server.socket = ours.tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield ours
        finally:
            ours.done.set()
            server.shutdown()
            thread.join()
