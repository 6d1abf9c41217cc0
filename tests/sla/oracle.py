"""An independent, slow account of one case's settle clock: hour by hour, with what has run and what is left.

Written without the domain's code and in another way: it never computes a due instant, it lets hours pass.
"""

from dataclasses import dataclass, field


@dataclass
class Town:
    """What the rules say; all amounts in hours."""

    within: dict[str, int]  # level → limit
    cap: int | None
    escalations: tuple[
        tuple[int, int, int], ...
    ]  # hours after the breach (0: at it), hours between reminders, how many
    overall: bool  # RC-12
    stops: bool  # RC-19
    redo: str  # RC-13


@dataclass
class Running:
    """A clock under way."""

    level: str
    left: int | None  # hours until it is due; None: no due instant
    cap_left: int | None
    own_left: int  # hours until it would have been due without any extension
    own_passed: int | None = None  # hour at which it would have been
    extended: bool = False
    breached: int | None = None


@dataclass
class Oracle:
    """One case, hour by hour."""

    town: Town
    hour: int = 0
    said: list[tuple[str, int]] = field(default_factory=list)
    verdicts: list[str | None] = field(default_factory=list)
    clock: Running | None = None
    level: str | None = None
    unit: str | None = None
    is_accepted: bool = False
    is_settled: bool = False
    is_closed: bool = False
    is_paused: bool = False
    is_excused: bool = False  # the clock that runs
    ran: int | None = None  # hours that ran since the first acceptance of this round
    earlier: dict[str, Running] = field(default_factory=dict)  # level → its last clock that stopped
    before: dict[str, Running] = field(default_factory=dict)  # the same, as the present round found it

    def pass_hour(self) -> None:
        """Let an hour pass; whatever falls due at its end happens before any step of that instant."""
        waits = self.is_paused and self.town.stops
        self.hour += 1
        if not waits and self.ran is not None:
            self.ran += 1
        clock = self.clock
        if clock is None:
            return
        if clock.breached is not None:
            self._climb(clock, self.hour - clock.breached)
        elif not waits:
            self._run(clock)

    def _run(self, clock: Running) -> None:
        clock.own_left -= 1
        if clock.own_left == 0:
            clock.own_passed = self.hour
        if clock.cap_left is not None:
            clock.cap_left -= 1
        if clock.left is not None:
            clock.left -= 1
            if clock.left == 0:
                self._breach(clock, self.hour)

    def _breach(self, clock: Running, hour: int) -> None:
        clock.breached = hour
        self.said.append(("breached", hour))
        for waited in range(self.hour - hour + 1):
            self._climb(clock, waited)

    def _climb(self, clock: Running, waited: int) -> None:
        if self.is_excused:
            return
        for first, every, times in self.town.escalations:
            since = waited - first
            is_reminder = every and since > 0 and since % every == 0 and (not times or since // every < times)
            if since == 0 or is_reminder:
                self.said.append(("escalated", clock.breached + waited))

    def decide(self, level: str, unit: str) -> None:
        """Another decision: the level of handling, and the unit in charge."""
        is_anothers = self.unit != unit and not self.town.overall
        self.level, self.unit, self.is_accepted = level, unit, False
        if self.clock and (self.clock.level != level or is_anothers):
            self._stop(is_met=False)
        if self.town.overall and self.ran is not None:
            self._start(self.ran)

    def accept(self) -> None:
        """The level takes the case."""
        self.is_accepted = True
        self.ran = 0 if self.ran is None else self.ran
        self._start(self.ran if self.town.overall else 0)

    def _start(self, ran: int) -> None:
        if self.clock is None:
            granted, passed = self._granted() if self.town.overall else (self.town.within[self.level], None)
            left = granted - ran
            cap = None if self.town.cap is None else self.town.cap - self.ran
            passed = self.hour + left if left <= 0 < granted else passed
            self._begin(Running(self.level, left, cap, left, passed))

    def _granted(self) -> tuple[int, int | None]:
        """The hours that this round gives the level, and since when there are none."""
        if self.town.redo == "remaining" and self.level in self.before:
            return self.before[self.level].own_left, self.before[self.level].own_passed
        return self.town.within[self.level], None

    def _begin(self, clock: Running) -> None:
        self.clock, self.is_excused = clock, False
        self.said.append(("started", self.hour))
        waits = self.is_paused and self.town.stops
        if clock.own_left <= 0 and not waits:
            self._breach(clock, clock.own_passed)

    def settle(self) -> None:
        """What was asked for is done."""
        self.is_settled = True
        self._stop(is_met=True)

    def close(self) -> None:
        """Nothing follows."""
        self.is_closed = True
        if self.clock:
            self._stop(is_met=False)

    def _stop(self, *, is_met: bool) -> None:
        clock, self.clock = self.clock, None
        if clock.breached is not None:
            verdict = "excused" if self.is_excused else "late"
        elif clock.extended and clock.own_left <= 0:
            verdict = "extended"
        else:
            verdict = "in_time" if is_met else None
        self.verdicts.append(verdict)
        self.said.append(("stopped", self.hour))
        self.earlier[clock.level] = clock

    def pause(self) -> None:
        """The case waits for an answer."""
        self.is_paused = True
        self._say_waiting("paused")

    def resume(self) -> None:
        """The answer is there."""
        self.is_paused = False
        self._say_waiting("resumed")
        clock = self.clock
        if clock and clock.breached is None and clock.left is not None and clock.left <= 0:
            self._breach(clock, clock.own_passed)

    def _say_waiting(self, word: str) -> None:
        if self.town.stops and self.clock and self.clock.breached is None:
            self.said.append((word, self.hour))

    def note(self, until: int | None) -> None:
        """Note a reason, with a new due hour or without."""
        clock = self.clock
        if clock is None or clock.breached is not None:
            return
        clock.extended = True
        self.said.append(("extended", self.hour))
        most = None if clock.cap_left is None else max(clock.cap_left, clock.own_left)
        wanted = most if until is None else max(until - self.hour, clock.own_left)
        clock.left = wanted if most is None or wanted is None else min(wanted, most)

    def excuse(self) -> None:
        """An appeal is upheld: every breach there has been is excused."""
        self.said += [("excused", self.hour) for verdict in self.verdicts if verdict == "late"]
        self.verdicts = ["excused" if verdict == "late" else verdict for verdict in self.verdicts]
        if self.clock and self.clock.breached is not None and not self.is_excused:
            self.is_excused = True
            self.said.append(("excused", self.hour))

    def reopen(self) -> None:
        """The result did not satisfy."""
        self.is_settled = False
        self.ran = 0
        self.before = dict(self.earlier)
        left, passed = self._granted()
        self._begin(Running(self.level, left, self.town.cap, left, passed))
