"""Rows of a table by a column mapping: what can be read is, what can't is named, and none stops another."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gridcase.recorded.mapping import read_mapping
from gridcase.recorded.rows import ImportLine, MappedTable, RecordedReport, UnreadRow
from gridcase.recorded.tables import open_table
from shared.files.local_time import written_instant
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem

SHANGHAI = ZoneInfo("Asia/Shanghai")
MAPPING = """
number: 编号
reported at: 上报时间
settled at: 办结时间
category: {column: 类别, values: {路灯: street-light}, otherwise: other}
channel: {always: phone}
place: {column: 网格, values: {东村: east-1}}
text: 内容
lat: 纬度
lon: 经度
empty: [待定]
reporter: {name: 姓名}
answers: {depth: {column: 深度, is: number}, urgent: {column: 急, is: yes or no}}
steps:
  - {at: 办结时间, step: settle, facts: {result: {column: 结果}, done: true}}
"""
HEADS = "编号,上报时间,办结时间,类别,网格,内容,纬度,经度,姓名,深度,急,结果"
GOOD = "甲-1,2026/3/5 9:00,2026年3月6日,路灯,东村,灯不亮,30.25,n/a,王某,0.5,是,已修"


def mapped(folder: Path, *rows: str, mapping: str = MAPPING) -> list[RecordedReport | UnreadRow]:
    """Return what rows say as reports."""
    with open_table(_table(folder, rows)) as table:
        path = _mapping(folder, mapping)
        return list(MappedTable(table, read_mapping(path), path, "Asia/Shanghai").reports())


def lines(folder: Path, *rows: str) -> list[ImportLine | UnreadRow]:
    """Return what rows say as lines of an import."""
    with open_table(_table(folder, rows)) as table:
        path = _mapping(folder, MAPPING)
        reading = MappedTable(table, read_mapping(path), path, "Asia/Shanghai")
        return [reading.import_line(row) for row in table.rows]


def _table(folder: Path, rows: tuple[str, ...]) -> Path:
    path = folder / "old.csv"
    path.write_text("\n".join([HEADS, *rows]), encoding="gb18030")
    return path


def _mapping(folder: Path, text: str) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_row_becomes_a_report_and_its_steps(tmp_path: Path) -> None:
    """Values are translated, instants are the town's, 'n/a' in a number says nothing."""
    (report,) = mapped(tmp_path, GOOD)
    assert isinstance(report, RecordedReport)
    assert (report.line, format_instant(report.at)) == (2, "2026-03-05T01:00:00.000000Z")
    body = report.body
    assert (body.category, body.channel, body.place) == ("street-light", "phone", "east-1")
    assert (body.lat, body.lon) == (30.25, None)
    assert body.answers == {"depth": 0.5, "urgent": True}
    (step,) = report.steps
    assert (step.body.step, step.body.facts) == ("settle", {"result": "已修", "done": True})


def test_the_same_mapping_makes_lines_of_an_import(tmp_path: Path) -> None:
    """With number, identity and the instants of milestones."""
    (line,) = lines(tmp_path, GOOD)
    assert isinstance(line, ImportLine)
    assert (line.number, line.identity) == ("甲-1", {"name": "王某"})
    assert (line.reported_at, line.settled_at) == (
        "2026-03-05T01:00:00.000000Z",
        "2026-03-05T16:00:00.000000Z",
    )
    assert line.steps[0].at == line.settled_at


BAD = [
    (",2026/3/6", "上报时间", "there is no instant of the report"),
    ("明天,", "上报时间", "does not say which day"),
    ("3/4/2026,", "上报时间", "could mean two days"),
    ("2026-02-30,", "上报时间", "does not say which day"),
    ("2026-03-05 09:00,2026-03-04 10:00", "办结时间", "lies before the report"),
]


@pytest.mark.parametrize(("dates", "column", "said"), BAD)
def test_a_row_that_can_not_be_read_is_named_and_stops_none(
    tmp_path: Path, dates: str, column: str, said: str
) -> None:
    """With line, column, cause and remedy; rows before and behind it are read."""
    quoted = GOOD.replace("灯不亮", '"两行\n内容"')
    first, bad, last = mapped(tmp_path, quoted, f"甲-2,{dates},路灯,东村,内容,,,,,,", GOOD)
    assert isinstance(first, RecordedReport)
    assert isinstance(last, RecordedReport)
    assert isinstance(bad, UnreadRow)
    assert (first.line, bad.line, last.line) == (2, 4, 5)
    assert bad.column == column
    assert said in bad.cause.en + bad.remedy.en
    assert bad.cause.zh
    assert bad.remedy.zh


def test_a_number_that_is_none_is_named(tmp_path: Path) -> None:
    """A word where a latitude or a number is expected is a fault of its row, not of the run."""
    faults = mapped(tmp_path, GOOD.replace("30.25", "北纬"), GOOD.replace("0.5", "很深"))
    assert [fault.column for fault in faults if isinstance(fault, UnreadRow)] == ["纬度", "深度"]


def test_a_row_longer_than_the_heads_is_named(tmp_path: Path) -> None:
    """A separator in a text that is not quoted shifts all that follows: nothing of it is guessed."""
    (fault,) = mapped(tmp_path, GOOD + ",更多")
    assert isinstance(fault, UnreadRow)
    assert "13 cells" in fault.cause.en


def test_a_day_without_hours_is_not_before_the_report(tmp_path: Path) -> None:
    """Settled on the day of the report, hour unknown: it was settled after it."""
    (report,) = mapped(tmp_path, GOOD.replace("2026年3月6日", "2026-03-05"))
    assert isinstance(report, RecordedReport)
    assert report.steps[0].at == report.at


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-05T09:00:00+08:00", "2026-03-05T01:00"),
        ("2026-03-05 09:00", "2026-03-05T01:00"),
        ("2026/3/5 9:00", "2026-03-05T01:00"),
        ("2026.3.5 9:00:30", "2026-03-05T01:00"),
        ("2026年3月5日9时", "2026-03-05T01:00"),
        ("2026年3月5日 下午3时05分", "2026-03-05T07:05"),
        ("2026／3／5　15：05", "2026-03-05T07:05"),
        ("2026/3/5 3:05 PM", "2026-03-05T07:05"),
        ("2026/3/5 12:05 am", "2026-03-04T16:05"),
        ("20260305", "2026-03-04T16:00"),
        ("46086.375", "2026-03-05T01:00"),
    ],
)
def test_instants_as_offices_write_them(text: str, utc: str) -> None:
    """In the town's zone unless an offset is written; also Excel's own number of days."""
    assert format_instant(written_instant(text, SHANGHAI).at).startswith(utc)


def test_a_mapping_is_held_against_the_file(tmp_path: Path) -> None:
    """A column that is not there is named, with those that are; so is a word that a mapping does not know."""
    with pytest.raises(Problem, match="mapping-columns") as refused:
        mapped(tmp_path, GOOD, mapping="reported at: 时间\ntext: 内容")
    assert "时间" in refused.value.cause.zh
    assert "上报时间, 办结时间" in refused.value.cause.zh
    for wrong in ("reported at: 上报时间\ncategroy: b", "a: [", "text: 内容", "- a"):
        with pytest.raises(Problem, match="bad-mapping"):
            mapped(tmp_path, GOOD, mapping=wrong)
    with pytest.raises(Problem, match="bad-mapping"):
        mapped(tmp_path, GOOD, mapping="reported at: 上报时间\ntime zone: Mars/Base")
