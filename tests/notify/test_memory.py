"""What is remembered of a case: marks, clocks, texts that wait, events that came early."""

from dataclasses import replace
from datetime import datetime, timedelta

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.deadlines import KnownClock, Mark, Need, Quote
from services.notify.domain.memory import MOST_CLOCKS, CaseMemory, EarlyEvent
from services.notify.domain.notification import Happening, Reason
from services.notify.domain.telling import Recipient, Telling
from services.notify.messages.memory_json import from_json
from services.notify.messages.wording import Wording
from shared.kernel.texts import Text
from tests.notify.samples import NOON, REASON, after, happening

TEXTS = st.text(max_size=5)
INSTANTS = st.integers(0, 10**9).map(lambda seconds: NOON + timedelta(seconds=seconds))
CLOCKS = st.builds(
    KnownClock, TEXTS, TEXTS, TEXTS, st.integers(1, 3), INSTANTS, st.none() | TEXTS, st.booleans()
)
TELLINGS = st.builds(
    Telling,
    happening=st.builds(Happening, TEXTS, TEXTS, TEXTS, st.integers(0, 2**53), st.integers(1, 99), TEXTS),
    reason=st.builds(Reason, TEXTS, st.lists(TEXTS, max_size=2).map(tuple), st.just({})),
    recipients=st.lists(
        st.builds(Recipient, TEXTS, st.none() | TEXTS, st.none() | TEXTS, st.booleans()), max_size=2
    ).map(tuple),
    text=st.builds(Text, TEXTS, TEXTS),
    values=st.dictionaries(TEXTS, st.builds(Text, TEXTS, TEXTS), max_size=2),
    needs=st.dictionaries(TEXTS, st.nothing(), max_size=0),
    channels=st.lists(TEXTS, max_size=2).map(tuple),
)
MEMORIES = st.builds(
    CaseMemory,
    case=TEXTS,
    town=TEXTS,
    edition=st.none() | TEXTS,
    number=TEXTS,
    standing=st.dictionaries(TEXTS, st.integers(-(2**53), 2**53) | TEXTS, max_size=3),
    seen_at=st.none() | INSTANTS,
    round=st.integers(1, 4),
    round_began_at=st.none() | INSTANTS,
    marks=st.dictionaries(TEXTS, st.builds(Mark, INSTANTS, INSTANTS, st.booleans()), max_size=3),
    clocks=st.lists(CLOCKS, max_size=3).map(tuple),
    waiting=st.lists(TELLINGS, max_size=2).map(tuple),
    early=st.lists(st.builds(EarlyEvent, INSTANTS, st.booleans(), TEXTS), max_size=2).map(tuple),
    told_of_breach=st.dictionaries(TEXTS, st.lists(TEXTS, max_size=2).map(tuple), max_size=2),
    made=st.integers(0, 2**53),
    raised=st.lists(TEXTS, max_size=2).map(tuple),
    patient_until=st.none() | INSTANTS,
)


@given(MEMORIES)
def test_what_is_stored_is_what_is_remembered(memory: CaseMemory) -> None:
    """A memory read back from its row is equal to the one that was written."""
    assert from_json(orjson.loads(orjson.dumps(memory))) == memory


def test_a_text_that_waits_is_stored_with_what_it_waits_for() -> None:
    """The clock that is awaited survives the store too."""
    telling = Telling(happening(), REASON, (), Text("文"), {}, {"settle": Need("settle", ("r",), 2, NOON)})
    memory = CaseMemory("c", "t", "e", waiting=(telling,))
    assert from_json(orjson.loads(orjson.dumps(memory))) == memory


@given(st.lists(st.tuples(st.sets(st.sampled_from("abc")), st.sets(st.sampled_from("abc"))), max_size=8))
def test_marks_are_kept_as_steps_reach_and_undo_them(steps: list[tuple[set[str], set[str]]]) -> None:
    """Against a slow retelling: a mark stands when reached after it last fell, with its first and last
    instants.
    """
    memory = CaseMemory("c", "t", "e")
    told: list[tuple[datetime, set[str], set[str]]] = []
    for number, (reached, undone) in enumerate(steps):
        told.append((after(number), reached, undone))
        memory = memory.step(after(number), 1, {"state": "x"}, reached, undone)
    for key in "abc":
        times = [at for at, reached, _ in told if key in reached]
        if not times:
            assert key not in memory.marks
            continue
        mark = memory.marks[key]
        assert (mark.first_at, mark.last_at) == (times[0], times[-1])
        assert mark.stands == all(key not in undone or at <= times[-1] for at, _, undone in told)


def test_only_the_latest_news_of_a_clock_is_kept() -> None:
    """A clock that is corrected is quoted as corrected; very old clocks are let go."""
    memory = CaseMemory("c", "t", "e")
    for number in range(50):
        memory = memory.hear(KnownClock(str(number % 40), "settle", "r", 1, NOON, str(number)))
    assert len(memory.clocks) == MOST_CLOCKS
    assert {clock.id: clock.label for clock in memory.clocks}["9"] == "49"


def test_an_event_is_early_until_its_step_is_known() -> None:
    """A clock that started with a step not heard of yet waits for that step and no longer."""
    event = EarlyEvent(after(2), False, "f")
    memory = CaseMemory("c", "t", "e", early=(event,))
    assert memory.is_early(event)
    waiting, ripe = memory.step(after(1), 1, {"state": "x"}, []).take_early()
    assert (len(waiting.early), ripe) == (1, ())
    done, ripe = memory.step(after(2), 1, {"state": "x"}, []).take_early()
    assert (done.early, [each.frame for each in ripe]) == ((), ["f"])


def test_a_units_clock_waits_until_somebody_is_responsible() -> None:
    """Admission and decision may carry one instant: a clock of a unit is told by the decision, not before it."""
    event = EarlyEvent(NOON, True, "f")
    admitted = CaseMemory("c", "t", "e").step(NOON, 1, {"assignment": None}, ["reported"])
    assert admitted.is_early(event)
    assert not admitted.is_early(replace(event, is_of_unit=False))
    assert not admitted.step(NOON, 1, {"assignment": {"lead": "t/a"}}, ["accepted"]).is_early(event)


def test_patience_begins_with_the_first_thing_that_waits() -> None:
    """A second text that waits does not make the first one wait longer; nothing waiting ends it."""
    telling = Telling(happening(), REASON, (), Text("文"), {}, {"settle": Need("settle", ("r",), 1, NOON)})
    first = CaseMemory("c", "t", "e", waiting=(telling,)).be_patient(after(1))
    assert first.be_patient(after(9)).patient_until == after(1)
    assert CaseMemory("c", "t", "e", patient_until=after(1)).be_patient(after(9)).patient_until is None


def test_a_text_is_complete_when_its_clock_is_heard() -> None:
    """The label goes into the text's value; a withheld or provisional one says so."""
    quotes = Wording().quotes
    telling = Telling(happening(), REASON, (), Text("文"), {}, {"settle": Need("settle", ("r",), 1, NOON)})
    heard = telling.hear([KnownClock("k", "settle", "r", 1, NOON, "2026-03-12 24:00")], quotes)
    assert heard.is_ready
    assert heard.values["deadline.settle"] == Text("2026-03-12 24:00", "2026-03-12 24:00")
    withheld = telling.hear([KnownClock("k", "settle", "r", 1, NOON, None, is_withheld=True)], quotes)
    assert withheld.values["deadline.settle"] == quotes[Quote.WITHHELD]
    provisional = telling.hear([KnownClock("k", "settle", "r", 1, NOON, "x", is_provisional=True)], quotes)
    assert "provisional" in provisional.values["deadline.settle"].en
    assert not telling.hear([KnownClock("k", "settle", "other", 1, NOON, "x")], quotes).is_ready
    assert telling.give_up_waiting(quotes).values["deadline.settle"] == quotes[Quote.PENDING]


def test_who_heard_of_a_breach_is_remembered_until_it_is_corrected() -> None:
    """Both a notice of the breach and its escalation count; other events don't."""

    def told(on: str, unit: str) -> Telling:
        return Telling(happening(on), REASON, (Recipient("x", unit),), Text("文"), {})

    memory = CaseMemory("c", "t", "e")
    for on, unit in (
        ("settle breached", "t/a"),
        ("settle escalated", "t/b"),
        ("settle warned", "t/c"),
        ("accepted", "t/d"),
    ):
        memory = memory.remember_breach(told(on, unit))
    assert memory.told_of_breach == {"settle": ("t/a", "t/b")}
    assert memory.forget_breach("settle").told_of_breach == {}
