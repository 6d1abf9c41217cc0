"""The schema of what a town counts and assesses: figures, measures with their proposals, documents.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.language import vocabulary as words
from shared.rules.language.schema_places import POLICIES, REPLACES, UNIT
from shared.rules.language.shapes import (
    Either,
    Field,
    Flag,
    Least,
    Many,
    Name,
    Number,
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

FIGURE, MEASURE, DOCUMENT = Name("figure"), Name("measure"), Name("document")
UNITS = Many(UNIT, single=True, least=1)
HOLDERS = Many(Name("who", words=words.ROLES, slot=True), single=True, least=1)
COUNTED_NAME = Name("what is counted", words=words.COUNTED_NAMES)
ASKED = Table(Name("entry"), Many(Verbatim("value"), single=True, least=1))
_FEW, _MANY = 24, 1000
_MOST_YUAN = 10_000_000


SEEN_BY = may(
    "seen_by",
    Part("figure readers"),
    "谁可见（默认为本镇工作的人）",
    "who reads it (default: everybody who works for the town)",
)


def _known(*more: Field) -> tuple[Field, ...]:
    return (
        must("name", Prose(), "名称", "its name"),
        must("because", POLICIES, "依据", "what it rests on"),
        may("valid", Part("valid"), "有效期", "dates of effect"),
        *more,
        REPLACES,
    )


RECORDS: tuple[Record, ...] = (
    record(
        "figure", Text("指标", "a figure"), *_known(
            must("does", Word(words.FIGURE_DOES), "怎么算", "how it comes about"),
            must("of", Part("counting"), "数什么", "what is counted"),
            may("part", Part("counting part"), "比例：其中的哪些", "of a share: what belongs to it"),
            may("against", Part("counting"), "比率：每百件什么", "of a rate: for each hundred of what"),
            may("value", Name("entry"), "合计、平均：记录里的哪一项（默认所数事物的量）",
                "of a sum or mean: the entry of the form (default: the amount of what is counted)"),
            must("per", Word(words.PER), "按什么分", "whose it is"),
            must("every", Word(words.SPANS), "周期（日历月、季、半年、年）", "its period, of the calendar"),
            may("anonymous", Flag(), "匿名：五份以上才显示，不能打开",
                "anonymous: shown from five answers on, none of them is opened"),
            SEEN_BY,
        ),
    ),
    record(
        "counting", Text("数什么", "what is counted"),
        must("what", Word(words.COUNTED), "哪一种", "its kind"),
        may("named", Many(COUNTED_NAME, single=True, least=1), "哪个节点、时钟、记录、任务、条目",
            "its milestone, clock, form, duty or type of entry"),
        may("result", Many(Word(words.RESULTS), single=True, least=1), "什么结论（默认：不另列的全部）",
            "what became of it (default: all but what stands apart)"),
        may("facts", ASKED, "各项须是什么", "what its entries must say"),
        may("category", Many(Name("category"), single=True, least=1), "案件的类别", "categories of cases"),
    ),
    record(
        "counting part", Text("其中的哪些", "what belongs to a share"),
        may("result", Many(Word(words.RESULTS), single=True, least=1), "什么结论", "what became of it"),
        may("facts", ASKED, "各项须是什么", "what its entries must say"),
        may("named", Many(COUNTED_NAME, single=True, least=1), "哪个节点、时钟、记录、任务、条目",
            "its milestone, clock, form, duty or type of entry"),
    ),
    record(
        "figure readers", Text("谁可见", "who reads"),
        may("all", HOLDERS, "看全部的", "who reads all of it"),
        may("own", HOLDERS, "只看本网格、本村、本单位、本人的",
            "who reads what it says of their own grid, village, unit or person"),
    ),
    record(
        "measure", Text("考核", "a measure"), *_known(
            must("of", Word(words.PER), "考核谁", "who is assessed"),
            must("every", Word(words.SPANS), "周期（日历月、季、半年、年）", "its period, of the calendar"),
            may("figure", FIGURE, "按哪个指标", "the figure that it holds against bounds"),
            may("items", Table(Name("item", new=True), Part("item")), "各项分值", "items with points"),
            may("adds", MEASURE, "把哪项考核的得分加起来", "the measure whose points it adds up"),
            may("rank", Word(words.RANKS), "排名：高者先还是低者先", "ranked, the highest or the lowest first"),
            may("proposes", Table(Name("proposal", new=True), Part("proposal")), "达到什么就建议什么",
                "what is proposed, and when"),
            SEEN_BY,
        ),
    ),
    record(
        "item", Text("考核的一项", "an item of a measure"),
        must("name", Prose(), "名称", "its name"),
        must("most", Number(), "最高分；超过的不收", "the most points; more are refused"),
        may("figure", FIGURE, "由哪个指标得分", "the figure from which they come"),
        may("by", HOLDERS, "由谁打分", "who gives them"),
        may("full", Number(), "指标到多少得满分（默认 100）", "the value that brings all points (default: 100)"),
        may("less", Number(), "指标每一个扣几分", "points that each of the figure takes away"),
    ),
    record(
        "proposal", Text("建议：只建议，由人决定、执行", "a proposal: a person decides it, others carry it out"),
        must("name", Prose(), "建议什么", "what is proposed"),
        may("because", POLICIES, "依据（默认同考核）", "what it rests on (default: what the measure does)"),
        must("when", Part("bound"), "达到什么时", "when"),
        may("to", UNITS, "送给哪些单位", "the units to which it goes"),
        must("decided_by", UNITS, "由哪个单位的人决定", "the units of which a named person decides"),
        may("heard", Flag(), "先听取本人意见", "the person concerned is heard first"),
        may("yuan", Either(scalar=Least(0, _MOST_YUAN), mapping=Part("yuan range")),
            "多少元；政策没写金额的写“未定”", "how many yuan; 'open' where the policy gives no amount"),
        may("each", Flag(), "每一件都算一次", "so much for each that was counted"),
        may("owes", Name("form"), "本人须交的记录", "the form that the person concerned owes"),
        may("payer", Prose(), "由谁支付", "whose budget pays"),
        may("category", Name("category"), "同意后由人上报的案件类别（如预警信息）",
            "the class of the case that a person reports once it is accepted, such as a warning"),
    ),
    record(
        "yuan range", Text("金额的范围，由人定", "a range of money: a person sets the amount"),
        must("at_least", Whole(0, _MOST_YUAN), "至少多少元", "at least so many yuan"),
        must("at_most", Whole(0, _MOST_YUAN), "至多多少元", "at most so many yuan"),
    ),
    record(
        "bound", Text("界限：写了的都须达到", "a bound: everything that is said must hold"),
        may("or_more", Number(), "多少以上（RC-11）", "so many or more (RC-11)"),
        may("or_less", Number(), "多少以下（RC-11）", "so many or less (RC-11)"),
        may("more_than", Number(), "多于", "more than"),
        may("less_than", Number(), "少于", "less than"),
        may("times", Whole(2, _FEW), "期间内达到几次", "met so many times"),
        may("within", Word(words.SPANS), "在哪个期间内", "within this span"),
        may("last", Whole(1, _MANY), "排名后几名", "among the last so many"),
        may("first", Whole(1, _MANY), "排名前几名", "among the first so many"),
        may("running", Whole(2, _FEW), "连续几期", "so many periods in a row"),
        may("rise", Whole(1, _MANY), "上升百分之几以上", "a rise by so many per cent or more"),
        may("against", Whole(1, _FEW), "与此前几期的平均比", "against the mean of so many earlier periods"),
        may("year_on_year", Flag(), "与上年同期比", "against the same period of the year before"),
        may("at_least", Number(), "至少到多少才算上升", "below this value no rise is one"),
    ),
    record(
        "document", Text("文书", "a document"), *_known(
            must("kind", Word(words.DOCUMENT_KINDS), "种类", "its kind"),
            must("every", Word(words.SPANS), "周期", "its period"),
            must("by", UNIT, "由哪个单位写定、发出", "the unit that finishes and sends it"),
            must("to", UNITS, "发给哪些单位", "the units that receive it"),
            must("holds", Many(Name("figure or measure"), single=True, least=1), "内有哪些指标、考核",
                 "the figures and measures that it holds"),
            may("own_part", HOLDERS, "谁只看说到自己的部分", "who is shown what it says of them alone"),
            may("words", Many(Prose(), single=True, least=1), "由人撰写的各节", "headings under which a person writes"),
        ),
    ),
)  # fmt: skip
