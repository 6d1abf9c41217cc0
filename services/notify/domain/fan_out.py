"""From one thing to be told to single notifications: desks, people, channels, stand-ins.

Decides that a unit's own desk always gets it, that its people get it over their channels, that a vacant unit's
stand-in gets it in its place, and that an absent person's substitute does, while the absent one's own desk keeps it.
Texts are filled in by whoever calls. Must not know stores.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.notify.domain.notification import Channel, Notification
from services.notify.domain.pending_notice import Addressee, PendingNotice
from services.notify.domain.vacancy import Holder, Seat
from shared.kernel.texts import Text

ADDRESSED = (Channel.MAIL, Channel.WEBHOOK)


@dataclass(frozen=True, slots=True)
class ChannelSetup:
    """What a deployment has set up for telling people.

    Args:
        open_channels: channels beyond desks that work here.
        stands_in: channel that replaces those not set up, if any.
    """

    open_channels: frozenset[Channel] = frozenset()
    stands_in: Channel | None = None

    def outward(self, wanted: tuple[str, ...]) -> list[Channel]:
        """Return channels beyond the desk; one that is not set up gives way to the stand-in, if there is one."""
        channels = [Channel(name) for name in wanted]
        beyond = [channel for channel in channels if channel not in (Channel.INBOX, Channel.PUBLICATION)]
        return list(dict.fromkeys(self._reached(channel) for channel in beyond))

    def _reached(self, channel: Channel) -> Channel:
        return channel if channel in self.open_channels else self.stands_in or channel


@dataclass(frozen=True, slots=True)
class UnitDirectory:
    """What a town's directory of units answers, and the channels at hand.

    Args:
        seat_of: where somebody sits for a unit.
        channels_of: channels over which a unit wants to be told.
        absent_of: people of a unit who are away.
    """

    seat_of: Callable[[str], Seat]
    channels_of: Callable[[str], tuple[str, ...]]
    setup: ChannelSetup
    absent_of: Callable[[str], tuple[str, ...]] = lambda _: ()


@dataclass(frozen=True, slots=True)
class FanOut:
    """The notifications of one notice, and the units found vacant on the way."""

    made: tuple[Notification, ...]
    vacant: tuple[Seat, ...]


def fan_out(
    notice: PendingNotice, units: UnitDirectory, write: Callable[[PendingNotice, Addressee], Text]
) -> FanOut:
    """Return every notification that a notice comes to; a unit that several parties mean is told once.

    Args:
        write: fills in the text for one recipient.
    """
    made: dict[str, Notification] = {}
    vacant: dict[str, Seat] = {}
    for to in notice.recipients:
        for notification in _of_addressee(_Told(notice, to, write(notice, to)), units, vacant):
            made.setdefault(notification.key, notification)
    return FanOut(tuple(made.values()), tuple(vacant.values()))


@dataclass(frozen=True, slots=True)
class _Told:
    """A notice to one recipient, with the text that this one reads."""

    notice: PendingNotice
    to: Addressee
    text: Text

    def over(
        self,
        channel: Channel,
        unit: str | None = None,
        person: str | None = None,
        *,
        via: str | None = None,
        lost: str = "",
    ) -> Notification:
        notice = self.notice
        return Notification(
            notice.cause, notice.reason, self.to.party, channel, self.text, unit, person, via, lost
        )


def _of_addressee(told: _Told, units: UnitDirectory, vacant: dict[str, Seat]) -> Iterator[Notification]:
    to = told.to
    if to.is_public:
        yield told.over(Channel.PUBLICATION)
    elif to.unit is not None:
        yield told.over(Channel.INBOX, to.unit)
        # For their return: whoever stands in for them is told beside them, below.
        for person in units.absent_of(to.unit):
            yield told.over(Channel.INBOX, person=person)
        seat = units.seat_of(to.unit)
        if seat.is_vacant:
            vacant[to.unit] = seat
        yield from _at_seat(told, seat, units)
    elif to.person is not None:
        yield told.over(Channel.INBOX, person=to.person)


def _at_seat(told: _Told, seat: Seat, units: UnitDirectory) -> Iterator[Notification]:
    if seat.unit is None:
        return
    via = seat.wanted if seat.is_vacant else None
    if via is not None:
        yield told.over(Channel.INBOX, seat.unit, via=via)
    for holder in seat.holders:
        # In an inbox of their own: a substitute need not hold a place in this very unit, and would not see the unit's.
        if holder.stands_for is not None:
            yield told.over(Channel.INBOX, person=holder.person, via=holder.stands_for)
    for channel in units.setup.outward(told.notice.channels or units.channels_of(seat.unit)):
        yield from _over(channel, told, seat, via, units.setup)


def _over(
    channel: Channel, told: _Told, seat: Seat, via: str | None, setup: ChannelSetup
) -> Iterator[Notification]:
    """A unit's people over one channel; a unit none of whose people can be reached by it is told so, and counted."""
    reached = [holder for holder in seat.holders if channel.value in holder.channels]
    is_open = channel in setup.open_channels
    if channel not in ADDRESSED or not reached:
        lost = "no-address" if channel in ADDRESSED else ""
        yield told.over(channel, seat.unit, via=via, lost=lost if is_open else "not-set-up")
        return
    for holder in reached:
        yield _to_holder(channel, told, seat, holder, via, "" if is_open else "not-set-up")


def _to_holder(
    channel: Channel, told: _Told, seat: Seat, holder: Holder, via: str | None, lost: str
) -> Notification:
    unit = holder.unit or seat.unit
    return told.over(channel, unit, holder.person, via=holder.stands_for or via, lost=lost)
