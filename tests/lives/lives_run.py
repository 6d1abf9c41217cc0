"""Letting many lives happen at once in one house, and finding what any service saw otherwise than it was.

Lives share the time of the house and nothing else. Actions of one instant happen in a random order, and messages are
delivered between them or not; a re-decision with a preview brings the house to rest before and after it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from tests.lives import previews, readings, towns
from tests.lives.actions import Cases, Failure, Life, Redecide, Timed
from tests.lives.comparing import Comparison, Difference
from tests.lives.house import House
from tests.lives.previews import Order
from tests.lives.transport import Transport

_THIRDS = (timedelta(0), timedelta(hours=4, minutes=10), timedelta(hours=9, minutes=20))
MOST_ROUNDS = 100


class Restless(AssertionError):
    """The house does not come to rest."""


def come_to_rest(house: House, transport: Transport) -> None:
    """Deliver everything and do what is due, until nothing moves any more.

    Raises:
        Restless: a duty never ends.
    """
    for _ in range(MOST_ROUNDS):
        transport.deliver_all()
        done = house.run_duties()
        transport.collect()
        if not done:
            return
    raise Restless(f"the house does not come to rest at {house.now.isoformat()}")


class _Course:
    """What is still ahead in one life: its lines with the thirds of days at which they happen."""

    def __init__(self, name: str, life: Life) -> None:
        self.name = name
        self.cases = Cases(name)
        self._lines: list[tuple[int, Timed]] = []
        third = 0
        for timed in life:
            third += timed.after
            self._lines.append((third, timed))
        self.thirds = {third for third, _ in self._lines}

    def next_at(self, third: int) -> Timed | None:
        """Return the next line if it happens at this time."""
        return self._lines[0][1] if self._lines and self._lines[0][0] == third else None

    def take(self) -> Timed:
        """Take the next line out."""
        return self._lines.pop(0)[1]


class LivesRun:
    """Lives in a house that was just put back to its beginning.

    Args:
        lives: by name.
        seed: decides when messages arrive, and in which order.
    """

    def __init__(self, house: House, lives: Mapping[str, Life], seed: int) -> None:
        self._house = house
        self._random = Random(seed)
        self._transport = house.begin(seed)
        self._comparison = Comparison(house, self._transport)
        self._transport.watch = self._comparison.check
        self._courses = {name: _Course(name, life) for name, life in lives.items()}
        self._owners: dict[str, _Course] = {}  # case → the life that it belongs to
        self._noted = 0  # how many streams were looked at for whose they are

    def run(self) -> dict[str, list[Difference]]:
        """Let everything happen and come to rest; return what was seen otherwise, by life."""
        for third in sorted(set().union(*(course.thirds for course in self._courses.values()))):
            self._move_to(third)
            while self._act(third):
                self._redecide(third)
        self._rest()
        self._look_for_remains()
        return self._by_life()

    def _move_to(self, third: int) -> None:
        """What falls due on the way is fired at once, or later than many a message arrives."""
        at = _instant(third)
        if at > self._house.now:
            self._house.set_time(at)
            if self._random.random() < 0.7:
                self._run_duties()

    def _act(self, third: int) -> bool:
        """Do what the lives do now, each up to its next preview; tell whether any waits at one."""
        ready = [course for course in self._courses.values() if course.next_at(third)]
        while ready:
            course = self._random.choice(ready)
            timed = course.next_at(third)
            if timed is None or _is_previewed(timed):
                ready.remove(course)
                continue
            self._perform(course, course.take())
            self._pass_messages()
        return any(course.next_at(third) for course in self._courses.values())

    def _perform(self, course: _Course, timed: Timed) -> None:
        """A refusal is fine; that intake itself fails is not."""
        try:
            timed.action.perform(self._house, course.cases)
        except Failure as failure:
            self._owners[course.name] = course
            self._comparison.note(Difference("intake: fails", course.name, str(timed), "no failure", failure))
        self._owners |= dict.fromkeys(course.cases.towns, course)

    def _pass_messages(self) -> None:
        self._transport.collect()
        self._note_linked_cases()
        for _ in range(self._random.choice((0, 0, 0, 1, 1, 2))):
            self._transport.deliver_some()
        if self._random.random() < 0.02:
            self._run_duties()

    def _redecide(self, third: int) -> None:
        """Decide again what the lives want now, and hold the previews against what came of it."""
        waiting = [course for course in self._courses.values() if course.next_at(third)]
        orders = [order for course in waiting if (order := self._order(course)) is not None]
        self._rest()
        foreseen = previews.foresee(self._house, orders)
        orders = [order for order in orders if order.case in foreseen]
        before = {order.case: readings.held(self._house.stores["intake"], order.case) for order in orders}
        by_time = {order.case: len(self._comparison.steps_by_time(order.case)) for order in orders}
        previews.carry_out(self._house, orders)
        self._rest()
        for order in orders:
            case = order.case
            foresight = previews.Foresight(order, foreseen[case], before[case], by_time[case])
            previews.compare(self._house, self._comparison, foresight)

    def _order(self, course: _Course) -> Order | None:
        action = course.take().action
        assert isinstance(action, Redecide)
        case = course.cases.nth(action.case)
        town = course.cases.towns[case] if case else ""
        edition = self._house.editions.get((town, action.edition))
        return Order(case, town, edition) if case and edition else None

    def _rest(self) -> None:
        come_to_rest(self._house, self._transport)
        self._note_linked_cases()

    def _run_duties(self) -> None:
        self._house.run_duties()
        self._transport.collect()
        self._note_linked_cases()

    def _note_linked_cases(self) -> None:
        """A linked case belongs to the life of the case that it was opened from."""
        for stream in list(self._transport.frames)[self._noted :]:
            frame = self._transport.frames[stream][0]
            course = self._owners.get(frame["data"].get("linked_from"))
            if course is not None:
                self._owners[stream] = course
                course.cases.towns[stream] = frame["town"]
        self._noted = len(self._transport.frames)

    def _look_for_remains(self) -> None:
        """Nothing may be left that a service has refused, put off or held."""
        for service, store in self._house.stores.items():
            for stream, remains in readings.left_over(store):
                self._comparison.note(
                    Difference(f"{service}: left over", stream, "the end", "nothing", remains)
                )

    def _by_life(self) -> dict[str, list[Difference]]:
        found: dict[str, list[Difference]] = {}
        for difference in self._comparison.found.values():
            course = self._owners.get(difference.case)
            found.setdefault(course.name if course else "", []).append(difference)
        return found


def _is_previewed(timed: Timed) -> bool:
    return isinstance(timed.action, Redecide) and timed.action.previewed


def _instant(third: int) -> datetime:
    days, part = divmod(third, 3)
    return towns.BEGIN + timedelta(days=days) + _THIRDS[part]
