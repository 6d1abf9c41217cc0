"""A small SMTP server on loopback that behaves as it is told to."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Behaviour:
    """What the server does, and what it has seen.

    Args:
        rcpt: recipient → reply to RCPT, '250 ok' for others.
        after_data: reply to the text; '' hangs up without an answer, None never answers.
        greet: False: it accepts the connection and says nothing.
    """

    rcpt: dict[str, str] = field(default_factory=dict)
    after_data: str | None = "250 queued"
    greet: bool = True
    tls: ssl.SSLContext | None = None
    messages: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    over_tls: list[bool] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


class _Session(socketserver.StreamRequestHandler):
    behaviour: Behaviour

    def handle(self) -> None:
        ours = self.behaviour
        ours.connections += 1
        if not ours.greet:
            ours.done.wait(30)
            return
        self._reply("220 test")
        self._secure = False
        while (line := self._line()) and self._answer(line):
            pass

    def _answer(self, line: str) -> bool:
        """Answer one command; False ends the session."""
        verb = line.upper()
        if verb.startswith("RCPT"):
            self._rcpt(line)
        elif verb == "DATA":
            return self._data(self._secure)
        elif verb == "STARTTLS" and self.behaviour.tls:
            self._begin_tls(self.behaviour.tls)
        elif verb.startswith("EHLO") and self.behaviour.tls:
            self._reply("250-test\r\n250 STARTTLS")
        else:
            self._reply("221 bye" if verb == "QUIT" else "250 ok")
        return verb != "QUIT"

    def _begin_tls(self, context: ssl.SSLContext) -> None:
        self._reply("220 go")
        self.request = context.wrap_socket(self.request, server_side=True)
        self.setup()
        self._secure = True

    def finish(self) -> None:
        super().finish()
        self.request.close()  # after STARTTLS it is another one than the server knows

    def _rcpt(self, line: str) -> None:
        address = line.partition("<")[2].partition(">")[0]
        reply = self.behaviour.rcpt.get(address, "250 ok")
        if reply.startswith("2"):
            self.behaviour.recipients.append(address)
        self._reply(reply)

    def _data(self, secure: bool) -> bool:
        self._reply("354 go on")
        text = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            text += line
        self.behaviour.messages.append(text)
        self.behaviour.over_tls.append(secure)
        if self.behaviour.after_data is None:
            self.behaviour.done.wait(30)
            return False
        if not self.behaviour.after_data:
            self.request.shutdown(socket.SHUT_RDWR)
            return False
        self._reply(self.behaviour.after_data)
        return True

    def _line(self) -> str:
        return self.rfile.readline().decode("ascii", "replace").strip()

    def _reply(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def smtp_server(behaviour: Behaviour) -> Iterator[int]:
    """Run the server; yields its port."""
    handler = type("Session", (_Session,), {"behaviour": behaviour})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            behaviour.done.set()
            server.shutdown()
            thread.join()
