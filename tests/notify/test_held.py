"""Notices that wait (decision 42): told at their time and once, together where the town says so."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from services.notify.adapters.unreal_channels import PretendChannel
from services.notify.adapters.webhook import body_of as webhook_body
from services.notify.bootstrap import NotifySettings, build
from services.notify.domain.attempts import AttemptResult
from services.notify.domain.notification import Channel
from services.notify.ports.channel import GatheredLine
from services.notify.store.tables import held_notices
from shared.flow.service import Duty
from shared.kernel.clock import SetClock
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.web.callers import hash_token
from tests.notify.house import CENTRE, HEAD, OFFICE, TOWN, House, changed_files
from tests.notify.samples import NOON, SECRET, channel_message
from tests.notify.test_api import Web
from tests.notify.test_delivery import Scripted
from tests.notify.test_erasing import erased

SECTION = "acceptance: {first: automatic, after_handover: lead}"
QUIET = (SECTION, f"{SECTION}\ntelling: {{because: P001-05, quiet: [{{between: 22:00-07:00}}]}}")
HOURLY = (
    SECTION,
    f"{SECTION}\ntelling: {{because: P001-05, quiet: [{{between: 22:00-07:00}}], gather: {{every: 1 hour}}}}",
)
URGENT = (
    HOURLY[0],
    HOURLY[1][:-1]
    + ", urgent: [{rule: late-at-once, because: P001-05, on: [settle breached, settle escalated]}]}",
)
MAIL = (
    "vacant: town-grid-centre}\n  town-leaders",
    "vacant: town-grid-centre, channels: [inbox, mail]}\n  town-leaders",
)
EVENING = NOON + timedelta(hours=10, minutes=30)  # 22:30 in the town
MORNING = NOON + timedelta(hours=19)  # 07:00
LATE: dict[str, Any] = {"state": "breached", "verdict": "late", "started_at": format_instant(NOON)}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def make(request: pytest.FixtureRequest) -> Iterator[Callable[..., House]]:
    """Makes houses on either store, under a time that the test moves."""
    made: list[House] = []
    url = request.getfixturevalue("services_own")("notify") if request.param == "postgresql" else "sqlite://"

    def on_either(*changes: tuple[str, str]) -> House:
        made.append(House(url=url, files=changed_files(*changes), simulated_at=NOON))
        return made[-1]

    yield on_either
    for house in made:
        house.store.close()


def at(house: House, moment: datetime) -> None:
    """Move every clock of the house."""
    house.clock.set(moment)
    house.store.set_now(moment)


def begun(house: House, *cases: str) -> None:
    """Cases are accepted, and whoever is told of that was told."""
    for case in cases:
        house.take(house.admitted(case), house.accepted(case), house.clock_event("started", case))


def breached(house: House, *cases: str) -> None:
    """Their limits pass, all at one instant."""
    house.take(*(house.clock_event("breached", case, **LATE) for case in cases))


def tell(house: House) -> int:
    """Have the duty tell what is due."""
    return house.duties["held-notices"].run(100)


def late_at(house: House, **where: Any) -> list[dict[str, Any]]:
    """What the supervising office's desk holds of breaches, alone or together."""
    rows = house.rows(unit=OFFICE, **where)
    return [row for row in rows if row["event"] in ("settle breached", "gathered")]


def waiting(house: House) -> list[str]:
    """The cases of what waits."""
    asked = sa.select(held_notices.c.subject_id).where(held_notices.c.told_in.is_(None))
    with house.store.read() as conn:
        return sorted(conn.scalars(asked))


def said(house: House, state: str, event: str = "settle breached", unit: str = OFFICE) -> list[Any]:
    """What was announced of notices to the supervising office."""
    told = (message.data for message in house.emitted(f"notification.{state}"))
    return [each for each in told if each.on == event and each.unit == unit]


def test_what_is_made_in_quiet_hours_is_told_when_they_end(make: Callable[..., House]) -> None:
    """Made at 22:30: on no desk, listed at its case as waiting and why; told at 07:00, once, and known as told then."""
    house = make(QUIET)
    begun(house, "c-1")
    at(house, EVENING)
    breached(house, "c-1")
    (held,) = said(house, "held")
    assert (held.held_by, held.held_until) == ("quiet", MORNING)
    assert late_at(house) == []
    at(house, MORNING - timedelta(seconds=1))
    assert tell(house) == 0
    at(house, MORNING)
    assert (tell(house) > 0, tell(house)) == (True, 0)
    (row,) = late_at(house)
    (sent,) = said(house, "sent")
    assert (row["made_at"], row["held_by"]) == (MORNING, "quiet")
    assert sent.notification == held.notification
    assert (sent.at, sent.held_by, sent.held_until, sent.together) == (MORNING, "quiet", None, 1)
    assert sent.key == held.key == row["key"]
    assert waiting(house) == []


def test_a_storm_in_quiet_hours_is_one_message(make: Callable[..., House]) -> None:
    """Told together when the quiet time ends: how many and which; each is announced to its own case."""
    house = make(HOURLY)
    cases = [f"c-{number}" for number in range(1, 4)]
    begun(house, *cases)
    at(house, EVENING)
    tell(house)  # what was gathered by day
    breached(house, *cases)
    at(house, MORNING)
    tell(house)
    (row,) = [row for row in late_at(house) if row["made_at"] == MORNING]
    assert (row["event"], row["subject_id"]) == ("gathered", "")
    assert row["text_en"] == "3 notices, about 2026-c-1, 2026-c-2, 2026-c-3:"
    sent = said(house, "sent")
    assert Counter(told.case for told in sent) == Counter(cases)
    assert {(told.together, told.at) for told in sent} == {(3, MORNING)}


def test_notices_wait_for_their_span_and_not_for_the_next(make: Callable[..., House]) -> None:
    """Made at 12:10 and 12:50: told at 13:00 together; made at 13:00: told at 14:00, alone and as itself."""
    house = make(HOURLY)
    begun(house, "c-1", "c-2", "c-3")
    at(house, NOON + timedelta(hours=1))
    tell(house)
    for minutes, case in ((70, "c-1"), (110, "c-2"), (120, "c-3")):
        at(house, NOON + timedelta(minutes=minutes))
        breached(house, case)
    tell(house)
    assert waiting(house) == ["c-3"]
    at(house, NOON + timedelta(hours=3))
    tell(house)
    found = [
        (row["event"], row["made_at"]) for row in late_at(house) if row["made_at"] > NOON + timedelta(hours=1)
    ]
    assert found == [
        ("gathered", NOON + timedelta(hours=2)),
        ("settle breached", NOON + timedelta(hours=3)),
    ]


def test_what_is_urgent_waits_for_nothing(make: Callable[..., House]) -> None:
    """By its occasion, and so what the platform tells by itself; everything else of that night waits."""
    house = make(URGENT)
    begun(house, "c-1")
    at(house, EVENING)
    tell(house)
    breached(house, "c-1")
    house.take(house.clock_event("escalated", "c-1", **LATE, escalation=1, to=[OFFICE]))
    told = [row["event"] for row in house.rows(unit=OFFICE, channel="inbox")]
    assert {"settle breached", "settle escalated"} <= set(told)
    house.take(house.step("settled", "settle", ["settled"], state="settled"))
    assert set(waiting(house)) == {"c-1"}


def test_what_ended_meanwhile_is_told_as_it_was(make: Callable[..., House]) -> None:
    """The words are those of the night: that the case was closed before the morning changes nothing of them."""
    silent, house = make(), make(QUIET)
    for each in (silent, house):
        begun(each, "c-1")
        at(each, EVENING)
        breached(each, "c-1")
        each.take(each.step("closed", "close", ["closed"], state="closed"))
    at(house, MORNING)
    tell(house)
    assert [row["text_zh"] for row in late_at(house)] == [row["text_zh"] for row in late_at(silent)] != []


def test_a_breach_that_was_none_is_taken_back_after_it_was_told(make: Callable[..., House]) -> None:
    """The correction waits as the breach does, and is told behind it, or with it."""
    house = make(QUIET)
    begun(house, "c-1")
    at(house, EVENING)
    breached(house, "c-1")
    was = {"state": "breached", "verdict": "late"}
    house.take(
        house.clock_event("corrected", "c-1", **{**LATE, "state": "running", "verdict": None}, was=was)
    )
    at(house, MORNING)
    tell(house)
    events = [row["event"] for row in house.rows(unit=OFFICE, channel="inbox")]
    assert events.index("settle breached") < events.index("settle corrected")


def test_what_is_for_the_public_waits_for_nothing(make: Callable[..., House]) -> None:
    """A publication disturbs nobody, and its period may have begun."""
    house = make(QUIET)
    begun(house, "c-1")
    at(house, EVENING)
    house.take(house.step("published", "close", ["close", "published"], state="closed"))
    assert [row["made_at"] for row in house.rows(channel="publication")] == [EVENING]


def test_what_waited_lies_above_what_was_told_in_the_night(make: Callable[..., House]) -> None:
    """Told later, it is the newer: whoever reads on from the top does not miss it."""
    house = make(
        (QUIET[0], QUIET[1][:-1] + ", urgent: [{rule: now, because: P001-05, on: settle escalated}]}")
    )
    begun(house, "c-1", "c-2")
    at(house, EVENING)
    breached(house, "c-1")
    at(house, EVENING + timedelta(hours=1))
    house.take(house.clock_event("escalated", "c-2", **LATE, escalation=1, to=[OFFICE]))
    at(house, MORNING)
    tell(house)
    assert [row["event"] for row in house.rows(unit=OFFICE)] == ["settle escalated", "settle breached"]


@pytest.mark.servers
@pytest.mark.parametrize(("telling", "messages"), [(QUIET, 60), (HOURLY, 3)])
def test_two_workers_tell_nothing_twice(
    services_own: Callable[[str], str], telling: tuple[str, str], messages: int
) -> None:
    """Two look at the same moment, again and again: every notice is told, announced once, and in one message."""
    url = services_own("notify")
    house = House(url=url, files=changed_files(telling), simulated_at=EVENING)
    house.clock.set(EVENING)
    cases = [f"c-{number:02d}" for number in range(20)]
    begun(house, *cases)
    for case in cases:
        house.take(house.clock_event("breached", case, **LATE))
        house.take(house.clock_event("escalated", case, **LATE, escalation=1, to=[CENTRE]))
    assert len(waiting(house)) == 60
    at(house, MORNING)
    settings = NotifySettings(url, SECRET, engine="reference")
    other = build(settings, clock=house.clock)
    duties = [
        duty for service in (house.service, other) for duty in service.duties if duty.name == "held-notices"
    ]
    start = threading.Barrier(len(duties))

    def work(duty: Duty) -> None:
        start.wait(30)
        for _ in range(200):
            duty.run(1)

    threads = [threading.Thread(target=work, args=(duty,)) for duty in duties]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    heard = Counter(message.data.notification for message in house.emitted("notification.sent"))
    told, left = len(house.rows(held_by="quiet")), waiting(house)
    for service in (house.service, other):
        service.store.close()
    assert (len(heard), set(heard.values())) == (60, {1})
    assert (told, left) == (messages, [])


# ---- on a store whose time is real, so that something leaves


@pytest.fixture
def mailed() -> Iterator[Callable[..., tuple[House, PretendChannel]]]:
    """Makes a town whose supervising office is told by mail too."""
    made: list[House] = []

    def make(*changes: tuple[str, str], channel: Any = None, **settings: Any) -> tuple[House, Any]:
        post = channel or PretendChannel(SetClock(NOON))
        house = House(files=changed_files(MAIL, *changes), channels={Channel.MAIL: post}, **settings)
        house.member(OFFICE, f"p-{OFFICE}", mail="office@example.org")
        made.append(house)
        return house, post

    yield make
    for house in made:
        house.store.close()


def in_the_morning(house: House) -> None:
    """Tell and deliver what the night has left."""
    house.clock.set(MORNING)
    while tell(house):
        pass
    house.duties["deliver"].run(100)


def test_a_thousand_breaches_are_one_message_a_channel(
    mailed: Callable[..., tuple[House, PretendChannel]],
) -> None:
    """To one recipient: one line on the desk and one letter, which name all; every case hears of both."""
    house, post = mailed(HOURLY, most_per_case=50)
    cases = [f"c-{number:04d}" for number in range(1000)]
    for first in range(0, 1000, 100):
        some = cases[first : first + 100]
        house.take(*(house.admitted(case) for case in some))
        house.take(*(house.accepted(case) for case in some))
        house.take(*(house.clock_event("started", case) for case in some))
    house.clock.set(EVENING)
    while tell(house):
        house.duties["deliver"].run(200)
    before, letters = len(house.rows(unit=OFFICE)), len(post.delivered)
    breached(house, *cases)
    in_the_morning(house)
    rows = house.rows(unit=OFFICE)[before:]
    assert sorted(row["channel"] for row in rows) == ["inbox", "mail"]
    (letter,) = post.delivered[letters:]
    assert len(letter.gathered) == 1000
    assert letter.subject.endswith("1000条通知")
    assert letter.words("en").startswith("1000 notices, about 2026-c-0000, ")
    assert letter.words("en").count("\n") == 1000
    heard = Counter((told.case, told.channel) for told in said(house, "sent"))
    assert heard == Counter((case, channel) for case in cases for channel in ("inbox", "mail"))


def test_a_letter_of_several_that_fails_has_failed_for_each(mailed: Callable[..., tuple[House, Any]]) -> None:
    """Each case hears that its notice did not arrive; the operators are alarmed once, and may send it again."""
    house, _ = mailed(HOURLY, channel=Scripted(AttemptResult.REFUSED))
    begun(house, "c-1", "c-2")
    house.clock.set(EVENING)
    tell(house)
    house.duties["deliver"].run(100)
    alarms = house.alarms().count("delivery-failed")
    breached(house, "c-1", "c-2")
    in_the_morning(house)
    assert sorted(told.case for told in said(house, "failed")) == ["c-1", "c-2"]
    assert house.alarms().count("delivery-failed") <= alarms + 1


def test_receivers_read_each_notice_of_a_message(mailed: Callable[..., tuple[House, PretendChannel]]) -> None:
    """A webhook's `gathered` holds each with its own key, case, event and words; a single notice has no such field."""
    house, post = mailed(HOURLY)
    begun(house, "c-1", "c-2")
    house.clock.set(EVENING)
    tell(house)
    house.duties["deliver"].run(100)
    seen = len(post.delivered)
    breached(house, "c-1", "c-2")
    in_the_morning(house)
    (letter,) = post.delivered[seen:]
    body = orjson.loads(webhook_body(letter))
    assert (body["data"]["on"], body["data"]["case"], body["subject"]) == ("gathered", None, "t-vtc")
    lines = body["data"]["gathered"]
    assert [(line["case"], line["number"], line["on"]) for line in lines] == [
        ("c-1", "2026-c-1", "settle breached"),
        ("c-2", "2026-c-2", "settle breached"),
    ]
    assert {line["key"] for line in lines} == {
        told.key for told in said(house, "held") if told.channel == "mail"
    }
    assert all(line["text"]["zh"] and line["time"] for line in lines)
    at_once, single = mailed()
    begun(at_once, "c-1")
    breached(at_once, "c-1")
    at_once.duties["deliver"].run(10)
    assert "gathered" not in orjson.loads(webhook_body(single.delivered[0]))["data"]


def test_a_desk_shows_each_notice_of_a_message(mailed: Callable[..., tuple[House, PretendChannel]]) -> None:
    """One item of the inbox, which says how many; under it each with its case, rule and words; read as one."""
    house, _ = mailed(HOURLY)
    web = Web(house)
    begun(house, "c-1", "c-2")
    house.clock.set(EVENING)
    tell(house)
    breached(house, "c-1", "c-2")
    in_the_morning(house)
    token = {"token_hash": hash_token("office"), "role": "unit_staff", "unit": OFFICE, "person": "p-3"}
    more = {"towns": [TOWN], "revoked": False}
    house.take(house.envelope("registry", "token.changed", "token/office", {**token, **more}))
    item = web.get("/v1/inbox", "office").get_json()["items"][0]
    assert (item["on"], item["case"], item["rule"], item["because"]) == (
        "gathered",
        None,
        "telling",
        ["P001-05"],
    )
    assert (item["text"], item["held_by"]) == ("2 notices, about 2026-c-1, 2026-c-2:", "quiet")
    found = [(each["case"], each["on"], each["rule"]) for each in item["gathered"]]
    assert found == [(case, "settle breached", "tell-supervisor-of-breach") for case in ("c-1", "c-2")]
    assert item["gathered"][0]["text"] == "Case 2026-c-1 is past its due time."
    assert web.post("/v1/inbox/read", "office", {"notifications": [item["notification"]]}).get_json() == {
        "marked": 1
    }


def test_the_file_has_one_line_for_a_message(tmp_path: Path) -> None:
    """Another program reads each notice of it under `gathered`, with its own key; a single one has no such member."""
    place = tmp_path / "told.jsonl"
    to_file = (MAIL[0], MAIL[1].replace("mail", "file"))
    house = House(files=changed_files(to_file, HOURLY), file=place)
    begun(house, "c-1", "c-2", "c-3")
    house.clock.set(EVENING)
    breached(house, "c-1", "c-2")
    house.clock.set(MORNING)
    tell(house)
    breached(house, "c-3")
    house.clock.set(MORNING + timedelta(hours=1))
    tell(house)
    house.duties["file"].run(100)
    together, alone = map(orjson.loads, place.read_bytes().splitlines())
    assert [line["case"] for line in together["gathered"]] == ["c-1", "c-2"]
    assert (alone["case"], alone.get("gathered")) == ("c-3", None)
    house.store.close()


def test_erasing_a_case_takes_its_line_from_what_was_told_together(
    mailed: Callable[..., tuple[House, PretendChannel]],
) -> None:
    """Its words go, those of the other case stay; what still waits of it is never told."""
    house, _ = mailed(HOURLY)
    begun(house, "c-1", "c-2")
    house.clock.set(EVENING)
    tell(house)
    breached(house, "c-1", "c-2")
    in_the_morning(house)
    house.take(house.clock_event("breached", "c-1", **LATE))
    house.clock.set(MORNING + timedelta(minutes=1))
    assert waiting(house) == ["c-1", "c-1"]
    house.take(erased(house, "c-1"))
    house.duties["erase-texts"].run(100)
    asked = sa.select(held_notices.c.subject_id, held_notices.c.text_zh).where(
        held_notices.c.told_in.is_not(None)
    )
    with house.store.read() as conn:
        words = {(case, bool(text)) for case, text in conn.execute(asked)}
    assert words == {("c-1", False), ("c-2", True)}
    assert waiting(house) == []


def lived(house: House) -> list[Any]:
    """A night and a morning; return the messages of others that made them, each with its instant."""
    messages: list[Any] = []

    def take(*some: Any) -> None:
        messages.extend(some)
        house.take(*some)

    for case in ("c-1", "c-2"):
        take(house.admitted(case), house.accepted(case), house.clock_event("started", case))
    house.clock.set(NOON + timedelta(hours=1))
    tell(house)
    house.clock.set(EVENING)
    take(*(house.clock_event("breached", case, **LATE) for case in ("c-1", "c-2")))
    in_the_morning(house)
    house.clock.set(MORNING + timedelta(minutes=5))
    take(house.step("settled", "settle", ["settled"], state="settled"))
    return messages


def test_a_store_that_is_filled_again_holds_what_was_told_and_what_waits(
    mailed: Callable[..., tuple[House, PretendChannel]],
) -> None:
    """The same stands on the desks with its instants, nothing leaves a second time, and what waits is told."""
    before, _ = mailed(HOURLY)
    messages = lived(before)
    filled, post = mailed(HOURLY)
    filled.clock.set(MORNING + timedelta(minutes=10))
    with filled.store.replaying():
        for message in messages:
            filled.take(message)
        assert filled.service.after_replay is not None
        filled.service.after_replay()
    shape = ("key", "channel", "state", "text_en", "made_at", "event")
    assert Counter(tuple(row[name] for name in shape) for row in filled.rows()) == Counter(
        tuple(row[name] for name in shape) for row in before.rows()
    )
    assert waiting(filled) == waiting(before) != []
    filled.duties["deliver"].run(100)
    assert post.delivered == []
    assert filled.emitted() == []
    filled.clock.set(MORNING + timedelta(hours=1))
    assert tell(filled) == len(waiting(before))
    assert {told.case for told in said(filled, "sent", "settled", HEAD)} <= {"c-1"}


CHILD = """
import sys
from services.notify.bootstrap import NAME, NotifySettings, build
from services.notify.store.tables import flow
from shared.db.engines import open_engine
from shared.db.store import Store
from shared.kernel.clock import SetClock
from tests.notify.samples import SECRET
from tests.notify.test_held import MORNING
clock = SetClock(MORNING)
store = Store(NAME, open_engine(sys.argv[1], NAME), flow, clock=clock)
service = build(NotifySettings(sys.argv[1], SECRET, engine="reference"), store=store, clock=clock)
next(duty for duty in service.duties if duty.name == "held-notices").run(100)
"""


def test_a_worker_that_is_killed_before_it_commits_has_told_nobody(tmp_path: Path) -> None:
    """Killed with everything written and nothing durable: all still waits, and the next tells and announces it once."""
    url = f"sqlite:///{tmp_path / 'notify.db'}"
    house = House(url=url, files=changed_files(HOURLY))
    begun(house, "c-1", "c-2")
    house.clock.set(EVENING)
    tell(house)
    breached(house, "c-1", "c-2")
    before = len(house.rows())
    killed = subprocess.run(
        [sys.executable, "-c", CHILD, url],
        env={**os.environ, "GRIDCASE_FAIL_AT": "before-commit:1"},
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert (len(house.rows()), set(waiting(house))) == (before, {"c-1", "c-2"})
    house.clock.set(MORNING)
    tell(house)
    assert [row["event"] for row in late_at(house, made_at=MORNING)] == ["gathered"]
    assert sorted(told.case for told in said(house, "sent")) == ["c-1", "c-2"]
    house.store.close()


def test_the_words_of_a_line_that_was_erased_are_left_out() -> None:
    """A message that is sent again after an erasure names the others alone."""
    kept, gone = (
        GatheredLine("k", "c", "2026-1", "settled", text, NOON) for text in (Text("办结", "done"), Text())
    )
    letter = channel_message(text=Text("共2条：", "2:"), gathered=(kept, gone))
    assert letter.words("en") == "2:\n2026-1 done"
