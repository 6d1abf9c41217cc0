"""The delivery duty: claim, send, mark – with workers that vanish, channels that fail, and people who must
know.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from services.notify.adapters.mail import MailChannel, MailServer
from services.notify.adapters.webhook import WebhookChannel, WebhookLimits
from services.notify.bootstrap import NotifySettings, build
from services.notify.domain.attempts import Attempt, AttemptResult
from services.notify.domain.notification import Channel
from services.notify.domain.signing import is_signed, signing_key
from services.notify.ports.channel import ChannelMessage
from services.notify.store.tables import notifications
from shared.contracts.sealed import Sealer
from shared.kernel.clock import SetClock
from tests.notify.hooks import receiver
from tests.notify.house import HEAD, OPERATOR, House, changed_files
from tests.notify.samples import NOON, SECRET
from tests.notify.smtp import Behaviour, smtp_server

ADDRESS = "head@example.org"


class Scripted:
    """A channel that answers as planned, the last answer for ever, and remembers what it was given."""

    def __init__(self, *results: AttemptResult) -> None:
        self.results = list(results)
        self.given: list[ChannelMessage] = []

    def group_of(self, letter: ChannelMessage) -> str:
        return letter.unit or ""

    def deliver(self, letters: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
        self.given.extend(letters)
        return [Attempt(self._next(), "planned") for _ in letters]

    def _next(self) -> AttemptResult:
        return self.results.pop(0) if len(self.results) > 1 else self.results[0]


class Broken:
    """A channel with a fault of its own."""

    def group_of(self, letter: ChannelMessage) -> str:
        return ""

    def deliver(self, letters: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
        raise RuntimeError(f"nobody foresaw this: {letters[0].address}")


class Vanished(BaseException):
    """The worker's process is gone."""


class Vanishing(Scripted):
    """A channel during whose work the process is killed: after the letter left, before anything was marked."""

    def deliver(self, letters: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
        self.given.extend(letters)
        raise Vanished


def mailing(channel: Any, **settings: Any) -> House:
    """A house whose station head wants mail, with one such mail queued."""
    files = changed_files(
        (
            "level: village, vacant: town-grid-centre}",
            "level: village, vacant: town-grid-centre, channels: [inbox, mail]}",
        )
    )
    house = House(channels={Channel.MAIL: channel}, files=files, **settings)
    house.member(HEAD, f"p-{HEAD}", mail=ADDRESS)
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    return house


def deliver(house: House) -> int:
    """Run the duty once."""
    return house.duties["deliver"].run(1000)


def mail_row(house: House) -> dict[str, Any]:
    """The one mail."""
    (row,) = house.rows(channel="mail")
    return row


def said_of_mail(house: House) -> list[str]:
    """What the case heard of the mail."""
    return [
        message.type.partition(".")[2]
        for message in house.emitted("notification.")
        if message.data.channel == "mail"
    ]


def test_a_queued_letter_is_sent_and_said() -> None:
    """Only after the channel delivered it does the case hear 'sent', with the person by reference."""
    channel = Scripted(AttemptResult.DELIVERED)
    house = mailing(channel)
    assert said_of_mail(house) == []
    assert deliver(house) == 1
    (given,) = channel.given
    assert (given.address, given.number, given.language) == (ADDRESS, "2026-c-1", "zh")
    assert given.key == mail_row(house)["key"]
    assert mail_row(house)["state"] == "sent"
    assert said_of_mail(house) == ["sent"]
    assert house.emitted("notification.")[-1].data.person == f"p-{HEAD}"
    assert deliver(house) == 0


def test_no_identity_leaves_in_a_message_or_stays_in_a_row() -> None:
    """Addresses are sealed in the store and absent from every message that is said."""
    house = mailing(Scripted(AttemptResult.AGAIN))
    deliver(house)
    with house.store.read() as conn:
        for table in house.store.flow.outbox.metadata.sorted_tables:
            for row in conn.execute(sa.select(table)):
                assert ADDRESS not in str(tuple(row))


def test_failures_are_tried_again_with_growing_pauses_and_then_given_up() -> None:
    """Each pause is kept, the number of attempts bounded; at the end the case and the operator hear of it."""
    channel = Scripted(AttemptResult.AGAIN)
    waits = (timedelta(seconds=5), timedelta(seconds=30))
    house = mailing(channel, waits=waits)
    for wait in waits:
        assert deliver(house) == 1
        house.clock.set(house.clock.now() + wait - timedelta(seconds=1))
        assert deliver(house) == 0
        house.clock.set(house.clock.now() + timedelta(seconds=1))
    assert deliver(house) == 1
    assert (mail_row(house)["state"], mail_row(house)["attempts"]) == ("failed", 3)
    assert said_of_mail(house) == ["failed"]
    assert house.alarms() == ["delivery-failed"]
    assert house.told(unit=OPERATOR) == [(OPERATOR, "alarm delivery-failed")]
    assert len({letter.key for letter in channel.given}) == 1
    house.clock.set(house.clock.now() + timedelta(days=9))
    assert deliver(house) == 0


def test_a_refusal_is_not_tried_again() -> None:
    """An address that does not exist is tried once."""
    channel = Scripted(AttemptResult.REFUSED)
    house = mailing(channel)
    deliver(house)
    assert said_of_mail(house) == ["failed"]
    assert len(channel.given) == 1


def test_a_worker_killed_between_sending_and_marking_leaves_it_uncertain_then_resent() -> None:
    """The lease ends, the case hears 'uncertain', and the letter goes again under the same key."""
    dying, living = Vanishing(AttemptResult.DELIVERED), Scripted(AttemptResult.DELIVERED)
    house = mailing(dying)
    with pytest.raises(Vanished):
        deliver(house)
    assert mail_row(house)["state"] == "sending"
    assert deliver(house) == 0, "while the lease lasts nobody else may send it"
    house.clock.set(house.clock.now() + timedelta(minutes=3))
    other = another_worker(house, living)
    assert deliver(other) == 1
    assert said_of_mail(house) == ["uncertain"]
    house.clock.set(house.clock.now() + timedelta(seconds=5))
    assert deliver(other) == 1
    assert said_of_mail(house) == ["uncertain", "sent"]
    assert dying.given[0].key == living.given[0].key


def test_an_uncertain_letter_of_a_channel_that_holds_waits_for_a_person() -> None:
    """It is not sent a second time by itself; the operator is alarmed."""
    channel = Scripted(AttemptResult.UNCERTAIN)
    house = mailing(channel, resend_uncertain=frozenset())
    deliver(house)
    house.clock.set(house.clock.now() + timedelta(days=9))
    assert deliver(house) == 0
    assert mail_row(house)["state"] == "uncertain"
    assert (said_of_mail(house), house.alarms()) == (["uncertain"], ["delivery-failed"])


def test_a_slow_worker_does_not_overwrite_what_another_has_done() -> None:
    """A worker whose lease ended comes back with its result: the other's mark stands, nothing is said twice."""
    house = mailing(Scripted(AttemptResult.DELIVERED))

    class Overtaken(Scripted):
        def deliver(self, letters: Sequence[ChannelMessage], until: datetime) -> list[Attempt]:
            house.clock.set(house.clock.now() + timedelta(minutes=3))
            deliver(house)  # finds the lease ended
            house.clock.set(house.clock.now() + timedelta(minutes=3))
            deliver(house)  # sends
            return super().deliver(letters, until)

    deliver(another_worker(house, Overtaken(AttemptResult.REFUSED)))
    assert mail_row(house)["state"] == "sent"
    assert said_of_mail(house) == ["uncertain", "sent"]


def test_a_broken_channel_leaves_its_letters_uncertain() -> None:
    """A fault in the channel's own code does not lose track of what may have left."""
    house = mailing(Broken())
    deliver(house)
    assert said_of_mail(house) == ["uncertain"]


def test_no_log_line_names_an_address() -> None:
    """Even a channel's own failure, whose words hold an address, is logged by kind and place alone."""
    house = mailing(Broken())
    with structlog.testing.capture_logs() as lines:
        deliver(house)
    assert [line["event"] for line in lines] == ["channel-failed"]
    assert lines[0]["cause"] == "RuntimeError"
    assert ADDRESS not in str(lines)


def test_who_left_the_unit_is_not_written_to() -> None:
    """Between queueing and sending the membership ended: no address, no letter."""
    channel = Scripted(AttemptResult.DELIVERED)
    house = mailing(channel)
    house.member(HEAD, f"p-{HEAD}", held=False)
    deliver(house)
    assert channel.given == []
    assert (mail_row(house)["state"], mail_row(house)["cause"]) == ("failed", "no-address")


def test_an_address_sealed_with_another_secret_is_not_used() -> None:
    """A store restored beside another secret refuses visibly."""
    channel = Scripted(AttemptResult.DELIVERED)
    house = mailing(channel)
    sealed = Sealer(b"another secret of this length").seal_all({"mail": ADDRESS})
    message = house.membership(HEAD, f"p-{HEAD}")
    message.data["addresses"] = sealed
    house.take(message)
    deliver(house)
    assert channel.given == []
    assert mail_row(house)["cause"] == "bad-address"


def test_a_postponed_letter_is_not_counted_as_tried() -> None:
    """Its turn did not come: it is queued as before."""
    house = mailing(Scripted(AttemptResult.POSTPONED, AttemptResult.DELIVERED))
    deliver(house)
    assert (mail_row(house)["state"], mail_row(house)["attempts"]) == ("queued", 0)
    deliver(house)
    assert said_of_mail(house) == ["sent"]


def test_a_simulated_store_writes_to_nobody() -> None:
    """Whatever channels are set up: a simulation's letters are pretended, and said to be sent."""
    channel = Scripted(AttemptResult.DELIVERED)
    house = mailing(channel, simulated_at=NOON)
    deliver(house)
    assert channel.given == []
    assert said_of_mail(house) == ["sent"]


def test_towns_take_turns() -> None:
    """One town's flood does not keep another town's letter waiting behind it."""
    channel = Scripted(AttemptResult.DELIVERED)
    house = mailing(channel)
    for number in range(30):
        house.take(
            house.admitted(f"f-{number}"),
            house.accepted(f"f-{number}"),
            house.clock_event("started", f"f-{number}"),
        )
    with house.store.begin() as work:
        work.conn.execute(
            sa.update(notifications)
            .where(notifications.c.channel == "mail", notifications.c.subject_id == "f-29")
            .values(town="another")
        )
    house.duties["deliver"].run(4)
    assert "another" in {letter.town for letter in channel.given}


def another_worker(house: House, channel: Any) -> House:
    """A second process of the same service, on the same store and the same time."""
    other = object.__new__(House)
    other.__dict__.update(house.__dict__)
    service = build(
        NotifySettings("sqlite://", SECRET, engine="reference"),
        store=house.store,
        clock=house.clock,
        channels={Channel.MAIL: channel},
    )
    other.duties = {duty.name: duty for duty in service.duties}
    return other


def test_a_letter_goes_all_the_way_by_mail() -> None:
    """From a message to a mailbox: the address is opened, the text arrives, the case hears of it."""
    ours = Behaviour()
    with smtp_server(ours) as port:
        server = MailServer("127.0.0.1", port, "platform@example.org", "none", timeout_seconds=2)
        house = mailing(MailChannel(server, SetClock(NOON)))
        deliver(house)
    assert ours.recipients == [ADDRESS]
    assert said_of_mail(house) == ["sent"]
    assert mail_row(house)["key"].encode() in ours.messages[0]


def test_a_letter_goes_all_the_way_by_webhook() -> None:
    """The pack's owner allows the host; another pack that does not is not reached at the same address."""
    with receiver() as ours:
        channel = WebhookChannel(
            SECRET,
            WebhookLimits(2, 5, frozenset({ours.host})),
            clock=SetClock(NOON),
            look_up=lambda *_: ["127.0.0.1"],
        )
        states = []
        for host in ("hooks.example.org", "other.example.org"):
            files = changed_files(
                (
                    "level: village, vacant: town-grid-centre}",
                    "level: village, vacant: town-grid-centre, channels: [webhook]}",
                ),
                ("fallback:", f"webhooks: [{host}]\nfallback:"),
            )
            house = House(channels={Channel.WEBHOOK: channel}, files=files)
            house.member(HEAD, f"p-{HEAD}", webhook=ours.url)
            house.take(house.admitted(), house.accepted(), house.clock_event("started"))
            deliver(house)
            (row,) = house.rows(channel="webhook")
            states.append((row["state"], row["cause"]))
    assert states == [("sent", None), ("failed", "host-not-allowed")]
    ((_, headers, body),) = ours.requests
    assert is_signed(signing_key(SECRET, "t-vtc"), headers["Gridcase-Signature"], body)
