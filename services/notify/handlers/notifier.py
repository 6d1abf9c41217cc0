"""Writing down who is told: every notification that a notice comes to, announced to the case, in one transaction.

Decides what is kept waiting, what counts as sent at once (desks, the file, what is for the public: nothing leaves
the store) and what is queued. Must not know how a channel sends.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from msgspec.structs import replace

from services.notify.domain.alarms import NotificationBound, OwnAlarm, VacantUnit, raised
from services.notify.domain.attempts import DeliveryState
from services.notify.domain.fan_out import ChannelSetup, FanOut, fan_out
from services.notify.domain.gathering import recipient_key
from services.notify.domain.notification import (
    SOURCE,
    Channel,
    NoticeCause,
    Notification,
    StoredNotification,
)
from services.notify.domain.notified_case import NotifiedCase
from services.notify.domain.pending_notice import Addressee, PendingNotice
from services.notify.domain.plan import OPERATOR, operators_inbox
from services.notify.domain.readable_matter import matter_for
from services.notify.handlers.announcing import announce
from services.notify.handlers.units import unit_directory
from services.notify.handlers.wording import Wording
from services.notify.store.directory import SqlDirectory
from services.notify.store.erased import SqlErasedTexts
from services.notify.store.held import SqlHeld
from services.notify.store.notifications import SqlNotifications
from services.notify.store.notified_cases import SqlNotifiedCases
from shared.contracts.messages import Reason
from shared.db.work import Work
from shared.kernel.clock import SystemClock, TimeSource
from shared.kernel.texts import Text
from shared.obs.metrics import Metrics
from shared.rules.case.telling import Held, held_until
from shared.rules.case.timing import AmendedDays
from shared.rules.decide.wording import render, unit_name
from shared.rules.pack.model import Pack

_Names = Mapping[str, Text | None]


@dataclass(frozen=True, slots=True)
class NotifyStore:
    """What of the store is needed to tell somebody."""

    cases: SqlNotifiedCases = field(default_factory=SqlNotifiedCases)
    notifications: SqlNotifications = field(default_factory=SqlNotifications)
    directory: SqlDirectory = field(default_factory=SqlDirectory)
    erased: SqlErasedTexts = field(default_factory=SqlErasedTexts)
    held: SqlHeld = field(default_factory=SqlHeld)


@dataclass(frozen=True, slots=True)
class Notifier:
    """Tells, or keeps what can't be told yet.

    Args:
        setup: channels at hand.
        most_per_case: bound on the notifications that one case can cause.
        wait_for: how long, in real time, a text waits for a deadline before it goes out without.
        clock: real time.
        days: a town's published days as a transaction sees them, which its quiet times go by.
    """

    store: NotifyStore
    wording: Wording
    setup: ChannelSetup
    metrics: Metrics
    days: Callable[[Work, str], AmendedDays | None]
    most_per_case: int = 500
    wait_for: timedelta = timedelta(minutes=10)
    clock: TimeSource = field(default_factory=SystemClock)

    def tell(
        self, work: Work, pack: Pack | None, case: NotifiedCase, notices: Iterable[PendingNotice]
    ) -> NotifiedCase:
        """Write down what is ready and keep the rest waiting; return the case as it is to be kept.

        Args:
            pack: the case's edition; None where a town is told and no case.
        """
        for notice in notices:
            if notice.is_ready:
                case = self._write(work, pack, case, notice)
            else:
                case = replace(case, waiting=(*case.waiting, notice))
        return case

    def release(self, work: Work, pack: Pack, case: NotifiedCase) -> NotifiedCase:
        """Tell what waited for a clock that has been heard of since."""
        if not case.waiting:
            return case
        heard = [notice.hear(case.clocks, self.wording.quotes) for notice in case.waiting]
        return self.tell(work, pack, replace(case, waiting=()), heard)

    def raise_once(
        self, work: Work, case: NotifiedCase, alarm: OwnAlarm, names: _Names | None = None
    ) -> NotifiedCase:
        """Raise one of this service's own alarms, at most once a case, and lay it into the operators' inbox.

        The inbox alone: an alarm about a channel that fails must not go out over that channel.

        Args:
            names: what the operators read in the place of keys among the alarm's terms.
        """
        if alarm.CODE in case.raised:
            return case
        message = raised(alarm, case.case or None, work.at)
        stream = case.case or f"alarm/{SOURCE}"
        work.emit("alarm.raised", message, stream=stream, town=case.town, edition=case.edition)
        terms = {"number": case.number or case.case, **message.detail, **(names or {})}
        # Past `tell`, so that it is not bounded: else a case that has reached its bound could not say so.
        self._enter(work, case, _of_alarm(case, alarm.CODE, self.wording.alarm(alarm.CODE, terms)))
        return replace(case, raised=(*case.raised, alarm.CODE))

    def keep(self, work: Work, case: NotifiedCase) -> None:
        """Keep the case; what waits in it is told as it is once it has waited long enough."""
        now = self.clock.now()
        # In a replay it has waited since its message was made: what waited in vain then was told then.
        since = min(work.at, now) if work.is_replay and work.cause else now
        self.store.cases.put(work, case.waiting_until(since + self.wait_for))

    def _write(
        self, work: Work, pack: Pack | None, case: NotifiedCase, notice: PendingNotice
    ) -> NotifiedCase:
        units = unit_directory(self.store.directory, work, self.setup, pack, case.place)
        told = fan_out(notice, units, _writer(pack))
        granted = case.may_cause(len(told.made), self.most_per_case)
        held = self._held(work, pack, case, notice)
        for each in told.made[:granted]:
            notification = _with_matter(each, case, pack)
            if pack is not None and held is not None and _waits(pack, notification):
                self._hold(work, pack, case, notification, held)
            else:
                self._enter(work, case, notification)
        case = replace(case.remember_breach(notice), made=case.made + granted)
        if granted < len(told.made):
            case = self.raise_once(work, case, NotificationBound(self.most_per_case))
        return self._with_vacancies(work, pack, case, told)

    def _with_vacancies(
        self, work: Work, pack: Pack | None, case: NotifiedCase, told: FanOut
    ) -> NotifiedCase:
        for seat in told.vacant:
            # That the operators' inbox has no holder would be said in that inbox alone, and to nobody.
            if pack is not None and seat.wanted != operators_inbox(case.town):
                names = {
                    "unit": unit_name(pack, seat.wanted),
                    "stands_in": unit_name(pack, seat.unit) or self.wording.text("quote", "nobody"),
                }
                case = self.raise_once(work, case, VacantUnit(seat.wanted, seat.unit), names)
        return case

    def enter(self, work: Work, stored: StoredNotification) -> None:
        """Write down a notification that is told now, and announce it.

        What leaves the store is announced once it is known how it went. In a replay nothing leaves: it did when it
        happened.

        Args:
            stored: its state and its next attempt are settled here.
        """
        notification, is_replay = stored.notification, work.is_replay
        state = _first_state(notification, is_replay=is_replay)
        is_to_leave = state is DeliveryState.QUEUED or notification.channel is Channel.FILE
        try_at = self.clock.now() if is_to_leave and not is_replay else None
        stored = dataclasses.replace(stored, state=state, try_at=try_at, cause=notification.lost or None)
        self.store.notifications.add(work, stored)
        if state is not DeliveryState.QUEUED:
            self._say(work, stored)

    def _enter(self, work: Work, case: NotifiedCase, notification: Notification) -> None:
        self.enter(work, _stored(work, case, notification))
        self._erase_late(work, case)

    def _held(self, work: Work, pack: Pack | None, case: NotifiedCase, notice: PendingNotice) -> Held | None:
        """Until when a notice waits; most towns have none wait."""
        if pack is None or pack.telling is None or notice.is_urgent:
            return None
        return held_until(pack, work.at, self.days(work, case.town))

    def _hold(
        self, work: Work, pack: Pack, case: NotifiedCase, notification: Notification, held: Held
    ) -> None:
        """One row that waits, announced to the case as waiting."""
        is_gathered = pack.telling is not None and pack.telling.gather is not None
        goes_with = recipient_key(case.town, notification) if is_gathered else None
        waits = self.store.held.add(work, _stored(work, case, notification), held, goes_with)
        self._erase_late(work, case)
        self._say(work, waits)

    def _erase_late(self, work: Work, case: NotifiedCase) -> None:
        """Only in a replay, and for what comes late there: elsewhere it is made after the erasure."""
        if case.erased_until is not None and work.at <= case.erased_until:
            self.store.erased.ask_again(work, case.case)

    def _say(self, work: Work, stored: StoredNotification) -> None:
        work.after_commit(self.metrics.deliveries.labels(stored.town, stored.state.value).inc)
        announce(work, stored, stored.state)


def _stored(work: Work, case: NotifiedCase, notification: Notification) -> StoredNotification:
    return StoredNotification(
        id=work.new_id(),
        notification=notification,
        town=case.town,
        number=case.number,
        edition=case.edition,
        state=DeliveryState.QUEUED,
        made_at=work.at,
    )


def _with_matter(told: Notification, case: NotifiedCase, pack: Pack | None) -> Notification:
    """What programs read says what the case is; whoever reads words opens it."""
    if told.channel not in (Channel.WEBHOOK, Channel.FILE):
        return told
    return dataclasses.replace(told, matter=matter_for(told.unit, case, pack))


def _waits(pack: Pack, notification: Notification) -> bool:
    """What is made public disturbs nobody; what can't be sent need not wait to be said so."""
    channels = pack.telling.channels if pack.telling else ()
    return not notification.lost and notification.channel.value in channels


def _of_alarm(case: NotifiedCase, code: str, text: Text) -> Notification:
    event = f"alarm {code}"
    return Notification(
        cause=NoticeCause(case.subject, SOURCE, case.case, 0, case.timeline.round, event),
        reason=Reason(rule=event, because=()),
        party=OPERATOR,
        channel=Channel.INBOX,
        text=text,
        unit=operators_inbox(case.town),
    )


def _first_state(notification: Notification, *, is_replay: bool) -> DeliveryState:
    if notification.lost:
        return DeliveryState.FAILED
    # In a replay it left long ago: queued now, people outside would be told a second time.
    is_to_be_sent = notification.channel.is_outside and not is_replay
    return DeliveryState.QUEUED if is_to_be_sent else DeliveryState.SENT


def _writer(pack: Pack | None) -> Callable[[PendingNotice, Addressee], Text]:
    """Fill in a text for one recipient; the public does not read where a case lies."""

    def write(notice: PendingNotice, to: Addressee) -> Text:
        if not notice.values:  # complete as it is; braces in it are nobody's placeholders
            return notice.text
        values = dict(notice.values)
        if pack is not None and to.unit:
            values["unit"] = unit_name(pack, to.unit) or values.get("unit", Text())
        if to.is_public:
            values["case.place"] = Text("—", "—")
        return Text(render(notice.text, values, "zh"), render(notice.text, values, "en"))

    return write
