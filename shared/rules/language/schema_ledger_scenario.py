"""The schema of a ledger's scenarios: who enters what, and who sees it then.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.language import vocabulary as words
from shared.rules.language.schema_places import POLICIES
from shared.rules.language.shapes import (
    Either,
    Flag,
    Later,
    Many,
    Moment,
    Name,
    Part,
    Prose,
    Record,
    Verbatim,
    Word,
    may,
    must,
    record,
)

ACTOR = Name("who", words=words.ROLES)
ENTRY = Name("entry", free=True)
PEOPLE = Many(Either(scalar=ACTOR, mapping=Part("who and where")), single=True, least=1)
FACTS = Many(Name("fact of the ledger"), single=True)

RECORDS: tuple[Record, ...] = (
    record(
        "ledger scenario", Text("台帐的场景", "a scenario of the ledger"),
        must("scenario", Name("scenario", new=True), "场景的编号", "the scenario's id"),
        must("title", Prose(), "标题", "its title"),
        must("because", POLICIES, "所依据的条款", "the clauses that it shows"),
        must("life", Many(Part("ledger event"), least=1), "谁录入、变更了什么", "who entered and changed what"),
        may("expect", Many(Part("ledger expect"), single=True), "预期", "what must come of it"),
    ),
    record(
        "ledger event", Text("台帐里发生的一件事", "something done to the ledger"),
        must("at", Moment(), "时间", "when"),
        must("does", Word(words.LEDGER_DEEDS), "录入、变更、核实、动态、迁移、终止或打开",
             "enters, states, confirms, changes, moves, ends or opens"),
        must("entry", ENTRY, "场景里对条目的称呼", "what the scenario calls the entry"),
        must("by", ACTOR, "谁：单位或角色", "who: a unit or a role"),
        may("in", Name("place"), "那个人所在的地点（默认条目所在的网格）",
            "where they sit (default: the entry's grid)"),
        may("type", Name("type of entry"), "录入哪种条目", "the type that is entered"),
        may("place", Name("place"), "网格", "the grid"),
        may("about", ENTRY, "从属于哪个条目", "the entry that it belongs to"),
        may("facts", Later("ledger facts"), "说的事实", "the facts that are stated"),
        may("fact", Name("fact of the ledger"), "打开哪个事实", "the fact that is opened"),
        may("change", Name("change"), "哪种动态", "the change"),
        may("source", Verbatim("source"), "来源（默认走访）", "who told (default: a visit)"),
        may("without", Many(Word(words.CHANGE_NEEDS), single=True), "没有写的：日期、来源",
            "what is not said: date, source"),
        may("known", ENTRY, "其实就是哪个条目", "the entry that it turns out to be"),
        may("refused", Verbatim("code"), "被拒：写代码", "the code with which it is refused"),
    ),
    record(
        "ledger expect", Text("台帐的预期", "what must hold of an entry"),
        must("entry", ENTRY, "哪个条目", "the entry"),
        may("at", Moment(), "时间（默认最后）", "when (default: at the end)"),
        may("place", Name("place"), "在哪个网格", "its grid"),
        may("class", Name("class"), "在哪条条线", "its class"),
        may("seen_by", PEOPLE, "谁看得到", "who sees it"),
        may("hidden from", PEOPLE, "谁看不到", "who does not"),
        may("facts", Later("ledger facts"), "现在的事实", "what it says now"),
        may("sealed", FACTS, "密封的事实", "facts that are sealed"),
        may("differs", FACTS, "来源说法不一的事实", "facts on which sources differ"),
        may("stale", Flag(), "久未更新", "it is stale"),
        may("ended", Flag(), "已终止", "it has ended"),
        may("on_paper", Flag(), "印在网格的纸质台帐上", "it stands on the grid's paper"),
        may("group", Later("ledger facts"), "在哪个组里找得到", "the group in which it is found"),
    ),
    record(
        "who and where", Text("谁，在哪里", "who, and where"),
        must("who", ACTOR, "单位或角色", "a unit or a role"),
        must("in", Name("place"), "所在的地点", "where they sit"),
    ),
)  # fmt: skip
