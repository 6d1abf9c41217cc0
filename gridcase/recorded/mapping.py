"""A column mapping: which column of a file means what, said in a YAML file, for `import` and `simulate` alike.

time zone: Asia/Shanghai        # in which the file's dates are; left out: the town's own
number: 编号
reported at: 上报时间
accepted at: 受理时间
category: {column: 类别, values: {路灯不亮: street-light}, otherwise: other}
channel: {always: phone}
place: {column: 所属网格, values: {东村一网格: east-1}}
text: 内容
lead: {column: 承办单位, values: {村建办: willow-town/works-office}}
reporter: {name: 姓名, phone: 电话}
empty: [不详]                    # cells that say nothing, beside blank ones
steps:
  - {at: 办结时间, step: settle, facts: {result: {column: 处理结果}, visits: {column: 上门次数, is: number}}}
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec
import yaml
from msgspec import Struct, field

from gridcase.recorded.words import problem
from shared.rules.logic.facts import Value


class ColumnValue(Struct, frozen=True, forbid_unknown_fields=True):
    """A column whose values are translated, or a value that every line has.

    Args:
        values: what is listed is translated; what is not is `otherwise`, or stays as it is.
        always: said of every line; there is no column then.
    """

    column: str = ""
    values: dict[int | float | str, str] = {}
    otherwise: str | None = None
    always: str | None = None


Column = str | ColumnValue


class FactColumn(Struct, frozen=True, forbid_unknown_fields=True):
    """A fact that stands in a column: a text or one of the fact's values unless it says otherwise."""

    column: str
    kind: Literal["text", "number", "yes or no"] = field(name="is", default="text")


class StepColumns(Struct, frozen=True, forbid_unknown_fields=True):
    """A step that was taken where its column holds an instant."""

    at: str
    step: str
    facts: dict[str, Value | FactColumn] = {}
    note: str = ""


class ReporterColumns(Struct, frozen=True, forbid_unknown_fields=True):
    """Who reported it."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


class ColumnMapping(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping file, read.

    Args:
        time_zone: of the file's instants; empty: the town's.
        number, accepted_at … rejected_at, title, lead, state, reporter, answers: for an import; a simulation decides
            these by itself.
        empty: cells that say nothing.
    """

    reported_at: str = field(name="reported at")
    category: Column = ""
    time_zone: str = field(name="time zone", default="")
    number: Column = ""
    channel: Column = ""
    place: Column = ""
    title: Column = ""
    text: Column = ""
    lat: str = ""
    lon: str = ""
    lead: Column = ""
    state: Column = ""
    accepted_at: str = field(name="accepted at", default="")
    settled_at: str = field(name="settled at", default="")
    verified_at: str = field(name="verified at", default="")
    closed_at: str = field(name="closed at", default="")
    rejected_at: str = field(name="rejected at", default="")
    reporter: ReporterColumns = ReporterColumns()
    answers: dict[str, FactColumn] = {}
    empty: tuple[str, ...] = ()
    steps: tuple[StepColumns, ...] = ()

    def columns(self) -> Iterator[str]:
        """Yield every column that is read."""
        yield from filter(None, (self.reported_at, self.lat, self.lon, *self.milestones().values()))
        worded = (
            self.category,
            self.number,
            self.channel,
            self.place,
            self.title,
            self.text,
            self.lead,
            self.state,
        )
        yield from filter(None, map(column_of, worded))
        yield from filter(None, msgspec.structs.astuple(self.reporter))
        yield from (fact.column for fact in self.answers.values())
        for step in self.steps:
            yield step.at
            yield from filter(None, [step.note])
            yield from (fact.column for fact in step.facts.values() if isinstance(fact, FactColumn))

    def milestones(self) -> Mapping[str, str]:
        """Return the columns in which milestones have their instants, those that are named."""
        named = {
            "accepted_at": self.accepted_at,
            "settled_at": self.settled_at,
            "verified_at": self.verified_at,
            "closed_at": self.closed_at,
            "rejected_at": self.rejected_at,
        }
        return {milestone: column for milestone, column in named.items() if column}


def column_of(column: Column) -> str:
    """Return the column's name, empty where no column is asked."""
    return column.column if isinstance(column, ColumnValue) else column


def read_mapping(path: Path) -> ColumnMapping:
    """Read a mapping file.

    Raises:
        Problem: `bad-mapping`, naming what is wrong.
    """
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
        return msgspec.convert(given, ColumnMapping)
    except UnicodeDecodeError as wrong:
        raise problem("bad-mapping", file=path, detail="UTF-8?") from wrong
    except (yaml.YAMLError, msgspec.ValidationError) as wrong:
        raise problem("bad-mapping", file=path, detail=wrong) from wrong


def check_columns(mapping: ColumnMapping, heads: tuple[str, ...], mapped: Path, table: Path) -> None:
    """Hold a mapping against the columns of a file.

    Raises:
        Problem: `mapping-columns` – one that it names is not there, or is there twice.
    """
    wrong = [column for column in dict.fromkeys(mapping.columns()) if heads.count(column) != 1]
    if wrong:
        terms = {"file": mapped, "table": table, "wrong": ", ".join(wrong), "known": ", ".join(heads)}
        raise problem("mapping-columns", **terms)
