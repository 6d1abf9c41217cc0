"""The schema of scenarios: a case's life and what is expected of it.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.language import vocabulary as words
from shared.rules.language.refusals import REFUSALS
from shared.rules.language.schema_places import POLICIES
from shared.rules.language.schema_rules import CLOCK, READINGS
from shared.rules.language.shapes import (
    Day,
    Either,
    Field,
    Flag,
    Hours,
    Later,
    Many,
    Moment,
    Name,
    Occasion,
    Part,
    Prose,
    Record,
    Table,
    Verbatim,
    Whole,
    Word,
    may,
    must,
    record,
)

ACTOR = Name("who", words=words.ACTORS)
CASE = Name("case", words=words.MAIN, free=True)


def _case(required: bool) -> tuple[Field, ...]:
    some = must if required else may
    return (
        some("at", Moment(), "反映的时间", "when it is reported"),
        may("category", Name("category"), "类别", "its category"),
        may(
            "text",
            Verbatim("text"),
            "反映的内容，没有写类别时用来识别",
            "what is reported: the category is proposed by it where none is given",
        ),
        may("also", Many(Name("category"), single=True), "另外涉及的类别", "further categories"),
        may("place", Name("place"), "地点", "where"),
        may("channel", Name("channel"), "渠道", "how it came in"),
        may("facts", Later("facts"), "反映人答的事实", "the reporter's answers"),
        may("by", ACTOR, "谁报的：角色或单位", "who reports it: a role or a unit"),
        may("device", Verbatim("name"), "机器渠道的设备", "the machine, over a channel of machines"),
        may(
            "person",
            Verbatim("person"),
            "报的人，另一个名字就是另一个人",
            "the person who does: another name is another person",
        ),
        may("on_behalf", Flag(), "替别人报的", "whether it is reported for somebody else"),
        may("anonymous", Flag(), "匿名报的", "whether nobody is to know who reports it"),
    )


def _expected() -> tuple[Field, ...]:
    return (
        may("level", Many(Name("level"), single=True), "层级", "the levels"),
        may("lead", Name("who", words=words.joined(words.ACTORS, words.NONE)), "牵头单位", "who leads"),
        may("contact", Name("who", words=words.joined(words.ACTORS, words.NONE)), "首接单位", "the first contact"),
        may("assisting", Many(Name("who", words=words.joined(words.ACTORS, words.NONE)), single=True),
            "协办单位",
            "who assists"),
        may("procedure", Name("procedure"), "程序", "the procedure"),
        may("state", Word(words.CASE_STATES), "状态", "the state"),
        may("due", Table(CLOCK, Moment()), "各时钟的期限", "when clocks fall due"),
        may("no due", Many(CLOCK, single=True), "没有期限的时钟", "clocks that have no due time"),
        may("clocks", Table(CLOCK, Word(words.CLOCK_STATES)), "各时钟的状态", "the states of clocks"),
        may("verdict", Table(CLOCK, Word(words.VERDICTS)), "各时钟的结论", "the verdicts of clocks"),
        may("told", Many(Part("told"), single=True), "谁得到了通知", "who has been told"),
        may("nobody told", Many(ACTOR, single=True), "谁没有得到通知", "who has not been told"),
        may("published", Either(scalar=Flag(), sequence=Many(Name("level"), least=1)), "已公示，或在哪些层级",
            "whether it is published, or at which levels"),
        may("seen by", Many(ACTOR, single=True), "谁能看到", "who sees it"),
        may("hidden from", Many(ACTOR, single=True), "谁看不到", "who does not see it"),
        may("alarms", Many(Name("alarm"), single=True), "报了哪些警", "the alarms raised"),
        may("no alarms", Flag(), "没有报警", "no alarm was raised"),
        may("flagged", Flag(), "提示了维护人员", "whether it is shown to the operator"),
        may("round", Whole(1, 1000), "第几轮", "the round"),
        may("rounds", Many(Part("round"), single=True), "各轮的结论", "what came of single rounds"),
        may("record", Many(Occasion()), "先后发生的事，其间可有别的", "what happened, in this order"),
        may("steps refused", Many(Name("step"), single=True), "此时会被拒的步骤",
            "steps that would be refused now"),
    )  # fmt: skip


RECORDS: tuple[Record, ...] = (
    record(
        "scenario", Text("场景", "a scenario"),
        must("scenario", Name("scenario", new=True, free=True), "编号", "its id"),
        must("title", Prose(), "标题", "its title"),
        must("because", POLICIES, "依据", "what it rests on"),
        may("earlier", Many(Part("earlier case")), "此前反映的案件，按时间先后",
            "cases reported before it, in order of time"),
        may("case", Part("case"), "案件，下文称“主案”", "the case, called 'main' below"),
        may("cases", Many(Part("further case"), single=True), "另外的案件", "further cases"),
        may("life", Many(Part("event")), "经过，按时间先后", "its life, in order of time"),
        may("expect", Part("expect"), "最后的预期", "what must hold at the end"),
        may("check", Many(Part("check")), "中间的核对", "what must hold at other instants"),
        may("time", Day(spans=True), "常规任务的场景：哪些日子",
            "of a scenario about duties: the days that it is about"),
        may("calendar", Part("amendment"), "常规任务的场景：日历的改动", "of such a one: an amendment of the calendar"),
        may("ledger", Table(Verbatim("reference"), Name("class")), "常规任务的场景：台账里有谁，各属哪一类",
            "of such a one: who is in the ledger, with their class"),
        may("recorded", Many(Part("kept")), "常规任务的场景：填了哪些记录",
            "of such a one: the records that were made"),
        may("ordered", Many(Part("order made")), "常规任务的场景：交办了什么",
            "of such a one: what somebody has ordered"),
        may("seen_at", Moment(), "常规任务的场景：从何时看（默认期间结束时）",
            "of such a one: as of when it is looked at (default: the end of its days)"),
        may("duties", Part("expected duties"), "常规任务的场景：预期", "of such a one: what is expected"),
        may("otherwise", Many(Part("other")), "换一种读法或情形",
            "the same life under other readings or choices"),
    ),
    record("case", Text("案件", "the case"), *_case(required=True)),
    record("earlier case", Text("此前反映的案件", "a case reported before"), *_case(required=True)),
    record("further case", Text("另外的案件", "a further case"),
           must("name", Name("case", new=True, free=True), "在场景里的叫法", "what the scenario calls it"),
           *_case(required=True)),
    record("changed case", Text("改动的案件", "what is different about the case"), *_case(required=False)),
    record(
        "event", Text("经过中的一件事", "one event of a life"),
        must("at", Moment(), "时间", "when"),
        may("case", CASE, "哪一件，不写就是主案", "of which case; main where it is not said"),
        may("step", Name("step"), "办的步骤", "the step that is taken"),
        may("into", CASE, "并入哪一件", "the case into which it is merged"),
        may("satisfied", Flag(), "反映人是否满意", "whether the reporter is satisfied"),
        may("order", Word(words.ORDER_MOVES), "协办单位怎样处理工单", "what an assisting unit does with its order"),
        may("by", ACTOR, "谁办的：角色或单位", "who takes it: a role or a unit"),
        may("person", Verbatim("person"), "办的人", "the person who does"),
        may("facts", Later("facts"), "填的事实", "the facts that come with it"),
        may("due_at", Moment(), "填的新期限", "the due time that is written"),
        may("refused", Word(words.joined(words.YES_NO, REFUSALS)), "预期被拒：是，或拒绝的代码",
            "expected to be refused: yes, or the code of the refusal"),
        may("calendar", Part("amendment"), "日历的改动", "an amendment of the calendar"),
    ),
    record(
        "amendment", Text("日历的改动", "an amendment of the calendar"),
        may("years", Many(Whole(2000, 2199), single=True), "已完整覆盖的年份", "years that are now complete"),
        may("holidays", Either(sequence=Many(Day(spans=True)), mapping=Table(Day(spans=True), Prose())),
            "假日",
            "holidays"),
        may("make_up", Either(sequence=Many(Day(spans=True)), mapping=Table(Day(spans=True), Prose())),
            "调休上班日",
            "make-up working days"),
    ),
    record("expect", Text("预期", "what is expected"), *_expected()),
    record("check", Text("核对", "what is expected at an instant"),
           must("at", Moment(), "时间", "when"),
           may("case", CASE, "哪一件，不写就是主案", "of which case; main where it is not said"), *_expected()),
    record("round", Text("一轮", "a round"),
           must("round", Whole(1, 1000), "第几轮", "the round"),
           must("verdict", Table(CLOCK, Word(words.VERDICTS)), "各时钟的结论", "the verdicts of clocks")),
    record(
        "other", Text("另设", "another reading or choice"),
        may("readings", READINGS, "读法", "readings"),
        may("with", Part("change"), "改动", "what else is different"),
        may("expect", Part("expect"), "这时的预期", "what must then hold"),
        may("duties", Part("expected duties"), "常规任务的场景：这时的预期",
            "of a scenario about duties: what must then hold"),
    ),
    record(
        "change", Text("改动", "what is different"),
        may("office_hours", Many(Hours(), single=True), "办公时间", "office hours"),
        may("acceptance", Word(words.ACCEPTANCE), "受理方式", "how cases are accepted"),
        may("case", Part("changed case"), "案件", "the case"),
    ),
    record(
        "told", Text("通知", "a notice that was sent"),
        must("who", ACTOR, "谁", "who"),
        may("on", Occasion(), "因为什么", "on which occasion"),
        may("at", Moment(), "何时", "when"),
        may("times", Whole(0, 1000), "正好几次；0：没有因此通知", "exactly how often; 0: not on this occasion"),
        may("together", Whole(1, 1000), "汇总在一条里的通知数；1：单独送达",
            "of how many notices told in one message it is one; 1: it was told alone"),
    ),
)  # fmt: skip
