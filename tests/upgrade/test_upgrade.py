"""What ran goes on running: a house of every version before comes up with the code at hand.

Its stores, queues and files were put away by that version itself (`make_fixture.py`), with what it showed of itself
and what it made of them afterwards. Whoever changes stores or messages keeps these tests green; what a change moves
elsewhere is accounted for in `ROWS_ELSEWHERE`.
"""

from collections import Counter

import pytest

from tests.upgrade.course import Course
from tests.upgrade.look import lost
from tests.upgrade.seams import NAMES
from tests.upgrade.upgraded import kept_houses

pytestmark = pytest.mark.parametrize("course", kept_houses(), indirect=True)

# Tables of a version before whose rows are kept under another name ('service.table' → where they are now), or
# are no longer kept ('': say why).
ROWS_ELSEWHERE: dict[str, str] = {}

# What is shown or done otherwise on purpose since a version before: where (the beginning of a place that `lost`
# names) → why. A change that needs an entry here is felt by running cases: look twice.
MENDED: dict[str, str] = {}


_NO_LETTERS: dict[str, list[object]] = {name: [] for name in NAMES}  # of services that it did not have


def differences(before: object, now: object) -> list[str]:
    """Name what is missing or different now, but for what was mended on purpose."""
    return [place for place in lost(before, now) if not place.startswith(tuple(MENDED))]


def test_everything_can_be_seen_as_before(course: Course) -> None:
    """Cases with state, lead, round, facts, deadlines, notices, history and files; lists, people, desks: over HTTP all
    of it stands there as the version before showed it, under the same ids, before anything has run."""
    assert differences(course.expected["whole"], course.whole) == []


def test_no_row_is_lost(course: Course) -> None:
    """Every table still has as many rows, or its rows are accounted for."""
    before = course.expected["before"]["rows"]
    homes = {table: ROWS_ELSEWHERE.get(table, table) for table in before}
    short = {
        table: (number, course.found["rows"].get(homes[table], 0))
        for table, number in before.items()
        if homes[table] and course.found["rows"].get(homes[table], 0) < number
    }
    assert short == {}


def test_what_lay_in_inboxes_and_outboxes_lies_there(course: Course) -> None:
    """Held, put off, parked and refused messages are listed as before, and what was unsent is still to be sent."""
    before = course.expected["before"]
    assert course.found["letters"] == {**_NO_LETTERS, **before["letters"]}
    assert course.found["unsent"] == {**dict.fromkeys(NAMES, 0), **before["unsent"]}


def test_every_message_on_its_way_is_taken(course: Course) -> None:
    """None that lay in a queue is refused or lost; what was held proceeds with the missing one, what was put off with
    what it waited for; parked ones stay, and what waits behind them; nothing stays unsent."""
    refused = {name: tally["refused"] for name, tally in course.tallies.items() if tally["refused"]}
    assert refused == {}
    assert course.letters == {**_NO_LETTERS, **course.expected["after"]["letters"]}
    assert course.unsent == dict.fromkeys(NAMES, 0)


def test_cases_go_on_as_they_would_have(course: Course) -> None:
    """From its stores and queues the house makes what the version before made of them: decisions, work orders,
    clocks, notices, publications."""
    assert differences({**course.expected["after"], "letters": {}}, {**course.after, "letters": {}}) == []


def test_deadlines_fall_due_at_their_instants_once(course: Course) -> None:
    """Clocks that ran are warned, breached and escalated at the instants that stood for it, those of the night of the
    upgrade among them, each once; a clock that was met meanwhile does nothing."""
    assert course.fired == course.expected["fired"]
    assert differences(course.expected["later"], course.later) == []


def test_nobody_is_told_twice(course: Course) -> None:
    """No notification goes out twice, and none of those that the version before sent goes out again; nor does the
    file channel write a line again."""
    times = Counter(course.sent)
    assert {key: number for key, number in times.items() if number > 1} == {}
    assert set(times) & set(course.expected["before"]["sent"].values()) == set()
    assert {key for key, number in Counter(course.lines).items() if number > 1} == set()


def test_who_is_told_next_is_told_under_the_same_key(course: Course) -> None:
    """What waited to be told or delivered goes out under the key that the version before would have given it: by that
    alone a receiver knows a repetition (S-020)."""
    assert set(course.expected["news"]) - set(course.news) == set()


def test_histories_are_whole_and_go_on_from_where_they_were(course: Course) -> None:
    """Every chain of hashes verifies, and begins with the entries of before."""
    assert {key for key, is_whole in course.chains.items() if not is_whole} == set()
    for key, case in course.expected["whole"]["cases"].items():
        assert course.histories[key][: len(case["history"])] == case["history"]


def test_what_comes_twice_is_passed_over(course: Course) -> None:
    """A broker that delivers its queues once more changes nothing."""
    outcomes = sum(course.again.values(), Counter())
    assert set(+outcomes) <= {"duplicate", "parked", "later", "held"}
    assert outcomes["duplicate"] > 0
