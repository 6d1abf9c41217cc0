"""What a transport hands over: frames, and the ways to say what became of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Batch:
    """Frames that arrived together.

    Args:
        committed: call once the inbox has committed them all; before that they come again.
        unreadable: call with an index for a frame that is no message, before `committed`.
    """

    frames: Sequence[bytes]
    committed: Callable[[], None]
    unreadable: Callable[[int], None]


class Source(Protocol):
    """Where a service's messages come from."""

    def batches(self, size: int, stop: Event) -> Iterator[Batch]:
        """Yield what arrives, up to `size` frames at once, until `stop` is set."""
        ...
