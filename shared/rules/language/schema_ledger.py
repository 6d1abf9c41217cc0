"""The schema of the ledger (台帐): classes, types of entries, their facts, changes, readers, the paper version.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.language import vocabulary as words
from shared.rules.language.schema_places import POLICIES, REPLACES, UNIT
from shared.rules.language.shapes import (
    Duration,
    Field,
    Flag,
    Later,
    Many,
    Name,
    Part,
    Prose,
    Record,
    Table,
    Word,
    may,
    must,
    record,
)

WHO = Many(Name("who", words=words.ROLES, slot=True), single=True, least=1)
ENTRY_TYPE = Name("type of entry")
TYPES = Many(ENTRY_TYPE, single=True, least=1)


def _known() -> tuple[Field, ...]:
    return (
        must("name", Prose(), "名称", "its name"),
        must("because", POLICIES, "依据", "what it rests on"),
    )


RECORDS: tuple[Record, ...] = (
    record(
        "ledger", Text("台帐", "the ledger"),
        may("classes", Table(Name("class", new=True), Part("ledger class")), "条线：台帐按它分本",
            "lines of work, by which the ledger is split"),
        may("types", Table(Name("type of entry", new=True), Part("entry type")), "条目类型：人、户、房、事、物、组织",
            "types of entries: persons, households, houses, events, things, organisations"),
        may("changes", Table(Name("change", new=True), Part("ledger change")), "动态信息：出生、死亡、迁入、迁出等",
            "changes that people know by name: births, deaths, moves and the like"),
        may("own_grid", Part("ledger readers"), "谁看本网格的全部条目", "who reads all entries of the own grid"),
        may("master", Part("ledger readers"), "谁掌管总台帐：所在范围内各条线的全部条目",
            "who keep the master ledger: all classes, in all of the area in which they sit"),
        may("changes_need", Part("change needs"), "录入、变更须注明什么（默认日期和来源）",
            "what must be said beside each statement (default: date and source)"),
        may("paper", Part("paper ledger"), "纸质台帐：只打印，不回录", "the paper version: printed, never read back"),
    ),
    record(
        "ledger class", Text("条线", "a class of the ledger"),
        *_known(),
        may("readers", WHO, "谁可见（在其所在范围内）", "who reads it, each in the area in which it sits"),
        may("keeper", UNIT, "由哪个单位保管单项台帐", "the unit that keeps the line's own ledger"),
        REPLACES,
    ),
    record(
        "entry type", Text("条目类型", "a type of entry"),
        *_known(),
        must("kind", Word(words.ENTRY_KINDS), "是人、户、房、事、物还是组织",
             "what it is: person, household, house, event, thing or organisation"),
        may("class", Name("class"), "属于哪条条线", "the class that it belongs to"),
        may("about", ENTRY_TYPE, "从属于哪种条目，如人从属于户",
             "the type that it belongs to, as persons to a household"),
        must("facts", Table(Name("fact of the ledger", new=True), Part("ledger fact")), "记载的事实",
             "the facts kept of it"),
        may("needs", Many(Name("fact of the ledger"), single=True), "缺了就不收的事实",
            "facts without which it is refused"),
        may("groups", Many(Name("fact of the ledger"), single=True), "用来分组的事实（取值），如独居老人户",
            "facts (choices) by which members are found, such as households of elderly people who live alone"),
        may("same", Many(Name("fact of the ledger", words=words.SAME_ENTRY), single=True, least=1),
            "哪些相同就是同一条目：再录入的看到已有的，可以补充",
            "what makes a second entry the same one: whoever enters it is shown the first and may add"),
        must("entered_by", WHO, "谁可录入和变更", "who may enter and change it"),
        may("stale_after", Duration(), "多久没有变更或核实就算久未更新，以自然日计",
            "after how many calendar days without change or confirmation it is shown as stale"),
        may("confirmed_by", UNIT, "由谁核实（默认网格的负责人）",
            "the unit that confirms it (default: whoever keeps the grid)"),
        may("kept_for", Duration(), "终止后保存多久，以自然日计；到期抹除",
            "how many calendar days an ended entry is kept; then it is erased"),
        REPLACES,
    ),
    record(
        "ledger fact", Text("台帐的事实", "a fact of the ledger"),
        must("type", Later("type"), "类型：是或否、整数、数、文字、取值",
             "its type: yes or no, whole number, number, text, one of"),
        must("name", Prose(), "名称", "its name"),
        may("because", POLICIES, "依据", "what it rests on"),
        may("long", Flag(), "多句的文字", "a text of several sentences"),
        may("sealed", Flag(), "密封保存，逐项打开，每次查看都记录",
            "kept sealed: opened one at a time, each reading recorded"),
        may("sensitive", Flag(), "敏感个人信息：密封，须写法律依据和可见的单位",
            "sensitive by law: sealed, and it must state its legal basis and who reads it"),
        may("basis", Prose(), "法律依据", "the legal basis"),
        may("read_by", WHO, "看得到条目的人里，只有谁看得到它", "of those who read the entry, who alone reads it"),
    ),
    record(
        "ledger change", Text("动态信息", "a change that people know by its name"),
        *_known(),
        must("of", TYPES, "发生在哪些条目上", "the types of entries that it happens to"),
        must("does", Word(words.CHANGE_EFFECTS), "新增、终止、迁移条目，或只是记载",
             "whether it begins, ends or moves the entry, or is noted"),
        may("sets", Later("ledger facts"), "随之认定的事实", "facts that it says by itself"),
        REPLACES,
    ),
    record(
        "ledger readers", Text("可见全部条线的人", "who reads every class"),
        must("because", POLICIES, "依据", "what it rests on"),
        must("units", WHO, "单位、岗位或角色", "units, posts or roles"),
    ),
    record(
        "change needs", Text("录入、变更须注明的", "what must be said beside each statement"),
        must("because", POLICIES, "依据", "what it rests on"),
        must("needs", Many(Word(words.CHANGE_NEEDS), single=True), "日期、来源", "date, source"),
    ),
    record(
        "paper ledger", Text("纸质台帐", "the paper version"),
        must("because", POLICIES, "依据", "what it rests on"),
        must("types", TYPES, "印哪些条目", "the types of entries that it shows"),
    ),
)  # fmt: skip
