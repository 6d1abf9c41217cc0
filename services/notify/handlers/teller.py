"""Writing down who is told: every notification that a telling comes to, said to the case, within one
transaction.

Decides what is kept waiting, what counts as sent at once (desks, the file, what is for the public: nothing leaves
the house) and what is queued. Must not know how a channel sends.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from services.notify.domain.absence import Attendance, attendance
from services.notify.domain.attempts import State
from services.notify.domain.bound import allow
from services.notify.domain.fan_out import FanOut, House, fan_out
from services.notify.domain.memory import CaseMemory
from services.notify.domain.notification import Channel, Notification
from services.notify.domain.plan import operator_desk
from services.notify.domain.telling import Recipient, Telling
from services.notify.domain.vacancy import Holder, Seat, find_seat, root_of
from services.notify.handlers.own_alarms import Names, own_alarm
from services.notify.messages.said import notification_event
from services.notify.messages.wording import Wording
from services.notify.ports.books import About, CaseBook, Directory, Entry, NotificationBook
from shared.db.work import Work
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.texts import Text
from shared.obs.metrics import Metrics
from shared.rules.decide.addresses import address, key_of
from shared.rules.decide.wording import render, unit_name
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Ways:
    """What a deployment has set up for telling people.

    Args:
        open_channels: channels beyond desks that work here.
        stands_in: channel that replaces those not set up, if any.
        most_per_case: bound on the notifications that one case can cause.
        patience: how long, in real time, a text waits for a deadline before it goes out without.
    """

    open_channels: frozenset[Channel] = frozenset()
    stands_in: Channel | None = None
    most_per_case: int = 500
    patience: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Books:
    """The store's books that telling needs."""

    cases: CaseBook
    notifications: NotificationBook
    directory: Directory


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells, or keeps what can't be told yet."""

    books: Books
    wording: Wording
    ways: Ways
    metrics: Metrics
    clock: Clock = field(default_factory=SystemClock)

    def tell(
        self, work: Work, pack: Pack | None, memory: CaseMemory, tellings: Iterable[Telling]
    ) -> CaseMemory:
        """Write down what is ready and keep the rest waiting; return the case as it is to be remembered."""
        for telling in tellings:
            if telling.is_ready:
                memory = self._write(work, pack, memory, telling)
            else:
                memory = replace(memory, waiting=(*memory.waiting, telling))
        return memory

    def release(self, work: Work, pack: Pack, memory: CaseMemory) -> CaseMemory:
        """Tell what waited for a clock that has been heard of since."""
        if not memory.waiting:
            return memory
        heard = [telling.hear(memory.clocks, self.wording.quotes) for telling in memory.waiting]
        return self.tell(work, pack, replace(memory, waiting=()), heard)

    def raise_once(
        self, work: Work, memory: CaseMemory, code: str, names: Names | None = None, **detail: object
    ) -> CaseMemory:
        """Raise one of this service's own alarms, at most once a case, and lay it on the operators' desk.

        Args:
            names: what the operators read in the place of keys among the details.
        """
        if code in memory.raised:
            return memory
        told = own_alarm(work, memory, code, self.wording, detail, names or {})
        self._enter(work, memory, told)
        return replace(memory, raised=(*memory.raised, code))

    def keep(self, work: Work, memory: CaseMemory) -> None:
        """Remember the case; what waits in it is told as it is once patience ends."""
        self.books.cases.put(work, memory.be_patient(self.clock.now() + self.ways.patience))

    def _write(self, work: Work, pack: Pack | None, memory: CaseMemory, telling: Telling) -> CaseMemory:
        made = fan_out(telling, self._house(work, pack, memory), _writer(pack))
        granted = allow(len(made.made), memory.made, self.ways.most_per_case)
        for notification in made.made[: granted.granted]:
            self._enter(work, memory, notification)
        memory = replace(memory.remember_breach(telling), made=memory.made + granted.granted)
        if granted.is_overrun:
            memory = self.raise_once(work, memory, "notification-bound", most=self.ways.most_per_case)
        return self._with_vacancies(work, pack, memory, made)

    def _with_vacancies(self, work: Work, pack: Pack | None, memory: CaseMemory, made: FanOut) -> CaseMemory:
        for seat in made.vacant:
            if pack is not None and seat.wanted != operator_desk(memory.town):
                names = {
                    "unit": unit_name(pack, seat.wanted),
                    "stands_in": unit_name(pack, seat.unit) or self.wording.text("quote", "nobody"),
                }
                memory = self.raise_once(
                    work, memory, "vacant-unit", names, unit=seat.wanted, stands_in=seat.unit
                )
        return memory

    def _enter(self, work: Work, memory: CaseMemory, notification: Notification) -> None:
        """One row and one word to the case. What leaves the house is said once it is known how it went."""
        id_, about = work.new_id(), About(memory.town, memory.number, memory.edition)
        state = _first_state(notification)
        is_to_leave = state is State.QUEUED or notification.channel is Channel.FILE
        try_at = self.clock.now() if is_to_leave else None
        cause = notification.lost or None
        self.books.notifications.add(
            work, Entry(id_, notification, about, state.value, work.at, try_at, cause)
        )
        if state is State.QUEUED:
            return
        work.after_commit(self.metrics.deliveries.labels(memory.town, state.value).inc)
        if memory.case:
            work.say(
                f"notification.{state.value}",
                stream=memory.case,
                town=memory.town,
                edition=memory.edition,
                data=notification_event(notification, id_, work.at, cause),
            )

    def _house(self, work: Work, pack: Pack | None, memory: CaseMemory) -> House:
        place = (memory.standing.get("place") or {}).get("key")
        return House(
            seat_of=lambda unit: self._seat(work, pack, unit, place),
            channels_of=lambda unit: _channels(pack, unit),
            open_channels=self.ways.open_channels,
            stands_in=self.ways.stands_in,
            absent_of=lambda unit: self._attendance(work, unit).absent,
        )

    def _attendance(self, work: Work, unit: str) -> Attendance:
        """Who sits at a unit now, and who of its people is away."""
        directory, root = self.books.directory, root_of(unit)
        return attendance(
            directory.holders_of(work, unit),
            directory.away(work, root),
            lambda person: directory.places_of(work, root, person),
        )

    def _seat(self, work: Work, pack: Pack | None, unit: str, place: str | None) -> Seat:
        def holders(of: str) -> tuple[Holder, ...]:
            return self._attendance(work, of).present

        if pack is None or unit == operator_desk(pack.town):
            return find_seat(unit, holders, lambda _: None)
        return find_seat(
            unit, holders, lambda vacant: _stand_in(pack, vacant, place), address(pack, pack.fallback, place)
        )


def _first_state(notification: Notification) -> State:
    if notification.lost:
        return State.FAILED
    return State.QUEUED if notification.channel.is_outside else State.SENT


def _channels(pack: Pack | None, unit: str) -> tuple[str, ...]:
    known = pack.units.get(key_of(unit)) if pack else None
    return known.channels if known else ()


def _stand_in(pack: Pack, unit: str, place: str | None) -> str | None:
    known = pack.units.get(key_of(unit))
    return address(pack, known.vacant, place) if known and known.vacant else None


def _writer(pack: Pack | None) -> Callable[[Telling, Recipient], Text]:
    """Fill in a text for one recipient; the public does not read where a case lies."""

    def write(telling: Telling, to: Recipient) -> Text:
        if not telling.values:  # complete as it is; braces in it are nobody's placeholders
            return telling.text
        values = dict(telling.values)
        if pack is not None and to.unit:
            values["unit"] = unit_name(pack, to.unit) or values.get("unit", Text())
        if to.is_public:
            values["case.place"] = Text("—", "—")
        return Text(render(telling.text, values, "zh"), render(telling.text, values, "en"))

    return write
