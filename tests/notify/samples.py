"""Values that many tests of notifications need."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from services.notify.domain.notification import NoticeCause
from services.notify.ports.channel import ChannelMessage
from shared.contracts.messages import Reason
from shared.kernel.subject import case_subject
from shared.kernel.texts import Text
from shared.rules.case.limits import LimitTerms, start_point_of
from shared.rules.case.snapshot import Assignment, CaseSnapshot, Place
from shared.rules.pack.model import LateKind
from shared.rules.worktime.amount import Amount, TimeUnit
from shared.rules.worktime.readings import TimeReadings

NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
FAR = datetime(9000, 1, 1, tzinfo=UTC)
SECRET = b"a secret of sixteen bytes or more"


def channel_message(address: str = "a@example.org", **changes: object) -> ChannelMessage:
    """Return what a channel is given, with some of it as the test wants."""
    usual: dict[str, object] = {
        "key": "ab" * 32,
        "address": address,
        "town": "t",
        "subject": "〔镇〕2026-1",
        "language": "zh",
        "on": "accepted",
        "text": Text("请办结。", "Settle it."),
        "case": "c-1",
        "number": "2026-1",
        "unit": "t/station",
        "made_at": NOON,
        "hosts": frozenset(),
    }
    return ChannelMessage(**{**usual, **changes})  # type: ignore[arg-type]


def cause(on: str = "accepted", sequence: int = 1, round_: int = 1, case: str = "c-1") -> NoticeCause:
    """Return an event of a case."""
    return NoticeCause(case_subject(case), "intake", case, sequence, round_, on)


REASON = Reason(rule="some-rule", because=("P001-05.4",))
DAYS = Amount(3, TimeUnit.WORKING_DAYS)


def terms(
    rule: str = "own-limit",
    start: str = "accepted",
    *,
    amount: Amount | None = DAYS,
    until: Iterable[str] = ("settled",),
) -> LimitTerms:
    """Return a limit to settle; `start` may be 'first accepted', which RC-12 overall means too."""
    return LimitTerms(
        rule=rule,
        because=(),
        facts=(),
        stage="settle",
        amount=amount,
        start=start_point_of(start),
        until=frozenset(until),
        readings=TimeReadings.of({}),
        can_pause=True,
        redo="full",
        reason_in_time=LateKind.EXTENDED,
        otherwise=LateKind.BREACHED,
        warn_before=None,
        ceiling=None,
        escalations=(),
        target_minutes=None,
    )


def snapshot(lead: str | None = None) -> CaseSnapshot:
    """Return a case as its own service tells it; without a lead nothing has been decided yet."""
    held = Assignment(decision=1, levels=("village",), lead=lead, assisting=(), procedure="standard")
    return CaseSnapshot(
        category="ditch-and-drain",
        channel="grid",
        place=Place(key="east-1", jurisdiction="t.east"),
        facts={},
        assignment=held if lead else None,
    )


def after(hours: float) -> datetime:
    """Return an instant some hours after noon."""
    return NOON + timedelta(hours=hours)
