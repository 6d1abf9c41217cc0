"""One suite for every way to the outside: what deliveries rely on holds of mail, webhooks and the fake alike."""

import email
import email.policy
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest

from services.notify.adapters.mail import MailChannel, MailServer
from services.notify.adapters.unreal_channels import ClosedChannel, PretendChannel
from services.notify.adapters.webhook import WebhookChannel, WebhookLimits
from services.notify.domain.attempts import Attempt, AttemptResult
from services.notify.ports.channel import ChannelMessage, OutsideChannel
from shared.kernel.clock import SetClock
from tests.notify.hooks import Receiver, receiver
from tests.notify.samples import FAR, NOON, SECRET, channel_message
from tests.notify.smtp import Behaviour, smtp_server

DELIVERED, POSTPONED = Attempt(AttemptResult.DELIVERED), Attempt(AttemptResult.POSTPONED)


@dataclass(frozen=True, slots=True)
class Outside:
    """A channel with what stands at its other end.

    Args:
        arrived: keys of the messages that have arrived, in their order.
        address: one that can be reached over it.
    """

    channel: OutsideChannel
    arrived: Callable[[], Sequence[str]]
    address: str
    hosts: frozenset[str] = frozenset()

    def message(self, number: int) -> ChannelMessage:
        """The n-th message to whoever is reached."""
        return channel_message(self.address, key=f"{number:064x}", hosts=self.hosts)


@contextmanager
def mail() -> Iterator[Outside]:
    """Mail to a server on this machine."""
    ours = Behaviour()
    with smtp_server(ours) as port:
        server = MailServer("127.0.0.1", port, "platform@example.org", "none", timeout_seconds=2)
        yield Outside(MailChannel(server, SetClock(NOON)), lambda: _mailed(ours), "a@example.org")


def _mailed(ours: Behaviour) -> list[str]:
    ids = [email.message_from_bytes(raw, policy=email.policy.default)["Message-ID"] for raw in ours.messages]
    return [str(id_).strip("<>").partition("@")[0] for id_ in ids]


@contextmanager
def webhook() -> Iterator[Outside]:
    """Webhooks to a receiver on this machine."""
    with receiver() as ours:
        limits = WebhookLimits(2, 5, frozenset({ours.host}))
        channel = WebhookChannel(SECRET, limits, clock=SetClock(NOON), look_up=lambda *_: ["127.0.0.1"])
        yield Outside(channel, lambda: _posted(ours), ours.url, frozenset({ours.host}))


def _posted(ours: Receiver) -> list[str]:
    return [headers["Idempotency-Key"] for _, headers, _ in ours.requests]


@contextmanager
def pretended() -> Iterator[Outside]:
    """The fake that stands in for all of them in simulations and tests."""
    channel = PretendChannel(SetClock(NOON))
    yield Outside(channel, lambda: [message.key for message in channel.delivered], "a@example.org")


@pytest.fixture(params=[mail, webhook, pretended])
def outside(request: pytest.FixtureRequest) -> Iterator[Outside]:
    """Each way in turn."""
    made: AbstractContextManager[Outside] = request.param()
    with made as found:
        yield found


def test_every_message_has_its_attempt_in_order(outside: Outside) -> None:
    """One attempt for each message, in the messages' order, and they arrive in it."""
    messages = [outside.message(number) for number in range(5)]
    assert outside.channel.deliver(messages, FAR) == [DELIVERED] * 5
    assert outside.arrived() == [message.key for message in messages]


def test_nothing_to_deliver_is_no_attempt(outside: Outside) -> None:
    """An empty batch reaches nobody."""
    assert outside.channel.deliver([], FAR) == []
    assert outside.arrived() == []


def test_a_repetition_arrives_under_the_same_key(outside: Outside) -> None:
    """Whoever gets a message twice can tell that it is one."""
    for _ in range(2):
        assert outside.channel.deliver([outside.message(7)], FAR) == [DELIVERED]
    assert outside.arrived() == [outside.message(7).key] * 2


def test_messages_whose_turn_does_not_come_are_postponed(outside: Outside) -> None:
    """When the batch's time is over they are put back, and reach nobody."""
    assert outside.channel.deliver([outside.message(1), outside.message(2)], NOON) == [POSTPONED] * 2
    assert outside.arrived() == []


def test_messages_to_one_address_share_a_group(outside: Outside) -> None:
    """They are delivered one after another: the group is the same whatever the message says."""
    channel = outside.channel
    assert channel.group_of(outside.message(1)) == channel.group_of(outside.message(2))


@pytest.mark.parametrize("address", ["", "no address", "https://", "\r\n", "a@b@c", "名", "\x00"])
def test_no_address_makes_a_channel_raise(outside: Outside, address: str) -> None:
    """Whatever stands where an address should: it has its attempt, and the message behind it arrives."""
    broken = channel_message(address, hosts=outside.hosts)
    assert isinstance(outside.channel.group_of(broken), str)
    attempts = outside.channel.deliver([broken, outside.message(1)], FAR)
    assert len(attempts) == 2
    assert attempts[1] == DELIVERED
    assert outside.arrived()[-1] == outside.message(1).key


def test_what_is_no_longer_set_up_delivers_nothing_and_loses_nothing() -> None:
    """A message that was queued for a channel which has gone since is tried again later."""
    again = Attempt(AttemptResult.AGAIN, "not-set-up")
    closed = ClosedChannel()
    assert closed.deliver([channel_message()] * 2, FAR) == [again] * 2
    assert closed.deliver([], FAR) == []
    assert closed.group_of(channel_message()) == ""
