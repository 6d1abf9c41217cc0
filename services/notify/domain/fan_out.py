"""From one thing to be told to single notifications: desks, people, channels, stand-ins.

Decides that a unit's own desk always gets it, that its people get it over their channels, that a vacant unit's
stand-in gets it in its place, and that an absent person's substitute does, while the absent one's own desk keeps it.
Texts are filled in by whoever calls. Must not know stores.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.notify.domain.notification import Channel, Notification
from services.notify.domain.telling import Recipient, Telling
from services.notify.domain.vacancy import Seat
from shared.kernel.texts import Text

ADDRESSED = (Channel.MAIL, Channel.WEBHOOK)


@dataclass(frozen=True, slots=True)
class House:
    """What a town's unit directory answers.

    Args:
        seat_of: where somebody sits for a unit.
        channels_of: channels over which a unit wants to be told.
        absent_of: people of a unit who are away.
        open_channels: channels that this deployment has set up.
        stands_in: channel that replaces those not set up, if any.
    """

    seat_of: Callable[[str], Seat]
    channels_of: Callable[[str], tuple[str, ...]]
    open_channels: frozenset[Channel]
    stands_in: Channel | None = None
    absent_of: Callable[[str], tuple[str, ...]] = lambda _: ()


@dataclass(frozen=True, slots=True)
class FanOut:
    """The notifications of one telling, and the units found vacant on the way."""

    made: tuple[Notification, ...]
    vacant: tuple[Seat, ...]


def fan_out(telling: Telling, house: House, write: Callable[[Telling, Recipient], Text]) -> FanOut:
    """Return every notification that a telling comes to; a unit that several parties mean is told once."""
    made: dict[str, Notification] = {}
    vacant: dict[str, Seat] = {}
    for recipient in telling.recipients:
        text = write(telling, recipient)
        for notification in _of_recipient(telling, recipient, text, house, vacant):
            made.setdefault(notification.key, notification)
    return FanOut(tuple(made.values()), tuple(vacant.values()))


def _of_recipient(
    telling: Telling, to: Recipient, text: Text, house: House, vacant: dict[str, Seat]
) -> Iterator[Notification]:
    if to.is_public:
        yield Notification(telling.happening, telling.reason, to.party, Channel.PUBLICATION, text)
    elif to.unit is None:
        if to.person is not None:
            yield Notification(
                telling.happening, telling.reason, to.party, Channel.INBOX, text, person=to.person
            )
    else:
        yield _at_desk(telling, to, to.unit, None, text)
        for person in house.absent_of(to.unit):
            yield _at_own_desk(telling, to, person, None, text)
        seat = house.seat_of(to.unit)
        if seat.is_vacant:
            vacant[to.unit] = seat
        yield from _at_seat(telling, to, seat, text, house)


def _at_seat(telling: Telling, to: Recipient, seat: Seat, text: Text, house: House) -> Iterator[Notification]:
    if seat.unit is None:
        return
    via = seat.wanted if seat.is_vacant else None
    if via is not None:
        yield _at_desk(telling, to, seat.unit, via, text)
    for holder in seat.holders:
        if holder.stands_for is not None:
            yield _at_own_desk(telling, to, holder.person, holder.stands_for, text)
    wanted = telling.channels or house.channels_of(seat.unit)
    for channel in _outward(wanted, house):
        yield from _over(channel, telling, to, seat, via, text, house)


def _outward(wanted: tuple[str, ...], house: House) -> list[Channel]:
    """Channels beyond the desk; one that is not set up gives way to the stand-in, if there is one."""
    found = []
    for name in wanted:
        channel = Channel(name)
        if channel in (Channel.INBOX, Channel.PUBLICATION):
            continue
        is_open = channel in house.open_channels or house.stands_in is None
        found.append(channel if is_open else house.stands_in)
    return [channel for channel in dict.fromkeys(found) if channel is not None]


def _over(
    channel: Channel, telling: Telling, to: Recipient, seat: Seat, via: str | None, text: Text, house: House
) -> Iterator[Notification]:
    """A unit's people over one channel; a unit none of whose people can be reached by it is told so, and
    counted.
    """
    reached = [holder for holder in seat.holders if channel.value in holder.channels]
    if channel not in ADDRESSED or not reached:
        lost = "" if channel not in ADDRESSED else "no-address"
        lost = lost if channel in house.open_channels else "not-set-up"
        yield Notification(
            telling.happening, telling.reason, to.party, channel, text, unit=seat.unit, via=via, lost=lost
        )
        return
    for holder in reached:
        lost = "" if channel in house.open_channels else "not-set-up"
        yield Notification(
            telling.happening,
            telling.reason,
            to.party,
            channel,
            text,
            unit=holder.unit or seat.unit,
            person=holder.person,
            via=holder.stands_for or via,
            lost=lost,
        )


def _at_own_desk(telling: Telling, to: Recipient, person: str, via: str | None, text: Text) -> Notification:
    return Notification(
        telling.happening, telling.reason, to.party, Channel.INBOX, text, person=person, via=via
    )


def _at_desk(telling: Telling, to: Recipient, unit: str, via: str | None, text: Text) -> Notification:
    return Notification(telling.happening, telling.reason, to.party, Channel.INBOX, text, unit=unit, via=via)
