"""The schema of what is owed again and again: records, the forms that people fill in, and duties.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.language import vocabulary as words
from shared.rules.language.schema_places import POLICIES, REPLACES, UNIT, head
from shared.rules.language.schema_rules import READINGS, rule_head
from shared.rules.language.shapes import (
    Day,
    DayRange,
    Duration,
    Either,
    Flag,
    Hours,
    Later,
    Least,
    Many,
    MonthDay,
    Name,
    Part,
    Prose,
    Record,
    Table,
    TimeOfDay,
    Whole,
    Word,
    may,
    must,
    record,
)

FORM = Name("form")
UNITS = Many(UNIT, single=True, least=1)
HOLDERS = Many(Name("who", words=words.ROLES, slot=True), single=True, least=1)
ENTRIES = Table(Name("entry", new=True), Either(scalar=Later("type"), mapping=Part("form fact")))
NEEDED = Many(Name("entry"), single=True, least=1)
_MOST = 10_000  # records of one occurrence

RECORDS: tuple[Record, ...] = (
    record(
        "form", Text("一种记录", "a form"),
        must("name", Prose(), "名称", "its name"),
        must("because", POLICIES, "依据", "what it rests on"),
        may("valid", Part("valid"), "有效期", "dates of effect"),
        must("about", Word(words.ABOUT), "关于什么", "what it is about"),
        may("by", HOLDERS, "谁可以填：单位或角色（默认由应交的人）",
            "who may make one: units, roles (default: whoever owes it)"),
        must("facts", ENTRIES, "各项", "its entries"),
        may("opens_with", NEEDED, "开始时须填的项", "entries without which it is not begun"),
        may("needs", NEEDED, "完成时须填的项", "entries without which it is not finished"),
        may("same_day", Flag(), "须当日填；之后补填的标为迟交",
            "made on its own day; later it is kept and marked late"),
        may("seen_by", HOLDERS, "除填写人外谁能看（默认为本镇工作的人）",
            "who sees it besides whoever made it (default: everybody who works for the town)"),
        may("rows", ENTRIES, "每一行的项（人员、物品）", "entries of each row (attendees, items)"),
        may("pictures", Flag(), "可附照片", "photographs may come with it"),
        REPLACES,
    ),
    record(
        "form fact", Text("记录的一项", "an entry of a form"),
        must("type", Later("type"), "类型", "its type"),
        may("name", Prose(), "名称（默认即键）", "its name (default: its key)"),
        may("sealed", Flag(), "密封：只给可见的人看，每次查看都留痕",
            "sealed: shown to `seen_by` alone, each time on record"),
        may("long", Flag(), "几句话的文字", "a text of several sentences"),
        may("many", Flag(), "可填多个", "a list of such values"),
        may("from_day", Flag(), "可由当日的记录和案件拟出，由填写人确认（长文字）",
            "proposed from the day's records and cases, for whoever fills it in to confirm (a long text)"),
    ),
    record(
        "duty rules", Text("写明共同事项的常规任务", "duties with what they share"), *head(),
        must("rules", Many(Part("duty")), "常规任务", "the duties"),
    ),
    record(
        "duty", Text("常规任务", "a duty"), *rule_head(),
        must("name", Prose(), "名称", "its name"),
        may("kind", Word(words.DUTY_KINDS), "种类（默认记录）", "its kind (default: record)"),
        must("who", UNITS, "哪个单位或岗位的任务", "the units or posts that owe it"),
        must("every", Either(scalar=Word(words.PERIODS), mapping=Part("recurrence")), "多久一次",
             "how often it comes round"),
        may("owes", Either(scalar=FORM, mapping=Part("owed")), "须有的记录（不写：开了就算）",
            "the records that must be there (left out: that it is held)"),
        may("at", TimeOfDay(), "几点", "the time of day at which it is held"),
        may("day_off", Word(words.DAYS_OFF), "遇休息日（默认按 RC-14）", "on a day off (default: as RC-14 says)"),
        may("before_day", Flag(), "政策写“某日前”：含不含当日按 RC-16",
            "the policy says 'before' its day: RC-16 says whether that day counts"),
        may("instead_of", Many(Name("duty"), single=True, least=1), "同一天代替哪些任务",
            "duties that are not owed on a day on which this one is held"),
        may("meeting", Part("meeting"), "参会、议程、请假、补课", "who comes, what is on, leave and make-up"),
        may("warn", Duration(before=True), "提前多久提醒", "how long before its end whoever owes it is reminded"),
        may("missing", Many(Either(scalar=Name("ladder"), mapping=Part("escalation")), single=True),
            "到时没有完成时告诉谁", "who hears of what is missing"),
        may("in_principle", Flag(), "原则上：只列出，不算缺", "in principle: listed, never missing"),
        may("to", UNITS, "送给哪些单位", "the units to which what was done is sent"),
        may("readings", READINGS, "本任务的读法", "readings for this duty"),
    ),
    record(
        "recurrence", Text("周期", "how often a duty comes round"),
        must("period", Word(words.PERIODS), "每日、每周、每月…", "each day, week, month …"),
        may("weekdays", Many(Word(words.WEEKDAYS), single=True, least=1), "星期几", "weekdays, of a week or a month"),
        may("week", Whole(1, 4), "当月第几个这样的星期几", "which such weekday of the month"),
        may("last", Word(words.WEEKDAYS), "当月最后一个星期几（RC-15）", "the last such weekday of the month (RC-15)"),
        may("days", Many(Whole(1, 31), single=True, least=1), "当月几号；没有那天的月份为月末",
            "days of the month; of one that a month does not have, its last"),
        may("between", DayRange(), "当月几号至几号之间", "between these days of the month"),
        may("dates", Many(MonthDay(), single=True, least=1), "每年的日子", "days of each year"),
        may("months", Many(Whole(1, 12), single=True, least=1), "只在这些月份", "in these months alone"),
        may("date", Day(), "一次性任务的日子；不写：由本镇再定，不算迟",
            "the day of what comes once; left out: the town has still to write it, and nothing is late"),
    ),
    record(
        "owed", Text("须有的记录", "the records that must be there"),
        must("record", FORM, "哪种记录", "the form"),
        may("at_least", Least(1, _MOST), "至少几份（默认 1）；没有规定写“未定”：只列出，不判定",
            "how many at least (default: 1); 'open' where the policy gives no number: listed, never judged"),
        may("between", Many(Hours(), single=True, least=1), "一天的各时段，每段都要（RC-21）",
            "parts of the day, so many in each (RC-21)"),
        may("lasting", Duration(), "合计时长", "how long they must last together"),
        may("for_each", Table(Word(words.LEDGER_KINDS), Name("class")), "台账某一类的每一个都要",
            "for each one of a class of the ledger"),
        may("cover", Word(words.LEDGER_KINDS), "须全部覆盖", "all of which must be covered"),
        may("share", Table(Name("class"), Whole(1, 100)), "各类须覆盖百分之几", "how much of each class, in per cent"),
        may("of", FORM, "比例以哪种记录为基数", "the form whose records a share is taken of"),
        may("by", UNITS, "由谁填（默认应交的单位）", "who makes it (default: who owes the duty)"),
    ),
    record(
        "meeting", Text("参会与议程", "who comes, and what belongs to it"),
        may("attend", UNITS, "须参会的单位", "the units that owe their presence"),
        may("invite", UNITS, "邀请的单位", "the units that are asked and owe nothing"),
        may("agenda", Many(Prose(), single=True, least=1), "议程", "its agenda"),
        may("leave_asked_of", UNIT, "向谁请假", "the unit that answers a request for leave"),
        may("leave_before", TimeOfDay(), "请假最晚到几点", "the time until which it may be asked"),
        may("make_up_within", Duration(), "缺席的多久之内补", "within what time who missed it makes it up"),
        may("make_up_by", UNIT, "由谁补", "the unit that holds the make-up"),
        may("roll_call_by", UNIT, "由谁点名（默认各自签到）", "the unit that calls the roll (default: each signs in)"),
        may("plan", Many(Prose(), single=True, least=1), "计划须有的内容", "what a plan of it holds"),
        may("plan_by", MonthDay(), "计划每年最晚的日子", "the day of each year by which the plan is due"),
        may("carries_open_cases", Flag(), "上次以来未结的案件带到会上",
            "cases open since the last one are carried to it"),
    ),
)  # fmt: skip
