"""The schema of what happens: steps, procedures, routing, limits, notices.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.language import vocabulary as words
from shared.rules.language.schema_places import LEVEL, POLICIES, REPLACES, head
from shared.rules.language.shapes import (
    Day,
    Duration,
    Either,
    Field,
    Flag,
    Hours,
    Later,
    Many,
    Name,
    Occasion,
    Part,
    Prose,
    Record,
    Share,
    Table,
    TimeOfDay,
    Whole,
    Word,
    inherits,
    may,
    must,
    record,
)

MILESTONE = Name("milestone", words=words.MILESTONES)
CLOCK = Name("clock", words=words.CLOCKS)
CLOCK_OR_ALL = Name("clock", words=words.joined(words.CLOCKS, words.ALL))
WHO = Many(Name("who", words=words.ACTORS, slot=True), single=True, least=1)
BY_FACT = Part("by fact")
TOLD = Many(Either(scalar=WHO.item, mapping=BY_FACT), single=True, least=1)
TAKERS = Many(Name("who", words=words.joined(words.ACTORS, words.BY_CLOCK), slot=True), single=True, least=1)
READINGS = Table(Name("reading"), Later("reading"))
CONDITION = Later("condition")
# An amount of time, or a share of the limit beside which it stands.
OF_LIMIT = Part("share")
LASTING = Either(scalar=Duration(), mapping=OF_LIMIT)


def rule_head() -> tuple[Field, ...]:
    """Return what every rule says of itself: its id, why it exists, when it is in force."""
    return (
        must("rule", Name("rule", new=True), "规则的编号", "the rule's id"),
        may("title", Prose(), "标题", "its title"),
        inherits(
            must("because", POLICIES, "所依据的条款、读法或假设",
                 "the clauses, readings or assumptions that it rests on")
        ),
        inherits(
            may("valid", Part("valid"), "有效期，与规则自己的起点相比",
                "dates of effect, held against the rule's own anchor")
        ),
        may("replaces", Name("rule"), "替换模板的哪条规则", "the template's rule that it replaces"),
    )  # fmt: skip


def _holds(required: bool) -> tuple[Field, ...]:
    return (
        may("when", CONDITION, "成立的条件" if required else "成立的条件（不写则总是成立）",
            "when it holds" if required else "when it holds (left out: always)"),
        may("otherwise", Flag(), "写“是”：总是成立（默认规则，放在最后）",
            "'yes': always holds (a default rule, last)"),
    )  # fmt: skip


RECORDS: tuple[Record, ...] = (
    record(
        "step", Text("步骤", "a step"),
        must("name", Prose(), "名称", "its name"),
        may("because", POLICIES, "依据", "what it rests on"),
        must("who", TAKERS, "谁可以办", "who may take it; 'the clock': time itself"),
        may("after", Many(MILESTONE, single=True), "须已到达的节点", "milestones that must stand"),
        may("before", Many(MILESTONE, single=True), "须未到达的节点", "milestones that must not stand"),
        may("not_before", Part("not before"), "须先满多久",
            "how much time must have passed before it may be taken"),
        may("when", CONDITION, "案件须满足的条件", "what must hold of the case"),
        may("no_later_than", CLOCK, "这个时钟在走且未到期时才可办",
            "only while this clock runs and is not due yet"),
        may("needs", Many(Name("input", words=words.STEP_INPUTS), single=True), "须填的事实",
            "facts that must come with it"),
        may("may_have", Many(Name("input", words=words.STEP_INPUTS), single=True), "可填的事实",
            "facts that may come with it"),
        may("sets", Later("facts"), "办了就认定的事实", "facts that taking it establishes"),
        may("does", Many(Either(scalar=Word(words.EFFECTS), mapping=Part("effect")), single=True), "动作",
            "what it does"),
        may("any_time", Flag(), "不受程序次序限制", "may be taken outside the procedure's order"),
        REPLACES,
    ),
    record(
        "not before", Text("办理前须满的时间", "a time that must have passed before a step"),
        must("amount", Duration(), "多久：5个工作日、7天", "how long: 5 working days, 7 days"),
        must("from", MILESTONE, "从哪个节点或步骤起算", "the milestone or step from which it counts"),
        may("because", POLICIES, "依据（默认同步骤）", "what it rests on (default: what the step rests on)"),
        may("readings", READINGS, "本条的读法", "readings for this time"),
    ),
    record(
        "effect", Text("带有对象的动作", "an effect with what it is about"),
        may("mark", Name("mark"), "到达的节点", "the milestone that is reached"),
        may("extend", CLOCK, "延期的时钟", "the clock that is extended"),
        may("set due", CLOCK, "由人填写期限的时钟", "the clock whose due time a person writes"),
        may("pause", CLOCK_OR_ALL, "暂停的时钟", "the clock that pauses"),
        may("resume", CLOCK_OR_ALL, "恢复的时钟", "the clock that goes on"),
        may("stop", CLOCK, "停止的时钟", "the clock that stops"),
        may("excuse", CLOCK, "不计超期的时钟", "the clock whose breach is excused"),
        may("publish", Many(Name("level", words=words.EVERYBODY, slot=True), single=True, least=1),
            "在哪些层级公示；“公众”为所有人", "the levels at which it is shown; 'public': for everybody"),
        may("when", CONDITION, "标记或公示的条件：按办了本步骤之后的案件来看，不成立则不标记、不公示",
            "of 'mark' and 'publish': only where this holds of the case with what the step brings"),
        may("issue work order", Name("unit", words=words.PARTIES, slot=True), "接工单的单位",
            "the unit that gets it"),
        may("ask approval", Name("step"), "批准的步骤", "the step that approves"),
        may("refusal", Name("step"), "不予批准的步骤：写了它，请示就一直有效，直到二者之一作答",
            "the step that turns it down: with it the request is pending until either answers"),
        may("open linked case", Name("jurisdiction", slot=True), "在哪个辖区开关联案",
            "the jurisdiction where it is opened"),
        may("facts", Later("facts"), "随关联案送去的事实", "facts handed over with the linked case"),
    ),
    record(
        "procedure", Text("程序", "a procedure"),
        must("name", Prose(), "名称", "its name"),
        may("because", POLICIES, "依据", "what it rests on"),
        must("steps", Many(Name("step"), least=1), "步骤的次序", "its steps in order"),
        may("optional", Many(Name("step"), single=True), "可以略过的步骤", "steps that may be passed over"),
        REPLACES,
    ),
    record(
        "valid", Text("有效期", "dates of effect"),
        may("from", Day(), "第一天", "the first day"),
        may("until", Day(), "最后一天（含当日）", "the last day, that day included"),
    ),
    record("routes", Text("写明共同事项的分派规则", "routing rules with what they share"), *head(),
           must("rules", Many(Part("route")), "分派规则", "the routing rules")),
    record("notices", Text("写明共同事项的通知规则", "notices with what they share"), *head(),
           must("rules", Many(Part("notice")), "通知规则", "the notices")),
    record("hidden rules", Text("写明共同事项的未公开规则", "rules of who sees a case with what they share"), *head(),
           must("rules", Many(Part("hidden")), "未公开规则", "the rules")),
    record("route", Text("分派规则", "a routing rule"), *rule_head(), *_holds(required=True),
           must("then", Part("then"), "分派的结果", "what it decides")),
    record(
        "then", Text("分派的结果", "what a routing rule decides"),
        must("level", Many(LEVEL, single=True, least=1), "办理层级，主办的在先",
            "the levels; the first one handles it"),
        may("lead", Either(scalar=Name("who", words=words.joined(words.PARTIES, words.NONE), slot=True),
                           mapping=BY_FACT),
            "牵头单位；没有写“无”；退回的不写", "who leads; 'none' for nobody; left out of what is returned"),
        may("returned", Flag(), "不属本辖区办理：退回，理由是规则的标题",
            "no matter of this house: returned, and the rule's title is the reason"),
        may("assist", Many(Either(scalar=Name("who", words=words.PARTIES, slot=True), mapping=BY_FACT), single=True),
            "协办单位",
            "who assists"),
        must("procedure", Name("procedure"), "程序", "the procedure"),
        may("acceptance", Word(words.ACCEPTANCE), "受理方式（默认按辖区）",
            "how it is accepted (default: the town's way)"),
        may("flagged", Flag(), "提示维护人员查看", "shown to the operator as decided by default"),
        may("pass_to", Name("jurisdiction", slot=True), "转交到哪个辖区（开关联案）",
            "the jurisdiction in which a linked case is opened"),
    ),
    record(
        "by fact", Text("由事实指定的单位", "a unit that a fact names"),
        must("fact", Name("fact"), "取值为单位的事实", "the fact, whose values are units"),
    ),
    record(
        "limits", Text("写明共同事项的时限", "limits with what they share"), *head(),
        may("readings", READINGS, "这些时限的读法", "readings for these limits"),
        must("rules", Many(Part("limit")), "时限规则", "the limits"),
    ),
    record(
        "limit", Text("时限规则", "a time limit"), *rule_head(), *_holds(required=False),
        must("clock", Name("clock", words=words.CLOCKS, new=True), "哪个时钟",
            "the clock: accept, settle, submit, feed_back …"),
        must("within", Duration(person=True), "多久：3个工作日、7天、立即、由人填写",
             "how long: 3 working days, 7 days, at once, set by a person"),
        may("at", TimeOfDay(), "止于最后一日的什么时刻（默认按 RC-3）",
            "the time of its last day at which it ends (default: as RC-3 says)"),
        may("from", Name("milestone", words=words.MILESTONES, first=True),
            "从哪个节点起算（默认按 RC-1、RC-10）",
            "the milestone from which it runs (default: as RC-1 and RC-10 say)"),
        may("each_time", Flag(), "每次到达起算节点都另起一个时钟（默认每轮一个）",
            "a clock each time that the milestone is reached (default: one in each round)"),
        may("until", Many(MILESTONE, single=True, least=1), "到哪个节点为止（办结时钟默认“已办结”）",
            "the milestone that ends it (default for settle: settled)"),
        may("warn", Either(scalar=Duration(before=True), mapping=OF_LIMIT), "提前多久预警",
            "how long before the due time it warns"),
        may("on_warning", Name("step"), "预警之时自动办理的步骤", "the step that time takes when it warns"),
        may("if_late", Part("late"), "到期未办的结论", "the verdict when it is passed"),
        may("cap", Part("cap"), "延期的上限", "the ceiling for extensions"),
        may("escalate", Many(Either(scalar=Name("ladder"), mapping=Part("escalation")), single=True),
            "超期后的升级，或升级阶梯的键", "what happens after a breach, or the key of a ladder"),
        may("default", Flag(), "没有别的时限时才用（RC-20）", "holds only where no other limit does (RC-20)"),
        may("target", Duration(), "“立即”的目标分钟数（RC-7）", "target minutes for 'at once' (RC-7)"),
        may("readings", READINGS, "本条的读法", "readings for this rule"),
    ),
    record(
        "share", Text("时限的一部分", "a share of the limit"),
        must("of_limit", Share(), "时限的几分之几", "which part of the limit's amount of time"),
        may("rounded", Word(words.ROUNDING), "除不尽时怎样取整", "how what is no whole number is rounded"),
    ),
    record(
        "late", Text("到期未办的结论", "the verdict when a limit is passed"),
        may("reason_in_time", Word(words.LATE_KINDS), "到期前注明了原因", "a reason was noted before"),
        may("otherwise", Word(words.LATE_KINDS), "没有注明原因", "none was"),
    ),
    record(
        "cap", Text("延期的上限", "the ceiling for extensions"),
        must("within", LASTING, "多久", "how long"),
        may("from", Name("milestone", words=words.MILESTONES, first=True), "从哪个节点起算（默认首次受理）",
            "the milestone from which it counts (default: first accepted)"),
    ),
    record(
        "escalation", Text("升级", "an escalation"),
        may("after", LASTING, "超期后多久（默认超期之时）",
            "how long after the breach (default: at once)"),
        may("every", LASTING, "此后每隔多久再催", "how often it is repeated after that"),
        may("times", Whole(1, 1000), "一共几次（默认到时钟停止为止）",
            "how many times in all (default: until the clock stops)"),
        may("to", TOLD, "通知谁", "who is told"),
        may("mark", Name("mark"), "到达的节点", "the milestone that is reached"),
        may("step", Name("step"), "自动办理的步骤", "the step that time takes"),
    ),
    record(
        "notice", Text("通知规则", "a notice"), *rule_head(), *_holds(required=False),
        must("on", Many(Occasion(), single=True, least=1), "遇到什么：节点、步骤、“办结 超期”",
             "the occasion: a milestone, a step, or '<clock> <event>'"),
        must("who", TOLD, "通知谁", "who is told"),
        must("text", Prose(), "内容，可用 {案件.编号} 等",
            "the text, with placeholders such as {case.number}"),
        may("channels", Many(Word(words.UNIT_CHANNELS), single=True), "送达方式（默认按单位）",
            "how it is sent (default: as the unit says)"),
    ),
    record(
        "telling", Text("通知时间", "when notices are told"),
        must("because", POLICIES, "依据", "what it rests on"),
        may("quiet", Many(Part("quiet"), least=1), "免打扰的时间：通知等到它结束",
            "times in which notices wait until they end"),
        may("gather", Part("gather"), "给同一人、同一方式的通知合成一条",
            "notices to one recipient over one channel are told together"),
        may("urgent", Many(Part("urgent"), least=1), "不等待、立即送达的通知",
            "notices that are told at once all the same"),
        may("channels", Many(Word(words.UNIT_CHANNELS), single=True, least=1), "对哪些送达方式（默认全部）",
            "over which channels (default: all)"),
    ),
    record(
        "quiet", Text("免打扰的时间", "a quiet time"),
        may("between", Many(Hours(overnight=True), single=True, least=1), "一天里的时段，可跨零点",
            "spans of the day, past midnight too"),
        may("days", Many(Word(words.DAYS), single=True, least=1), "哪些日子", "the days"),
        may("office_hours", Flag(), "办公时间内还是外", "within office hours, or outside"),
    ),
    record(
        "gather", Text("汇总", "how notices are gathered"),
        may("every", Duration(), "每隔多久送一次：从零点数起，能除尽一天",
            "told so often, counted from midnight: an even part of a day"),
        may("at", Many(TimeOfDay(), single=True, least=1), "在一天的什么时刻送", "told at these times of the day"),
        may("text", Prose(), "开头的话，可用 {件数} {案件}", "what it begins with, with {count} and {cases}"),
    ),
    record(
        "urgent", Text("加急规则", "a rule of what is urgent"),
        must("rule", Name("rule", new=True), "规则的编号", "the rule's id"),
        may("title", Prose(), "标题", "its title"),
        must("because", POLICIES, "依据", "what it rests on"),
        may("valid", Part("valid"), "有效期", "dates of effect"),
        may("on", Many(Occasion(), single=True, least=1), "遇到什么（默认任何）", "the occasion (default: any)"),
        may("when", CONDITION, "成立的条件（不写则总是成立）", "when it holds (left out: always)"),
    ),
    record(
        "hidden", Text("未公开规则", "a rule of who sees a case"), *rule_head(), *_holds(required=False),
        must("until", MILESTONE, "到哪个节点为止", "the milestone that ends it"),
        must("seen_by", WHO, "此前谁能看到", "who sees the case until then"),
    ),
)  # fmt: skip
