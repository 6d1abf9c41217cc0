"""Alarms of other services, and the file channel."""

from datetime import timedelta
from pathlib import Path

import orjson
from msgspec import to_builtins

from services.intake.adapters.heads_file import read_heads
from services.intake.domain.chain_keys import ChainKeys
from services.intake.domain.day_heads import forged, next_head
from services.notify.adapters.unreal_channels import PretendChannel
from services.notify.domain.notification import Channel
from shared.contracts.messages import TownHead
from tests.notify.house import HEAD, OPERATOR, SECRET, House, changed_files

OPERATOR_OF_ALL = "*/operator"


def test_an_alarm_lies_on_the_operators_desk() -> None:
    """RC-22: a missing calendar is told to whoever keeps the town's rules, with the year."""
    house = House()
    house.take(house.admitted(), house.alarm("calendar-missing", "c-1", year=2027, is_provisional=False))
    assert house.told(unit=OPERATOR) == [(OPERATOR, "alarm calendar-missing")]
    assert "2027" in house.texts(OPERATOR)[0]
    assert "2026-c-1" in house.texts(OPERATOR)[0]
    assert house.emitted("notification.")[-1].data.on == "alarm calendar-missing"


def test_an_alarm_without_a_case_is_told_and_not_said_to_any_case() -> None:
    """A skewed clock concerns no case: it lies on the desk, and no case's stream hears of it."""
    house = House()
    house.take(house.alarm("clock-skew", seconds=9.5), house.alarm("never-heard-of"))
    assert len(house.told(unit=OPERATOR)) == 2
    assert house.emitted() == []


def test_an_alarm_of_the_platform_lies_on_the_engineers_desk() -> None:
    """What concerns every town is nobody's town's."""
    house = House()
    house.take(
        house.envelope(
            "sla",
            "alarm.raised",
            "alarm/sla",
            {"code": "stream-hole", "case": None, "detail": {}, "at": house.now()},
            town="*",
        )
    )
    assert house.told() == [("*/operator", "alarm stream-hole")]


def test_an_engine_that_stopped_is_told_to_every_towns_operators() -> None:
    """Its alarm is the platform's; the deadlines that stand still are the towns'. What concerns no town stays with the
    engineers, as above."""
    house = House()
    body = {"code": "clock-skew", "case": None, "detail": {"seconds": 9.5}, "at": house.now()}
    house.take(house.envelope("sla", "alarm.raised", "engine/sla", body, town="*"))
    assert sorted(house.told()) == [(OPERATOR_OF_ALL, "alarm clock-skew"), (OPERATOR, "alarm clock-skew")]
    assert "9.5" in house.texts(OPERATOR)[0]


def test_alarms_of_one_kind_are_one_mail_a_day() -> None:
    """A hundred cases of one missing calendar are a hundred lines on the desk and one letter; tomorrow
    another.
    """
    house = House(channels={Channel.MAIL: PretendChannel()})
    house.member(OPERATOR, "p-op", role="operator", mail="op@example.org")
    for number in range(100):
        house.take(house.alarm("calendar-missing", f"c-{number}", year=2027))
    assert len(house.rows(channel="inbox")) == 100
    assert len(house.rows(channel="mail")) == 1
    house.take(house.alarm("clock-skew", seconds=3))
    assert len(house.rows(channel="mail")) == 2
    house.clock.set(house.clock.now() + timedelta(days=1))
    house.take(house.alarm("calendar-missing", "c-1", year=2027))
    assert len(house.rows(channel="mail")) == 3


def test_words_of_an_alarm_are_inert() -> None:
    """Braces in what an alarm says are nobody's placeholders."""
    house = House()
    house.take(house.admitted(), house.alarm("disagreement", "c-1", about="{unit} {0} {case.number}"))
    assert "{unit} {0} {case.number}" in house.texts(OPERATOR)[0]


def test_the_file_channel_writes_each_line_once(tmp_path: Path) -> None:
    """Units that want mail get lines where no mail is set up; a line is written once and carries its key."""
    files = changed_files(
        (
            "level: village, vacant: town-grid-centre}",
            "level: village, vacant: town-grid-centre, channels: [inbox, mail]}",
        )
    )
    house = House(files=files, file=tmp_path / "out" / "told.jsonl")
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    assert house.duties["file"].run(100) == 1
    assert house.duties["file"].run(100) == 0
    (line,) = lines(tmp_path / "out" / "told.jsonl")
    (row,) = house.rows(channel="file")
    assert (line["key"], line["unit"], line["on"]) == (row["key"], HEAD, "accepted")
    assert line["text"]["en"].endswith("settle it by 2026-03-12 24:00.")
    assert row["state"] == "sent"
    assert [message.data.channel for message in house.emitted("notification.")] == ["inbox", "file"]


def test_a_crash_after_writing_repeats_a_line_under_its_key(tmp_path: Path) -> None:
    """At least once: what was written and not yet remembered is written again, and its key tells."""
    files = changed_files(
        (
            "level: village, vacant: town-grid-centre}",
            "level: village, vacant: town-grid-centre, channels: [file]}",
        )
    )
    house = House(files=files, file=tmp_path / "told.jsonl")
    house.take(house.admitted(), house.accepted(), house.clock_event("started"))
    before = house.rows(channel="file")[0]["key"]
    (tmp_path / "told.jsonl").write_bytes(
        orjson.dumps({"key": before}) + b"\n"
    )  # a worker wrote, and was killed
    house.duties["file"].run(100)
    assert [line["key"] for line in lines(tmp_path / "told.jsonl")] == [before, before]


def test_heads_of_days_go_into_the_file_whence_they_can_be_verified(tmp_path: Path) -> None:
    """What all histories were at a day's end leaves the house by the file channel, once, beside the other lines."""
    heads, last = [], None
    house = House(file=tmp_path / "told.jsonl")
    for day in ("2026-03-09T00:00:00.000000Z", "2026-03-10T00:00:00.000000Z"):
        last = next_head(ChainKeys(SECRET), last, day, {"t-vtc": TownHead(1, 3, "ab" * 32)})
        heads.append(last)
        house.take(house.envelope("intake", "histories.anchored", "histories", to_builtins(last), town="*"))
    assert house.duties["file"].run(100) == 2
    assert house.duties["file"].run(100) == 0
    assert read_heads(tmp_path / "told.jsonl") == heads
    # Whoever reads the file line by line finds in these what stands in every line.
    assert [line["key"] for line in lines(tmp_path / "told.jsonl")] == [head.seal for head in heads]
    assert all({"at", "town", "on", "text"} <= line.keys() for line in lines(tmp_path / "told.jsonl"))
    assert list(forged(ChainKeys(SECRET), read_heads(tmp_path / "told.jsonl"))) == []


def lines(path: Path) -> list[dict[str, object]]:
    """Read a file of JSON lines."""
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]
