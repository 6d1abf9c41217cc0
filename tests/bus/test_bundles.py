"""Messages that go the same way share frames, and come out of them as they went in."""

import json
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from shared.bus.rabbit.bundles import (
    LANES,
    LENGTHS,
    MOST_BYTES,
    MOST_MESSAGES,
    bundles,
    join,
    lane_of,
    size_of,
    split,
)


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    stream: str
    frame: bytes


FRAMES = st.lists(st.binary(max_size=60), min_size=1, max_size=12)
MESSAGES = st.lists(
    st.builds(Message, st.integers(0, 999), st.sampled_from([f"case-{n}" for n in range(9)]), st.binary(max_size=20)),
    max_size=400,
)  # fmt: skip


@given(FRAMES)
def test_what_was_joined_is_split_again(frames: list[bytes]) -> None:
    """Whatever the messages contain, they come out of a frame as they went in, and the frame tells how many."""
    body, headers = join(frames)
    assert split(body, headers) == frames
    assert size_of(headers) == len(frames)


@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers()), min_size=2, max_size=6))
def test_a_bundle_is_a_json_array(messages: list[dict[str, int]]) -> None:
    """Whoever knows nothing of the header reads a bundle as a CloudEvents batch."""
    body, _ = join([json.dumps(message).encode() for message in messages])
    assert json.loads(body) == messages


@given(MESSAGES)
def test_a_stream_keeps_its_order_and_nothing_is_lost(messages: list[Message]) -> None:
    """All messages of a stream go one lane, in their order; every message goes once; no frame holds too many."""
    made = list(bundles(messages))
    assert sorted(id(one) for _, part in made for one in part) == sorted(id(one) for one in messages)
    for stream in {message.stream for message in messages}:
        gone = [(lane, one) for lane, part in made for one in part if one.stream == stream]
        assert {lane for lane, _ in gone} == {lane_of(stream)}
        assert [one for _, one in gone] == [one for one in messages if one.stream == stream]
    assert all(1 <= len(part) <= MOST_MESSAGES for _, part in made)


def test_a_frame_stays_small_and_a_large_message_goes_alone() -> None:
    """A frame is cut by its size; one message that is larger than that still goes."""
    large, small = Message(1, "s", b"x" * (MOST_BYTES + 1)), Message(2, "s", b"x" * (MOST_BYTES // 2))
    sizes = [[one.id for one in part] for _, part in bundles([small, small, large, small, small, small])]
    assert sizes == [[2, 2], [1], [2, 2], [2]]


def test_lanes_are_the_same_for_good() -> None:
    """A stream's lane depends on nothing but its name: another one would let its messages overtake each other."""
    assert (lane_of("town/t-vtc"), lane_of("case-1")) == ("45", "6")
    assert {lane_of(f"case-{n}") for n in range(2000)} == {str(n) for n in range(LANES)}


@given(st.binary(max_size=40), st.one_of(st.text(max_size=12), st.integers(), st.none()))
def test_a_header_that_does_not_fit_changes_nothing(body: bytes, said: object) -> None:
    """A frame with a wrong header is handed on whole, for whoever decodes it to judge."""
    parts = split(body, {LENGTHS: said})
    assert parts == [body] or b",".join(parts) == body[1:-1]
