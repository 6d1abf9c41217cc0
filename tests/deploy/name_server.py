"""A name server as a container engine has one: it knows the containers that run now."""

import socket
import struct
import threading

_A, _IN = 1, 1
_NO_SUCH_NAME = 3
_ONE_HOUR = 3600  # the settings, not the answer, must say how soon nginx asks again


class NameServer:
    """Answers for IPv4 addresses by UDP, on loopback.

    Args:
        names: name → addresses; may be changed at any time.
    """

    def __init__(self, names: dict[str, list[str]]) -> None:
        """Listen."""
        self.names = names
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more: an empty question ends the thread."""
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(10)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            question, asker = self._socket.recvfrom(512)
            if not question:
                return
            self._socket.sendto(self._answer(question), asker)

    def _answer(self, question: bytes) -> bytes:
        """Repeat the question (RFC 1035, 4.1) and add an address record for each address."""
        end = question.index(b"\0", 12) + 5
        found = self.names.get(_name(question[12:]), [])
        flags = 0x8180 | (0 if found else _NO_SUCH_NAME)
        head = question[:2] + struct.pack(">5H", flags, 1, len(found), 0, 0)
        return head + question[12:end] + b"".join(_record(address) for address in found)


def _name(labels: bytes) -> str:
    found = []
    while length := labels[0]:
        found.append(labels[1 : 1 + length].decode())
        labels = labels[1 + length :]
    return ".".join(found)


def _record(address: str) -> bytes:
    return struct.pack(">3HIH", 0xC00C, _A, _IN, _ONE_HOUR, 4) + socket.inet_aton(address)
