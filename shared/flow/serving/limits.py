"""How long clients may take and how much is kept for them: the one place of these numbers."""

from dataclasses import dataclass

LARGEST_BODY = (
    64 * 2**20
)  # bytes; what no application takes, whatever it says: a file of old cases is as large


@dataclass(frozen=True, slots=True)
class ServingLimits:
    """What a server grants its clients, known or not.

    Args:
        connections: at once; beyond them the one goes that has been silent or slow for longest.
        head_seconds: from a connection's beginning, or from the answer before, until a request's head is complete.
        head_bytes: of a request line with its headers.
        idle_seconds: a kept connection may wait so long for the next request.
        unread_seconds: an answer may wait so long for a client that does not read.
        body_seconds: for any body at all, and for each further `body_rate` bytes a second more.
        body_rate: bytes a second, less than the slowest line of a village has.
        drain_seconds: a refused body is read and thrown away for so long: its sender must come to read the answer.
        blind_bytes: of a body that are taken in before the application was asked whether it wants them.
        held_bytes: of all bodies that are taken in at one time, beyond the blind ones.
    """

    connections: int = 4000
    head_seconds: float = 10.0
    head_bytes: int = 32 * 2**10
    idle_seconds: int = 60
    unread_seconds: float = 30.0
    body_seconds: float = 15.0
    body_rate: int = 16 * 2**10
    drain_seconds: float = 4.0
    blind_bytes: int = 16 * 2**10
    held_bytes: int = 192 * 2**20

    def seconds_for(self, length: int) -> float:
        """Return how long a body of so many bytes may take."""
        return self.body_seconds + length / self.body_rate
