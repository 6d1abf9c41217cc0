"""A preview of a re-decision is what the running services then do, on random small lives and on the hard ones.

What routing decided and what sla holds is read from these services themselves, never from intake's own account.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from services.sla.store.tables import clocks
from shared.kernel.instants import format_instant
from shared.rules.case.situation import Situation
from shared.rules.decide.answers import Unroutable, UnroutableCause
from shared.rules.decide.compiled import CompiledRules
from shared.rules.decide.fallback import fallback_decision
from tests.e2e.own_town import BUREAU, PACK, STATION, OwnTown

STEPS = """steps:
  take: {name: {zh: 受理, en: take}, who: [lead, operator], after: [assigned], does: [accept], any_time: yes}
  wait: {name: {zh: 等, en: wait}, who: [lead, operator], does: [{pause: settle}], any_time: yes}
  wait-all: {name: {zh: 全等, en: wait with all}, who: [lead, operator], does: [{pause: all}], any_time: yes}
  go-on: {name: {zh: 续, en: go on}, who: [lead, operator], does: [{resume: all}], any_time: yes}
  stop-attend: {name: {zh: 停, en: stop}, who: [lead, operator], does: [{stop: attend}], any_time: yes}
  note-reason: {name: {zh: 注明, en: note a reason}, who: [lead, operator], may_have: [due_at],
    does: [{extend: settle}], any_time: yes}
  set-due: {name: {zh: 定期限, en: set the due time}, who: [lead, operator], needs: [due_at],
    does: [{set due: decide}], any_time: yes}
  decline: {name: {zh: 拒办, en: decline}, who: [lead, operator], does: [decline], any_time: yes}
  done: {name: {zh: 完成, en: done}, who: [lead, operator], after: [accepted], does: [settle], any_time: yes}
"""
LIMITS = """limits:
  - rule: answer-limit
    because: P
    clock: answer
    within: 3 working days
    from: first assigned
    until: [settled, closed]
  - rule: decide-limit
    because: P
    clock: decide
    within: set by a person
    from: accepted
    until: [closed]
"""
RICH = (
    PACK.replace("steps:\n", STEPS, 1)
    .replace("limits:\n", LIMITS, 1)
    .replace(
        "    within: 3 working days\n    escalate: [{to: supervisor}]\n",
        "    within: 3 working days\n    warn: 1 working day before\n    readings: {RC-13: remaining, RC-19: stops}\n"
        "    escalate: [{to: supervisor}]\n",
    )
)
TO_BUREAU = ("lead: station, procedure", "lead: bureau, procedure")
# What other editions change of it.
CHANGES: Mapping[str, Sequence[tuple[str, str]]] = {
    "the same again": (("own town}", "the town}"),),
    "shorter": (("within: 3 working days\n    warn", "within: 2 working days\n    warn"),),
    "other leads": (TO_BUREAU,),
    "other starts": (("from: first assigned", "from: assigned"), ("from: first accepted", "from: reported")),
    "other leads and starts": (TO_BUREAU, ("from: first assigned", "from: accepted")),
    "rounds begin anew": (("RC-13: remaining", "RC-13: full"),),
    "waiting counts": (("RC-19: stops", "RC-19: runs_on"),),
    "accepted in person": (("acceptance: automatic", "acceptance: lead"), TO_BUREAU),
    "less to time": (("when: {litres: {at_least: 100}}", "when: {litres: {at_least: 1000}}"),),
}
LIVES, ROUNDS = 30, 8
DECIDED_IN = (3, 7)  # rounds in which the lives are decided again
HOURS = (1, 3, 7, 20, 30)
NDJSON = "application/x-ndjson"


def edition(changes: Sequence[tuple[str, str]]) -> str:
    """The town's file with passages replaced, each of which must stand in it."""
    text = RICH
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


@dataclass(frozen=True)
class OpenClock:
    """A clock that has not stopped."""

    stage: str
    rule: str
    state: str
    due_at: str | None


class Town(OwnTown):
    """The town with all its editions, the plain one in force."""

    def __init__(self, engine: str = "reference") -> None:
        super().__init__(pack=RICH, engine=engine)
        self.editions = {name: self.publish(edition(changes)) for name, changes in CHANGES.items()}
        self.publish(RICH + "\n")  # a hash of its own: what is published last is in force

    def preview(self, **more: Any) -> dict[str, dict[str, Any]]:
        """What deciding cases again would do, by case."""
        answer = self.ask("POST", "/redecisions", json={"limit": 500, **more})
        assert answer.status_code == 200, answer.text
        return {shown["case"]: shown for shown in answer.json["cases"]}

    def redecide(self, **more: Any) -> None:
        """Have cases decided again, and everything that follows done."""
        answer = self.ask("POST", "/redecisions", json={"preview": False, "reason": "amended", **more})
        assert answer.status_code == 202, answer.text

    def running(self, case: str) -> list[OpenClock]:
        """The clocks of a case that sla runs, in no order."""
        with self.house.services["sla"].store.read() as conn:
            found = conn.execute(sa.select(clocks).where(clocks.c.state != "stopped")).mappings()
            rows = [row for row in found if case in (row.get("subject_id"), row.get("case_id"))]
        return in_order(
            OpenClock(row["stage"], row["rule"], str(row["state"]), text(row["due_at"])) for row in rows
        )

    def decided(self, case: str) -> dict[str, Any]:
        """What routing decided last about a case."""
        headers = {"Authorization": f"Bearer {self.tokens['operator']}"}
        path = f"/v1/towns/t-own/cases/{case}/decisions"
        answer = self.clients["routing"].get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json["items"][-1])


def text(at: datetime | None) -> str | None:
    return format_instant(at) if at else None


def in_order(found: Any) -> list[OpenClock]:
    return sorted(found, key=lambda clock: (clock.stage, clock.rule, str(clock)))


def foreseen(shown: Mapping[str, Any], when: str) -> list[OpenClock]:
    """The clocks that a preview shows before or after."""
    sides = [(line["stage"], line[when]) for line in shown["deadlines"] if line[when] is not None]
    return in_order(OpenClock(stage, side["rule"], side["state"], side["due_at"]) for stage, side in sides)


@pytest.fixture
def town() -> Iterator[Town]:
    """The town at a Monday morning."""
    made = Town()
    yield made
    made.close()


@pytest.mark.parametrize(("seed", "engine"), [(0, "reference"), (1, "reference"), (2, "both")])
def test_on_random_lives_the_preview_is_what_happens(seed: int, engine: str) -> None:
    """Lead, levels, assisting units and procedure are those that routing then decides; every clock of sla before and
    after stands in it with rule, state and due instant, and no other."""
    town = Town(engine)
    _live(town, Random(seed))
    town.close()


def _live(town: Town, random: Random) -> None:
    cases = [_report(town, random) for _ in range(LIVES)]
    now = datetime(2026, 3, 9, 1, tzinfo=UTC)
    for round_ in range(ROUNDS):
        for case in cases:
            for _ in range(random.choice((0, 1, 1, 2))):
                _act(town, random, case, now)
        now += timedelta(hours=random.choice(HOURS))
        town.house.world.advance(now)
        if round_ in DECIDED_IN:
            for name, of_edition in _parted(random, cases).items():
                _hold(town, name, of_edition)


def _report(town: Town, random: Random) -> str:
    """Report something, or bring it in from an older system, which had it for some days."""
    category = random.choice(("quarrel", "noise", "dumping"))
    answers = {"litres": random.choice((5, 400))} if random.random() < 0.5 else {}
    place = random.choice(("grid-1", "grid-1", "grid-2"))
    if random.random() < 0.8:
        return town.report(category, answers=answers, place=place)
    line = {
        "number": f"OLD-{random.randrange(10**9)}", "category": category, "channel": "app", "text": "of before",
        "place": place, "answers": answers, "lead": random.choice((STATION, BUREAU)),
        "reported_at": "2026-03-04T01:00:00Z", "accepted_at": "2026-03-05T02:00:00Z",
    }  # fmt: skip
    answer = town.ask("POST", "/cases/import?source=older", data=orjson.dumps(line), content_type=NDJSON)
    return str(orjson.loads(answer.data.splitlines()[0])["case"])


def _act(town: Town, random: Random, case: str, now: datetime) -> None:
    """Do something with a case; what intake refuses is something too."""
    later = format_instant(now + timedelta(days=random.choice((1, 4, 9))))
    step, facts, due = random.choice(
        (
            ("wait", {}, None), ("wait-all", {}, None), ("go-on", {}, None), ("stop-attend", {}, None),
            ("note-reason", {}, None), ("note-reason", {}, later), ("set-due", {}, later), ("decline", {}, None),
            ("done", {}, None), ("not-content", {}, None), ("urge", {}, None), ("take", {}, None),
            ("correct", {"category": random.choice(("quarrel", "noise", "dumping"))}, None),
            ("correct", {"litres": random.choice((5, 400))}, None),
            ("correct", {"place": random.choice(("grid-1", "grid-2"))}, None),
        )
    )  # fmt: skip
    body = {"step": step, "facts": facts, **({"due_at": due} if due else {})}
    town.ask("POST", f"/cases/{case}/steps", "operator", json=body)


def _parted(random: Random, cases: Sequence[str]) -> dict[str, list[str]]:
    parted: dict[str, list[str]] = {name: [] for name in CHANGES}
    for case in cases:
        parted[random.choice(list(CHANGES))].append(case)
    return {name: some for name, some in parted.items() if some}


def _hold(town: Town, name: str, cases: Sequence[str]) -> None:
    """Hold the preview against sla's clocks before, then decide again, and hold it against all that came of it."""
    asked = {"cases": list(cases), "edition": town.editions[name]}
    before = {case: town.running(case) for case in cases}
    shown = town.preview(**asked)
    assert sorted(shown) == sorted(cases)
    town.redecide(**asked)
    for case in cases:
        assert shown[case]["left"] is None
        assert foreseen(shown[case], "before") == before[case], (name, case)
        assert foreseen(shown[case], "after") == town.running(case), (name, case)
        decided, after = town.decided(case), shown[case]["decision"]["after"]
        parts = ("lead", "levels", "assisting", "procedure")
        assert [after[part] for part in parts] == [decided["assignment"][part] for part in parts]
        assert (after["rule"], after["cause"]) == (decided["rule"], decided["cause"])


def test_a_clock_that_a_step_stopped_is_not_revived(town: Town) -> None:
    """What was stopped stays so under any edition, in the preview as in truth."""
    case = town.report("quarrel", answers={"litres": 400})
    town.step(case, "stop-attend")
    (shown,) = town.preview(cases=[case], edition=town.editions["shorter"]).values()
    assert "attend" not in [line["stage"] for line in shown["deadlines"]]
    _hold(town, "shorter", [case])


def test_a_limit_from_the_first_dispatch_stays_where_it_is(town: Town) -> None:
    """Another lead is no other first dispatch: 12 March stays 12 March, and nothing moves."""
    case = town.report()
    town.advance("2026-03-11 09:00")
    (shown,) = town.preview(cases=[case], edition=town.editions["other leads"]).values()
    (line,) = [line for line in shown["deadlines"] if line["stage"] == "answer"]
    assert line["before"]["label"] == line["after"]["label"] == "2026-03-12 24:00"
    assert line["moved"] is False
    _hold(town, "other leads", [case])


def test_the_rest_of_a_round_and_what_a_person_wrote_are_exact(town: Town) -> None:
    """RC-13 remaining grants what was left of the round before; a due instant that a person wrote stays written."""
    case = town.report()
    town.ask("POST", f"/cases/{case}/steps", json={"step": "set-due", "due_at": "2026-03-20T01:00:00Z"})
    town.advance("2026-03-10 09:00")
    town.step(case, "done")
    town.advance("2026-03-12 09:00")
    town.step(case, "not-content")
    (shown,) = town.preview(cases=[case], edition=town.editions["shorter"]).values()
    after = {line["stage"]: line["after"]["label"] for line in shown["deadlines"]}
    assert (
        after["settle"] == "2026-03-13 24:00"
    )  # two working days, one of them used; the two between do not count
    assert after["decide"] == "2026-03-20 09:00"
    _hold(town, "shorter", [case])


def test_where_the_evaluators_differ_the_fallback_is_shown(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As routing decides it: the fallback owner has the case, for the cause 'disagreement'."""
    case = town.report("dumping")

    def differ(rules: CompiledRules, situation: Situation, _on: date) -> Unroutable:
        fallback = fallback_decision(rules.pack, situation, "both")
        return Unroutable(
            UnroutableCause.DISAGREEMENT, fallback, {"reference": ("to-bureau",), "durable-rules": ()}
        )

    monkeypatch.setattr(CompiledRules, "route", differ)
    (shown,) = town.preview(cases=[case], edition=town.editions["shorter"]).values()
    after = shown["decision"]["after"]
    assert (after["lead"], after["fallback"], after["cause"]) == (STATION, True, "disagreement")
    _hold(town, "shorter", [case])


def test_a_paused_limit_is_shown_without_a_due_instant(town: Town) -> None:
    """RC-19: while the case waits nothing is due; where the new edition lets time run on, it is again."""
    case = town.report()
    town.step(case, "wait-all")
    (shown,) = town.preview(cases=[case], edition=town.editions["waiting counts"]).values()
    (line,) = [line for line in shown["deadlines"] if line["stage"] == "settle"]
    assert (line["before"]["state"], line["before"]["due_at"]) == ("paused", None)
    assert (line["after"]["state"], line["after"]["label"]) == ("running", "2026-03-12 24:00")
    _hold(town, "waiting counts", [case])
