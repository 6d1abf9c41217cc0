"""A store that is filled from the past again: the same is known and stands in the inboxes, and nobody is told."""

from datetime import timedelta

from services.notify.adapters.unreal_channels import PretendChannel
from services.notify.domain.notification import Channel
from shared.contracts.envelope import Envelope
from shared.kernel.clock import SetClock
from tests.notify.house import HEAD, House, changed_files
from tests.notify.samples import FAR, NOON

MAILED = (
    "level: village, vacant: town-grid-centre}",
    "level: village, vacant: town-grid-centre, channels: [inbox, mail]}",
)


def house(channel: PretendChannel) -> House:
    """A town whose station head is told by mail too."""
    made = House(files=changed_files(MAILED), channels={Channel.MAIL: channel})
    made.member(HEAD, f"p-{HEAD}", mail="head@example.org")
    return made


def past(made: House) -> list[Envelope]:
    """Of one case a text with its due time; of another one whose clock nobody ever heard of."""
    return [
        made.admitted(),
        made.accepted(),
        made.clock_event("started"),
        made.clock_event("breached", state="breached", verdict="late"),
        made.admitted("c-2"),
        made.accepted("c-2"),
    ]


def lived(made: House, messages: list[Envelope]) -> None:
    """Take messages as they come, and wait until waiting is over."""
    for message in messages:
        made.take(message)
    made.clock.set(made.clock.now() + timedelta(minutes=11))
    made.duties["waiting-notices"].run(10)
    made.duties["deliver"].run(10)


def lived_again(made: House, messages: list[Envelope]) -> None:
    """Fill a store from the same messages, long afterwards."""
    made.clock.set(FAR)
    with made.store.replaying():
        for message in messages:
            made.take(message)
        assert made.service.after_replay is not None
        made.service.after_replay()


def told(made: House) -> list[tuple[str, str, str, str]]:
    """Everything that stands there, whatever became of it: key, channel, state, text."""
    return [(row["key"], row["channel"], row["state"], row["text_en"]) for row in made.rows()]


def test_what_was_told_stands_there_again_and_is_told_to_nobody() -> None:
    """Inboxes hold what they held, mail counts as sent, no letter leaves and no message is emitted."""
    first, second = PretendChannel(SetClock(NOON)), PretendChannel(SetClock(NOON))
    before, filled = house(first), house(second)
    lived(before, past(before))
    lived_again(filled, past(filled))
    assert told(filled) == told(before)
    filled.duties["deliver"].run(10)
    filled.duties["waiting-notices"].run(10)
    assert (len(first.delivered), second.delivered) == (2, [])
    assert (len(before.emitted("notification.")) > 0, filled.emitted()) == (True, [])
    assert told(filled) == told(before)


def test_what_still_waits_is_told_when_its_clock_comes() -> None:
    """A text of the last minutes waits on: the clock that comes after the replay completes it, and people are told."""
    channel = PretendChannel(SetClock(NOON))
    made = house(channel)
    with made.store.replaying():
        made.take(made.admitted(), made.accepted())
        assert made.service.after_replay is not None
        made.service.after_replay()
    assert made.rows() == []
    made.take(made.clock_event("started"))
    made.duties["deliver"].run(10)
    assert [row["channel"] for row in made.rows()] == ["inbox", "mail"]
    assert len(channel.delivered) == 1
