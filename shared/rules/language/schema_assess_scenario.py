"""The schema of scenarios about figures and assessment: what there is to count, what must come of it.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.language import vocabulary as words
from shared.rules.language.schema_figures import COUNTED_NAME, DOCUMENT, FIGURE, HOLDERS, MEASURE, UNITS
from shared.rules.language.schema_places import POLICIES
from shared.rules.language.shapes import (
    Field,
    Flag,
    Least,
    Many,
    Moment,
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

PERIOD, SUBJECT = Verbatim("period"), Verbatim("subject")
REFS = Many(Name("counted", free=True), single=True)
_MOST = 10_000


def _whose(of: str, name: Name) -> tuple[Field, ...]:
    return (
        must(of, name, "哪一项", "which one"),
        must("for", SUBJECT, "谁的：网格、单位、个人等", "whose: a grid, unit, person and the like"),
        must("in", PERIOD, "期间：2026-03、2026-Q1、2026-H1、2026", "the period: 2026-03, 2026-Q1, 2026-H1, 2026"),
    )  # fmt: skip


RECORDS: tuple[Record, ...] = (
    record(
        "assess scenario", Text("考核的场景", "a scenario about figures and assessment"),
        must("scenario", Name("scenario", new=True), "场景的编号", "the scenario's id"),
        must("title", Prose(), "标题", "its title"),
        must("because", POLICIES, "所依据的条款", "the clauses that it shows"),
        may("counted", Many(Part("counted"), single=True), "有什么可数", "what there is to count"),
        may("points", Many(Part("given points"), single=True), "由人打的分", "points that persons give"),
        may("objections", Many(Part("objection"), single=True), "申诉", "objections"),
        may("figures", Many(Part("expected figure"), single=True), "预期的指标", "figures that must come of it"),
        may("standings", Many(Part("expected standing"), single=True), "预期的得分、名次", "points and ranks"),
        may("proposed", Many(Part("expected proposal"), single=True), "预期的建议", "proposals"),
        may("not proposed", Many(Part("expected proposal"), single=True), "预期没有的建议",
            "what must not be proposed"),
        may("documents", Many(Part("expected document"), single=True), "预期的文书", "documents"),
        may("readers", Many(Part("expected readers"), single=True), "预期的可见", "who reads"),
    ),
    record(
        "counted", Text("可数的一件", "something that is counted"),
        must("what", Word(words.COUNTED), "哪一种", "its kind"),
        may("named", COUNTED_NAME, "哪个节点、时钟、记录、任务、条目", "its milestone, clock, form, duty or type"),
        must("at", Moment(), "何时", "when"),
        may("until", Moment(), "何时了结", "when it ended"),
        may("place", Name("place"), "网格或村社", "its grid or village"),
        may("unit", Name("unit"), "单位", "its unit"),
        may("person", Verbatim("person"), "关于谁、谁做的", "whom it is about, or who did it"),
        may("category", Name("category"), "类别", "its category"),
        may("result", Word(words.RESULTS), "结论", "what became of it"),
        may("facts", Table(Name("entry"), Verbatim("value")), "各项", "its entries"),
        may("amount", Number(), "它的量", "its amount"),
        may("imported", Flag(), "导入的", "imported"),
        may("name", Name("counted", new=True, free=True), "在场景里的叫法", "what the scenario calls it"),
        may("times", Whole(1, _MOST), "这样的几件", "so many of them"),
    ),
    record(
        "given points", Text("打的分", "points that somebody gives"),
        *_whose("measure", MEASURE),
        must("item", Name("item"), "哪一小项", "the item"),
        must("points", Number(), "几分", "how many"),
        must("by", Name("who", words=words.ROLES), "谁打的：单位或角色", "who: a unit or a role"),
        may("refused", Flag(), "预期被拒", "they must be refused"),
    ),
    record(
        "objection", Text("申诉", "an objection"),
        must("figure", FIGURE, "对哪个指标", "the figure"),
        must("to", Name("counted", free=True), "对哪一件", "what was counted wrongly"),
        must("upheld", Flag(), "是否成立", "whether it is upheld"),
    ),
    record(
        "expected figure", Text("预期的指标", "a figure that must come of it"),
        *_whose("figure", FIGURE),
        may("is", Number(), "数值", "its value"),
        may("unknown", Flag(), "没有记录，得不出", "nothing was recorded: there is no value"),
        may("kept_back", Flag(), "份数太少，不显示", "too few answers: kept back"),
        may("rests_on", REFS, "正好由哪些得出", "the very things that it rests on"),
        may("apart", Table(Word(words.APART), Whole(0, _MOST)), "另列的", "what stands apart"),
    ),
    record(
        "expected standing", Text("预期的得分、名次", "points and rank that must come of it"),
        *_whose("measure", MEASURE),
        may("points", Number(), "得分", "its points"),
        may("out_of", Number(), "满分", "the most that there is"),
        may("rank", Whole(1, _MOST), "名次", "its rank"),
        may("unknown", Flag(), "还缺，得不出", "something is wanting: no points"),
        may("lacks", Many(Name("item"), single=True), "正好缺哪些小项", "the very items that are wanting"),
    ),
    record(
        "expected proposal", Text("预期的建议", "a proposal"),
        *_whose("measure", MEASURE),
        must("proposal", Name("proposal"), "哪一条", "which one"),
        may("to", UNITS, "正好送给哪些单位", "the very units to which it goes"),
        may("decided_by", UNITS, "正好由哪些单位决定", "the very units that decide"),
        may("heard", Flag(), "先听取本人意见", "the person concerned is heard first"),
        may("yuan", Least(0, _MOST), "多少元", "how many yuan"),
        may("at_most", Whole(0, _MOST), "至多多少元", "at most so many yuan"),
        may("owes", Name("form"), "须交的记录", "the form that is owed"),
        may("category", Name("category"), "拟报案件的类别", "the class of the case that is to be reported"),
        may("count", Whole(1, _MOST), "正好几件", "how many times"),
    ),
    record(
        "expected document", Text("预期的文书", "a document"),
        must("document", DOCUMENT, "哪种文书", "which one"),
        must("in", PERIOD, "期间", "the period"),
        may("holds", Many(Name("figure or measure"), single=True), "正好有哪些", "what it holds, exactly"),
        may("says", Many(Part("document line"), single=True), "其中写着", "what it says"),
        may("by", Name("unit"), "由谁发出", "who sends it"),
        may("to", UNITS, "正好发给谁", "the very units that receive it"),
        may("own_part", HOLDERS, "正好谁只看自己的", "the very ones who see their own part"),
        may("words", Many(Prose(), single=True), "正好由人写哪几节", "the very headings under which a person writes"),
    ),
    record(
        "document line", Text("文书的一行", "a line of a document"),
        must("of", Name("figure or measure"), "哪一项", "which figure or measure"),
        must("for", SUBJECT, "谁的", "whose"),
        must("is", Number(), "数值", "its value"),
    ),
    record(
        "expected readers", Text("预期的可见", "who reads"),
        must("of", Name("figure or measure"), "哪一项", "which figure or measure"),
        may("all", HOLDERS, "正好谁看全部", "the very ones who read all"),
        may("own", HOLDERS, "正好谁只看自己的", "the very ones who read their own"),
    ),
)  # fmt: skip
