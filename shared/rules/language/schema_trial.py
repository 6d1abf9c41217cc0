"""The schema of scenarios about duties: what was recorded, and what is expected of the duties of some days.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.language import vocabulary as words
from shared.rules.language.schema_duties import FORM, HOLDERS, UNITS
from shared.rules.language.shapes import (
    Day,
    Flag,
    Hours,
    Many,
    Moment,
    Name,
    Part,
    Record,
    Table,
    TimeOfDay,
    Verbatim,
    Whole,
    may,
    must,
    record,
)

DUTY = Name("duty")
DAYS = Many(Day(spans=True), single=True)
STANDINGS = Many(Part("standing"), single=True)

RECORDS: tuple[Record, ...] = (
    record(
        "kept", Text("填了的记录", "a record that was made"),
        must("at", Moment(), "何时录入", "when it was entered"),
        must("record", FORM, "哪种记录", "its form"),
        may("by", Name("who", words=words.ROLES), "谁填的：单位或角色", "who made it: a unit or a role"),
        may("place", Name("place"), "哪个地点的岗位", "the place of that post"),
        may("day", Day(), "哪一天的（默认录入当日）", "the day that it is of (default: that on which it was entered)"),
        may("between", Hours(), "起止时间", "from when to when"),
        may("about", Verbatim("reference"), "关于谁：住户等", "what it is about, such as a household"),
        may("facts", Table(Name("entry"), Verbatim("value")), "填的各项", "its entries"),
        may("opened", Flag(), "只是开始，还没有完成", "it is begun only, and not finished"),
        may("name", Name("kept", new=True, free=True), "在场景里的叫法", "what the scenario calls it"),
        may("corrects", Name("kept", free=True), "更正哪一份", "the record in whose place it stands"),
        may("late", Flag(), "预期标为迟交，或不标", "whether it must be marked late"),
        may("refused", Flag(), "预期被拒", "it must be refused"),
    ),
    record(
        "order made", Text("交办了一次", "an order that somebody gave"),
        must("at", Moment(), "何时交办", "when it was given"),
        must("duty", DUTY, "哪项任务", "the duty"),
        may("until", Day(), "下达时写明的最后一天", "the last day, as whoever gave it says"),
    ),
    record(
        "expected duties", Text("常规任务的预期", "what is expected of duties"),
        may("held_on", Table(DUTY, DAYS), "正好在这些日子", "the very days on which they fall"),
        may("falls_on", Table(DUTY, Table(Day(), Day())), "政策写的日子 → 实际的日子",
            "the day that the policy names → the day on which it falls"),
        may("owed_on", Table(DUTY, DAYS), "这些日子要", "days on which they are owed"),
        may("not_owed", Table(DUTY, DAYS), "这些日子不要", "days on which they are not"),
        may("no_day", Many(DUTY, single=True), "排不出日子的", "those that have no day"),
        may("due", Table(DUTY, Many(Moment(), single=True)), "到何时为止", "the very instants at which they end"),
        may("warned", Table(DUTY, Many(Moment(), single=True)), "何时提醒", "the very instants of reminders"),
        may("held_at", Table(DUTY, TimeOfDay()), "几点", "the time of day"),
        may("owed_by", Table(DUTY, UNITS), "归哪些单位", "the very units that owe them"),
        may("met", STANDINGS, "已完成的", "those that are met"),
        may("late", STANDINGS, "迟交的", "those that are late"),
        may("missing", STANDINGS, "缺的", "those that are missing"),
        may("listed", STANDINGS, "只列出、不判定的", "those that are listed and not judged"),
        may("heard", Many(Part("heard"), single=True), "谁得知缺了什么", "who hears of what is missing"),
        may("shows", Table(DUTY, Part("meeting")), "会务：写了的各项须正好如此",
            "what belongs to them: each that is said is just so"),
        may("orders", Table(DUTY, Part("ordering")), "谁交办、多久、针对什么：写了的各项须正好如此",
            "who orders them, within what time, about what: each that is said is just so"),
        may("sent_to", Table(DUTY, UNITS), "送给哪些单位", "the very units to which what was done is sent"),
        may("made_by", Table(DUTY, UNITS), "记录由谁填", "the very units that make the record"),
        may("may_make", Table(FORM, HOLDERS), "谁可以填", "the very units and roles that may make a record"),
        may("readers", Table(FORM, HOLDERS), "谁可以看", "the very units and roles that see it"),
    ),
    record(
        "standing", Text("一项任务的情况", "how a duty stands"),
        must("duty", DUTY, "哪项任务", "the duty"),
        may("on", Day(), "哪一天的（期间只有一次的可不写）", "its day (left out: every one of the time)"),
        may("place", Name("place"), "哪个地点的（默认各处）", "of the post in this place (default: of each post)"),
        may("given", Whole(0, 10_000), "已有几份", "how many records there are"),
        may("lacks", Whole(0, 10_000), "还少几份", "how many are wanting"),
        may("minutes", Whole(0, 100_000), "还少几分钟", "how many minutes are wanting"),
        may("between", Many(Hours(), single=True, least=1), "哪些时段没有", "the parts of the day without any"),
        may("subjects", Many(Verbatim("reference"), single=True, least=1), "谁没有", "the very subjects without any"),
    ),
    record(
        "heard", Text("得知", "who hears of what is missing"),
        must("duty", DUTY, "哪项任务", "the duty"),
        must("who", Name("who", words=words.ROLES), "谁", "who"),
        must("at", Moment(), "何时", "when"),
    ),
)  # fmt: skip
