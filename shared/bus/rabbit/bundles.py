"""Which messages share a frame: those that go the same way, in their order.

A frame costs the broker about as much as it costs to carry thirty messages in one, so the relay bundles what waits.
Streams are spread over lanes; a lane is the routing key, so all of it goes to the same queue of every consumer and a
stream keeps its order. A bundle is a CloudEvents batch, a JSON array; the lengths of its parts travel in a header, so
that nobody has to parse it in order to take it apart. One message alone travels as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol, TypeVar
from zlib import crc32

# Never to be changed while anything is under way: a stream's later messages would go to another queue than its earlier
# ones, and overtake them. Many more than the queues, so that these get about equally much.
LANES = 64
# A frame costs the broker as much as some thirty messages in it; two of the largest fit into a queue (`Shape`).
MOST_MESSAGES, MOST_BYTES = 100, 256 * 1024
LENGTHS = "gridcase-lengths"
ONE_TYPE, BATCH_TYPE = "application/cloudevents+json", "application/cloudevents-batch+json"


class Sendable(Protocol):
    """What is bundled: a stream's message, encoded."""

    @property
    def stream(self) -> str:
        """The stream whose order counts."""
        ...

    @property
    def frame(self) -> bytes:
        """The encoded message."""
        ...


M = TypeVar("M", bound=Sendable)


def lane_of(stream: str) -> str:
    """Return the routing key of a stream, the same in every process and for good: '0' … '63'."""
    # Not `hash`: it differs from process to process.
    return str(crc32(stream.encode()) % LANES)


def bundles(messages: Iterable[M]) -> Iterator[tuple[str, list[M]]]:
    """Yield routing keys with the messages of a frame; a lane's bundles come in the order of its messages.

    Args:
        messages: in the order in which they are to travel; across lanes that order is lost, within one it is kept.
    """
    lanes: dict[str, list[M]] = {}
    for message in messages:
        lanes.setdefault(lane_of(message.stream), []).append(message)
    for lane, waiting in lanes.items():
        for part in _cut(waiting):
            yield lane, part


def _cut(waiting: Sequence[M]) -> Iterator[list[M]]:
    """Cut a lane's messages so that no frame is too large; a message that is, goes alone."""
    part: list[M] = []
    size = 0
    for message in waiting:
        if part and (len(part) == MOST_MESSAGES or size + len(message.frame) > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(message)
        size += len(message.frame)
    yield part


def join(frames: Sequence[bytes]) -> tuple[bytes, dict[str, str]]:
    """Return the body of a frame and its headers; one message alone stays as it is and has none.

    Args:
        frames: one at least, each an encoded message.

    Returns:
        The body – a JSON array where there are several – and, in a header, the lengths of its parts in bytes.
    """
    if len(frames) == 1:
        return frames[0], {}
    return b"[" + b",".join(frames) + b"]", {LENGTHS: ",".join(str(len(frame)) for frame in frames)}


def size_of(headers: Mapping[str, Any] | None) -> int:
    """Return how many messages a frame says that it carries: to know when a batch is full, without taking it apart.

    Args:
        headers: the frame's, None where it has none; foreign ones count as those of a single message.
    """
    lengths = (headers or {}).get(LENGTHS)
    return lengths.count(",") + 1 if isinstance(lengths, str) else 1


def split(body: bytes, headers: Mapping[str, Any] | None) -> list[bytes]:
    """Return the messages of a frame; one whose lengths do not fit is given back whole, for whoever decodes it.

    Args:
        body: what `join` made.
        headers: those that it gave with it; None where there are none.
    """
    lengths = _lengths(headers)
    # Beside the parts there are two brackets, and commas between: one byte for each part, and one more.
    if not lengths or sum(lengths) + len(lengths) + 1 != len(body):
        return [body]
    starts = [1]
    for length in lengths:
        starts.append(starts[-1] + length + 1)
    return [body[start : end - 1] for start, end in pairwise(starts)]


def _lengths(headers: Mapping[str, Any] | None) -> list[int]:
    """The lengths that a frame states; none where that is no list of numbers: anybody may have published it."""
    stated = (headers or {}).get(LENGTHS)
    if not isinstance(stated, str):
        return []
    parts = stated.split(",")
    return [int(part) for part in parts] if all(part.isascii() and part.isdecimal() for part in parts) else []
