"""What is known of a case: its timeline, clocks, texts that wait, events that came early."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.notify.domain.deadlines import AwaitedClock, DeadlineQuote, KnownClock
from services.notify.domain.notification import NoticeCause
from services.notify.domain.notified_case import MOST_CLOCKS, EarlyClockEvent, NotifiedCase
from services.notify.domain.pending_notice import Addressee, PendingNotice
from services.notify.handlers.wording import Wording
from shared.contracts.messages import Reason
from shared.db.types import JsonText
from shared.kernel.subject import Subject, SubjectKind
from shared.kernel.texts import Text
from shared.rules.case.snapshot import Assignment, CaseSnapshot, CaseState, LinkDirection, Place
from shared.rules.case.timeline import Milestone, Timeline, TimelineStep
from shared.rules.worktime.pauses import Span
from tests.notify.samples import NOON, REASON, after, cause, snapshot

TEXTS = st.text(max_size=5)
INSTANTS = st.integers(0, 10**9).map(lambda seconds: NOON + timedelta(seconds=seconds))
NUMBERS = st.integers(0, 2**53)


def several(values: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(values, max_size=2).map(tuple)


CLOCKS = st.builds(
    KnownClock, TEXTS, TEXTS, TEXTS, st.integers(1, 3), INSTANTS, st.none() | TEXTS, st.booleans()
)
SUBJECTS = st.none() | st.builds(Subject, st.sampled_from(SubjectKind), TEXTS)
AWAITED = st.builds(AwaitedClock, TEXTS, several(TEXTS), st.integers(1, 3), INSTANTS, st.none() | TEXTS)
NOTICES = st.builds(
    PendingNotice,
    cause=st.builds(NoticeCause, SUBJECTS, TEXTS, TEXTS, NUMBERS, st.integers(1, 99), TEXTS),
    reason=st.builds(Reason, rule=TEXTS, because=several(TEXTS), facts=st.just({})),
    recipients=several(st.builds(Addressee, TEXTS, st.none() | TEXTS, st.none() | TEXTS, st.booleans())),
    text=st.builds(Text, TEXTS, TEXTS),
    values=st.dictionaries(TEXTS, st.builds(Text, TEXTS, TEXTS), max_size=2),
    awaits=st.dictionaries(TEXTS, AWAITED, max_size=2),
    channels=several(TEXTS),
)
TIMELINES = st.builds(
    Timeline,
    marks=st.dictionaries(TEXTS, st.builds(Milestone, INSTANTS, INSTANTS, st.booleans()), max_size=3),
    pauses=st.dictionaries(TEXTS, INSTANTS.map(lambda at: (Span(at, at), Span(at))), max_size=1),
    stopped=st.dictionaries(TEXTS, INSTANTS, max_size=1),
    round=st.integers(1, 4),
    decision=st.integers(0, 4),
    reopened_at=st.none() | INSTANTS,
    fell=st.frozensets(TEXTS, max_size=2),
)
SNAPSHOTS = st.builds(
    CaseSnapshot,
    category=TEXTS,
    channel=TEXTS,
    place=st.builds(Place, key=st.none() | TEXTS, jurisdiction=TEXTS),
    facts=st.dictionaries(TEXTS, st.booleans() | st.integers(-(2**53), 2**53) | TEXTS, max_size=3),
    assignment=st.none()
    | st.builds(
        Assignment,
        decision=st.integers(1, 9),
        levels=several(TEXTS),
        lead=st.none() | TEXTS,
        assisting=several(TEXTS),
        previous_lead=st.none() | TEXTS,
        procedure=TEXTS,
        departments=several(TEXTS),
    ),
    reporters=several(TEXTS),
    linked_from=st.none() | TEXTS,
    link_direction=st.none() | st.sampled_from(LinkDirection),
    handed_over=st.none() | st.booleans(),
)
CASES = st.builds(
    NotifiedCase,
    case=TEXTS,
    town=TEXTS,
    edition=st.none() | TEXTS,
    number=TEXTS,
    snapshot=st.none() | SNAPSHOTS,
    state=st.sampled_from(CaseState),
    returned_by=st.none() | TEXTS,
    timeline=TIMELINES,
    seen_at=st.none() | INSTANTS,
    clocks=several(CLOCKS),
    waiting=several(NOTICES),
    early=several(st.builds(EarlyClockEvent, INSTANTS, st.booleans(), TEXTS)),
    told_of_breach=st.dictionaries(TEXTS, several(TEXTS), max_size=2),
    made=NUMBERS,
    raised=several(TEXTS),
    waits_until=st.none() | INSTANTS,
)
STORED = JsonText(NotifiedCase)
EMPTY = NotifiedCase(case="c", town="t", edition="e")


def stepped(
    case: NotifiedCase,
    at: datetime,
    marks: Iterable[str] = (),
    undone: Iterable[str] = (),
    told: CaseSnapshot | None = None,
) -> NotifiedCase:
    """A case after a step."""
    step = TimelineStep(at, tuple(marks), tuple(undone))
    return case.after(step, (), told or snapshot(), CaseState.REPORTED)


@given(CASES)
def test_what_is_stored_is_what_is_known(case: NotifiedCase) -> None:
    """A case read back from its row is equal to the one that was written, texts that wait among it."""
    assert STORED.decode(STORED.encode(case)) == case


@given(st.lists(st.tuples(st.sets(st.sampled_from("abc")), st.sets(st.sampled_from("abc"))), max_size=8))
def test_milestones_are_kept_as_steps_reach_and_undo_them(steps: list[tuple[set[str], set[str]]]) -> None:
    """Against a slow retelling: a milestone stands when reached after it last fell; both its instants are kept."""
    case = EMPTY
    told: list[tuple[datetime, set[str], set[str]]] = []
    for number, (reached, undone) in enumerate(steps):
        told.append((after(number), reached, undone))
        case = stepped(case, after(number), reached, undone)
    for key in "abc":
        times = [at for at, reached, _ in told if key in reached]
        if not times:
            assert key not in case.timeline.marks
            continue
        mark = case.timeline.marks[key]
        assert (mark.first_at, mark.at) == (times[0], times[-1])
        assert mark.stands == all(key not in undone or at <= times[-1] for at, _, undone in told)


def test_what_an_older_sender_leaves_unsaid_is_taken_from_before() -> None:
    """A sender of the version before names link and hand-over once: both are known from then on."""
    linked = replace(snapshot("t/a"), linked_from="c-0", link_direction=LinkDirection.ABOVE, handed_over=True)
    case = stepped(stepped(EMPTY, NOON, told=linked), after(1), told=snapshot("t/b"))
    assert case.snapshot is not None
    assert (case.snapshot.linked_from, case.snapshot.link_direction) == ("c-0", LinkDirection.ABOVE)
    assert case.snapshot.handed_over
    assert case.snapshot.lead == "t/b"


def test_only_the_latest_news_of_a_clock_is_kept() -> None:
    """A clock that is corrected is quoted as corrected; very old clocks are let go."""
    case = EMPTY
    for number in range(50):
        case = case.hear(KnownClock(str(number % 40), "settle", "r", 1, NOON, str(number)))
    assert len(case.clocks) == MOST_CLOCKS
    assert {clock.id: clock.label for clock in case.clocks}["9"] == "49"


def test_an_event_is_early_until_its_step_is_known() -> None:
    """A clock that started with a step not heard of yet waits for that step and no longer."""
    event = EarlyClockEvent(after(2), False, "f")
    case = replace(EMPTY, early=(event,))
    assert case.is_early(event)
    waiting, ripe = stepped(case, after(1)).take_early()
    assert (len(waiting.early), ripe) == (1, ())
    done, ripe = stepped(case, after(2)).take_early()
    assert (done.early, [each.frame for each in ripe]) == ((), ["f"])


def test_a_units_clock_waits_until_somebody_is_responsible() -> None:
    """Admission and decision may carry one instant: a clock of a unit is told by the decision, not before it."""
    event = EarlyClockEvent(NOON, True, "f")
    admitted = stepped(EMPTY, NOON, ["reported"])
    assert admitted.is_early(event)
    assert not admitted.is_early(replace(event, is_of_unit=False))
    assert not stepped(admitted, NOON, ["accepted"], told=snapshot("t/a")).is_early(event)


def waits_for(round_: int = 1) -> PendingNotice:
    """A text that waits for a clock of its case."""
    awaits = {"settle": AwaitedClock("settle", ("r",), round_, NOON)}
    return PendingNotice(cause(), REASON, (), Text("文"), awaits=awaits)


def test_waiting_begins_with_the_first_thing_that_waits() -> None:
    """A second text that waits does not make the first one wait longer; nothing waiting ends it."""
    first = replace(EMPTY, waiting=(waits_for(),)).waiting_until(after(1))
    assert first.waiting_until(after(9)).waits_until == after(1)
    assert replace(EMPTY, waits_until=after(1)).waiting_until(after(9)).waits_until is None


def test_a_text_is_complete_when_its_clock_is_heard() -> None:
    """The label goes into the text's value; a withheld or provisional one says so."""
    quotes, notice = Wording().quotes, waits_for()
    heard = notice.hear([KnownClock("k", "settle", "r", 1, NOON, "2026-03-12 24:00")], quotes)
    assert heard.is_ready
    assert heard.values["deadline.settle"] == Text("2026-03-12 24:00", "2026-03-12 24:00")
    withheld = notice.hear([KnownClock("k", "settle", "r", 1, NOON, None, is_withheld=True)], quotes)
    assert withheld.values["deadline.settle"] == quotes[DeadlineQuote.WITHHELD]
    provisional = notice.hear([KnownClock("k", "settle", "r", 1, NOON, "x", is_provisional=True)], quotes)
    assert "provisional" in provisional.values["deadline.settle"].en
    assert not notice.hear([KnownClock("k", "settle", "other", 1, NOON, "x")], quotes).is_ready
    assert notice.give_up_waiting(quotes).values["deadline.settle"] == quotes[DeadlineQuote.PENDING]


def test_who_heard_of_a_breach_is_remembered_until_it_is_corrected() -> None:
    """Both a notice of the breach and its escalation count; other events don't."""

    def told(on: str, unit: str) -> PendingNotice:
        return PendingNotice(cause(on), REASON, (Addressee("x", unit),), Text("文"))

    case = EMPTY
    for on, unit in (
        ("settle breached", "t/a"),
        ("settle escalated", "t/b"),
        ("settle warned", "t/c"),
        ("accepted", "t/d"),
    ):
        case = case.remember_breach(told(on, unit))
    assert case.told_of_breach == {"settle": ("t/a", "t/b")}
    assert case.forget_breach("settle").told_of_breach == {}
