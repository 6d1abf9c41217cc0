"""What a transport hands over: frames, and the ways to say what became of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Batch:
    """Frames that arrived together.

    Both ways to answer belong to the thread that iterates over the batches: a channel must not be used from two.

    Args:
        frames: one encoded message each, in the order of their arrival.
        committed: call once the inbox has committed them all, and never before: what is answered for too early is
            lost with a process that dies in between. Without it they come again.
        unreadable: call with an index for a frame that is no message, before `committed`.
    """

    frames: Sequence[bytes]
    committed: Callable[[], None]
    unreadable: Callable[[int], None]


class Source(Protocol):
    """Where a service's messages come from."""

    def batches(self, size: int, stop: Event) -> Iterator[Batch]:
        """Yield what arrives until `stop` is set; a transport that is away is waited for.

        Args:
            size: messages that a batch should have at most; a frame is not cut, so that there may be some more.
            stop: looked at every fifth of a second or so while nothing arrives.
        """
        ...
