"""Facts from earlier cases: what counts, as of which instant, and who sees what was counted (decision 35)."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from time import sleep
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake.domain.case import Case
from services.intake.domain.earlier import EarlierCriteria
from services.intake.handlers.emitting import emit_admitted
from services.intake.store.earlier import counting
from shared.contracts.messages import Actor
from shared.db.engines import open_engine
from shared.db.work import Work
from shared.kernel.ids import new_id
from shared.kernel.texts import Text
from shared.rules.case.snapshot import CaseSnapshot
from shared.rules.logic import condition
from shared.rules.logic.facts import FactType, Kind
from shared.rules.pack.model import EarlierCases, EffectKind, Fact, Hidden, Origin
from tests.intake.house import OFFICE, STATION, House
from tests.intake.test_drafts_and_editions import confirm, draft, publish
from tests.intake.test_idempotency import at_once
from tests.intake.test_machines import with_machines
from tests.intake.test_proposals import made_house
from tests.intake.town import SPOT, STEPS, TOWN, category, does, step

CASES = f"/v1/towns/{TOWN}/cases"
SAME = ("category", "place")
ALARM = {"category": "ditch", "channel": "sensor", "place": "east-1", "text": "water"}
LINES = "application/x-ndjson"


def counted(name: str, *same: str, days: int = 30, most: int = 5) -> Fact:
    """A fact from earlier cases."""
    type_ = FactType(name, Kind.INT, low=1, high=most)
    earlier = EarlierCases(same or SAME, days)
    return Fact(type_, Text(name, name), "earlier cases", Text(), 1, SPOT, earlier=earlier)


def counting_town(house: House, *facts: Fact) -> House:
    """Let the town count, correct what a case is about, and hide what is secret."""
    named = {fact.type.name: fact for fact in facts or (counted("again"),)}
    town = house.packs[TOWN]
    correct = step("correct", "lead", does(EffectKind.DECIDE_AGAIN), needs=("category",), any_time=True)
    secret = Origin("secret", Text("保密", "secret"), ("P001-03.6",), None, None, SPOT)
    house.amend(
        facts={**town.facts, **named},
        categories={**town.categories, "drain": category("drain"), "secret": category("secret")},
        steps={**{one.key: one for one in STEPS}, "correct": correct},
        hidden=(
            Hidden(
                secret, condition.Test("category", condition.Op.IN, ("secret",)), "published", ("centre",)
            ),
        ),
    )
    return house


@pytest.fixture
def house() -> Iterator[House]:
    made = counting_town(House())
    yield made
    made.store.close()


def fact(house: House, case: str, name: str = "again") -> Any:
    """What the latest message of the case says."""
    bodies = (each.data for each in reversed(house.said(case)))
    return next(body.facts for body in bodies if isinstance(body, CaseSnapshot)).get(name)


def test_the_third_of_its_kind_says_so(house: House) -> None:
    """A case counts itself and those before it of the same category and place; no others, and none twice."""
    house.report(place="market")
    house.report(category="drain")
    assert [fact(house, house.report()) for _ in range(3)] == [1, 2, 3]


def test_more_than_the_bound_are_not_counted(house: House) -> None:
    """The upper bound of its type is the most that a fact says."""
    assert [fact(house, house.report()) for _ in range(7)] == [1, 2, 3, 4, 5, 5, 5]


def test_the_window_ends(house: House) -> None:
    """What was reported exactly thirty days before counts still, and a moment earlier does not any more."""
    house.report()
    house.pass_time(seconds=1)
    house.report()
    house.pass_time(days=30)
    assert fact(house, house.report()) == 2


def test_reports_of_one_request_count_one_another(house: House) -> None:
    """In their order, although none of them is in the store yet."""
    report = {"category": "ditch", "channel": "app", "place": "east-1", "text": "full"}
    made = house.call("POST", f"{CASES}/bulk", "station", json={"cases": [report] * 3}).json["results"]
    assert [fact(house, one["case"]) for one in made] == [1, 2, 3]


def test_a_case_without_a_place_is_like_no_other(house: House) -> None:
    """Nobody knows whether two unknown places are the same one."""
    report = {"category": "ditch", "channel": "app", "lat": 30.0, "lon": 118.0, "text": "somewhere"}
    for _ in range(2):
        case = house.call("POST", CASES, "citizen", json=report).json["case"]
    assert fact(house, case) == 1


def test_the_same_reporter_and_the_same_device() -> None:
    """A person's own reports count, whatever they are about; nobody's, where it is anonymous."""
    house = counting_town(House(), counted("mine", "reporter"))
    house.report(category="drain")
    assert fact(house, house.report(place="market"), "mine") == 2
    assert fact(house, house.report("other-citizen"), "mine") == 1
    assert [fact(house, house.report(anonymous=True), "mine") for _ in range(2)] == [1, 1]
    house.store.close()


def test_a_confirmed_alarm_counts_those_of_its_device() -> None:
    """A draft counts nothing and is not counted; once a person confirms it, it is counted as of its report."""
    house = counting_town(with_machines(House()), counted("alarms", "device"))
    first, second, other = (
        house.call("POST", CASES, "grid", json={**ALARM, "source": source}).json["case"]
        for source in ("s-1", "s-1", "s-2")
    )
    confirmed = [
        house.call("POST", f"{CASES}/{case}/confirm", "station", json={}) for case in (first, second)
    ]
    assert [answer.status_code for answer in confirmed] == [200, 200]
    assert [fact(house, case, "alarms") for case in (first, second)] == [1, 2]
    assert house.view(other)["earlier"] == []
    house.store.close()


def test_the_number_stays(house: House) -> None:
    """Neither later reports nor steps change it: every message of the case says the same."""
    house.report()
    case = house.report()
    house.route(case, STATION, OFFICE)
    house.report()
    assert house.step(case, "settle", facts={"result": "dug out"}).status_code == 200
    assert {body.data.facts["again"] for body in house.said(case) if isinstance(body.data, CaseSnapshot)} == {
        2
    }


def test_merged_and_returned_cases_do_not_count(house: House) -> None:
    """A merged report is counted by the case that goes on with it; what was returned was none of the town's."""
    first, second, third = (house.report() for _ in range(3))
    for case in (first, second, third):
        house.route(case)
    merged = house.call(
        "POST", f"{CASES}/{second}/merge", "station", json={"into": first, "note": "the same"}
    )
    assert merged.status_code == 200, merged.text
    assert house.step(third, "return", "operator", facts={"reason": "not ours"}).status_code == 200
    assert fact(house, house.report()) == 2


def test_hidden_cases_of_others_do_not_count(house: House) -> None:
    """The number would show that there is one."""
    for _ in range(2):
        case = house.report(category="secret")
    assert fact(house, case) == 1


def test_a_correction_counts_as_of_the_report(house: House) -> None:
    """By its new category the case counts what was there when it was reported, and nothing that came since."""
    for name in ("ditch", "ditch", "drain"):
        house.report(category=name)
        house.pass_time(minutes=1)
    case = house.report()
    house.pass_time(minutes=1)
    house.report(category="drain")
    house.route(case)
    assert fact(house, case) == 3
    assert house.step(case, "correct", facts={"category": "drain"}).status_code == 200
    assert fact(house, case) == 2
    assert house.step(case, "correct", facts={"category": "ditch"}).status_code == 200
    assert fact(house, case) == 3


def test_another_edition_counts_as_of_the_report() -> None:
    """A draft confirmed under another window has that edition's count."""
    house = counting_town(made_house("confirmed"))
    house.report(category="ditch")
    house.pass_time(days=10)
    kept, moved = draft(house), draft(house)
    assert confirm(house, kept).status_code == 200
    publish(house, facts={**house.packs[TOWN].facts, "again": counted("again", "category", days=5)})
    assert confirm(house, moved).status_code == 200
    found = [fact(house, case) for case in (kept, moved)]
    house.store.close()
    assert found == [2, 2]


def test_nobody_states_it(house: House) -> None:
    """The number is the platform's to count."""
    report = {
        "category": "ditch",
        "channel": "app",
        "place": "east-1",
        "text": "full",
        "answers": {"again": 3},
    }
    assert house.call("POST", CASES, "citizen", json=report).json["code"] == "fact-not-yours"


def test_who_may_see_the_earlier_ones_is_shown_them(house: House) -> None:
    """The explanation names number and window, and of the earlier cases those that the reader may see."""
    first = house.report("other-citizen", private=True)
    second = house.report()
    house.route(second, OFFICE)
    case = house.report()
    house.route(case, OFFICE)
    said = house.view(case)["earlier"]
    shown = {"fact": "again", "count": 3, "most": 5, "same": ["category", "place"], "within_days": 30}
    assert [{name: value for name, value in one.items() if name != "cases"} for one in said] == [shown]
    assert [one["case"] for one in said[0]["cases"]] == [second, first]
    assert [one["case"] for one in house.view(case, "office")["earlier"][0]["cases"]] == [second]


def test_the_public_sees_neither_the_number_nor_the_cases(house: House) -> None:
    """How often others have reported something is not for whoever reports it."""
    house.report("other-citizen")
    case = house.report()
    view = house.view(case, "citizen")
    assert (view["earlier"], "again" in view["facts"]) == ([], False)
    assert house.view(case)["facts"]["again"] == 2


@pytest.mark.parametrize(
    ("same", "index"),
    [
        (("category", "place"), "cases_place_category"),
        (("category",), "cases_category"),
        (("reporter",), "cases_reporter"),
        (("reporter", "category"), "cases_reporter"),
        (("device",), "cases_device"),
        (("device", "category", "place"), "cases_"),
    ],
)
def test_a_count_reads_one_stretch_of_one_index(house: House, same: tuple[str, ...], index: str) -> None:
    """However many cases there are: SQLite's plan searches by what is the same and by the time, and scans nothing."""
    plan = _plan(house, same, "explain query plan ")
    searches = [line for line in plan if "cases" in line]
    assert len(searches) == 1
    assert f"USING INDEX {index}" in searches[0]
    assert "reported_at>? AND reported_at<?" in searches[0]


def _plan(house: House, same: tuple[str, ...], explain: str) -> list[str]:
    columns = {"category": "category", "place": "place_key", "reporter": "reporter", "device": "source"}
    now = house.clock.now()
    criteria = EarlierCriteria(TOWN, {columns[one]: "x" for one in same}, now, now, now, "id", 4)
    with house.store.read() as conn:
        if conn.dialect.name == "postgresql":
            # of a table with a handful of rows a scan is cheaper, which says nothing of one with a million
            conn.execute(sa.text("set local enable_seqscan = off"))
        text = str(counting(criteria).compile(conn, compile_kwargs={"literal_binds": True}))
        return [str(row[-1]) for row in conn.execute(sa.text(f"{explain}{text}"))]


@pytest.mark.servers
def test_a_count_reads_one_stretch_of_one_index_on_postgresql(services_own: Callable[[str], str]) -> None:
    """PostgreSQL's plan as well, with the time among the conditions of the index."""
    house = House(engine=open_engine(services_own("intake"), "intake"))
    for same, index in (
        (SAME, "cases_place_category"),
        (("reporter",), "cases_reporter"),
        (("device",), "cases_device"),
    ):
        plan = "\n".join(_plan(house, same, "explain "))
        assert f"{index} on cases" in plan
        assert "reported_at >=" in plan.partition("Index Cond")[2].splitlines()[0]
    assert [fact(counting_town(house), house.report()) for _ in range(2)] == [1, 2]
    house.store.close()


@pytest.fixture
def two_doors(services_own: Callable[[str], str]) -> Iterator[list[House]]:
    """Two processes' worth of one service on one store."""
    url, again = services_own("intake"), counted("again", most=20)
    houses = [
        counting_town(House(engine=open_engine(url, "intake"), make_id=new_id), again) for _ in range(2)
    ]
    yield houses
    for house in houses:
        house.store.close()


@pytest.mark.servers
def test_none_of_those_that_come_at_once_is_missed(two_doors: list[House]) -> None:
    """Two processes at one door: each report counts every one before it, since a town's numbers are drawn in turn."""
    answers = at_once(20, lambda n: two_doors[n % 2].report())
    assert sorted(fact(two_doors[0], case) for case in answers) == list(range(1, 21))


@pytest.mark.servers
def test_the_one_that_waited_counts_the_one_it_waited_for(two_doors: list[House]) -> None:
    """A transaction takes its instant before it waits: the second of two may carry the earlier one, and counts all the
    same; the first counts no more than it did when its category is corrected later.
    """
    ahead, behind = two_doors
    ahead.pass_time(seconds=5)
    first, second = ahead.report(), behind.report()
    assert [fact(ahead, case) for case in (first, second)] == [1, 2]
    ahead.route(first)
    for to in ("drain", "ditch"):
        assert ahead.step(first, "correct", facts={"category": to}).status_code == 200
    assert fact(ahead, first) == 1


@pytest.mark.servers
def test_of_two_drafts_that_are_confirmed_at_once_the_later_counts_the_earlier(
    two_doors: list[House], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever confirms the second waits until the first is a case, though nobody else sees that yet."""
    ahead, behind = (with_machines(house) for house in two_doors)
    first, second = (
        ahead.call("POST", CASES, "grid", json={**ALARM, "source": source}).json["case"]
        for source in ("s-1", "s-2")
    )
    is_counted, may_commit = Event(), Event()

    def emit(work: Work, case: Case, actor: Actor) -> None:
        if case.id == first:
            is_counted.set()
            may_commit.wait(60)
        emit_admitted(work, case, actor)

    monkeypatch.setattr("services.intake.handlers.drafts.emit_admitted", emit)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(confirm, ahead, first)
        assert is_counted.wait(60)
        other = pool.submit(confirm, behind, second)
        # Either it waits for the first, as it should, or it is through without.
        until(lambda: other.done() or waits_for_another(ahead))
        may_commit.set()
        assert [each.result(60).status_code for each in (one, other)] == [200, 200]
    assert [fact(ahead, case) for case in (first, second)] == [1, 2]


def waits_for_another(house: House) -> bool:
    """Tell whether any transaction of the database waits for a lock."""
    with house.store.read() as conn:
        # Of whichever role: what others wait for is shown of locks, and not of activities.
        return bool(conn.scalar(sa.text("select count(*) from pg_locks where not granted")))


def until(is_so: Callable[[], bool]) -> None:
    """Look again and again; give up after a number of looks."""
    for _ in range(600):
        if is_so():
            return
        sleep(0.05)
    raise AssertionError("it did not come about")


def test_an_import_keeps_what_the_file_states_and_counts_else(house: House) -> None:
    """An own export comes back with its numbers; a line of an older system is counted as of its report."""
    house.report()
    house.pass_time(days=1)
    at = house.clock.now().isoformat()
    line = {"number": "A-1", "category": "ditch", "channel": "app", "place": "east-1", "text": "old",
            "reported_at": at, "accepted_at": at, "lead": STATION}  # fmt: skip
    both = "\n".join(map(json.dumps, (line, {**line, "number": "A-2", "facts": {"again": 5}})))
    answer = house.call("POST", f"{CASES}/import?source=old", "engineer", data=both, content_type=LINES)
    cases = [json.loads(told)["case"] for told in answer.text.splitlines()[:2]]
    assert [house.view(case)["facts"]["again"] for case in cases] == [2, 5]


def test_a_replaced_fact_is_found_by_no_count_of_its_old_kind(house: House) -> None:
    """What a case counted under an edition that has no such fact any more is not shown."""
    case = house.report()
    facts = {name: one for name, one in house.packs[TOWN].facts.items() if name != "again"}
    house.pack_cache.packs[house.packs[TOWN].edition] = replace(house.packs[TOWN], facts=facts)
    assert house.view(case)["earlier"] == []
