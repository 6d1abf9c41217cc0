"""The schema of grids and teams (网格): facts, checks, posts with their tasks, sheets, terminals, rotas, contacts.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.language import vocabulary as words
from shared.rules.language.schema_places import LEVEL, POLICIES, REPLACES, UNIT
from shared.rules.language.shapes import (
    Bounds,
    Field,
    Flag,
    Labelled,
    Later,
    Least,
    Many,
    Name,
    Part,
    Prose,
    Record,
    Table,
    Whole,
    Word,
    may,
    must,
    record,
)

POSTS = Many(Name("post"), single=True, least=1)
_UNITS = Many(UNIT, single=True, least=1)
_LARGEST_TEAM = 10_000


def _known() -> tuple[Field, ...]:
    return (
        must("name", Prose(), "名称", "its name"),
        must("because", POLICIES, "依据", "what it rests on"),
    )


RECORDS: tuple[Record, ...] = (
    record(
        "grids", Text("网格与队伍", "grids and their teams"),
        may("facts", Table(Name("fact of a grid", new=True), Part("grid fact")), "网格的事实，如户数、人数",
            "facts of a grid, such as its households"),
        may("checks", Table(Name("grid check", new=True), Part("grid check")), "原则上的规模和全覆盖：不符的只列出",
            "sizes and coverage 'in principle': what does not hold is listed, never refused"),
        may("posts", Table(Name("post", new=True), Part("post")), "须有人担任的岗位、须成立的机构",
            "posts and bodies that have to be held"),
        may("sheets", Table(Name("sheet", new=True), Part("sheet")), "公示牌、平面图、联系卡",
            "signs, maps and contact cards, drawn whenever they are asked for"),
        may("terminals", Table(Name("entitlement", new=True), Part("entitlement")), "谁应配终端",
            "who is to have a terminal"),
        may("rotas", Table(Name("rota", new=True), Part("rota")), "轮值表", "rotas: who is on duty when"),
        may("contacts", Part("contacts"), "成员联系居民", "members keep in touch with residents"),
        may("made_by", Part("made by"), "谁可划分、变更、撤销网格", "who may make, change and end grids"),
    ),
    record(
        "grid fact", Text("网格的事实", "a fact of a grid"),
        must("type", Later("type"), "类型：是或否、整数、数、文字、取值",
             "its type: yes or no, whole number, number, text, one of"),
        *_known(),
        REPLACES,
    ),
    record(
        "grid check", Text("网格的核对", "a check of grids"),
        may("name", Prose(), "名称", "its name"),
        must("because", POLICIES, "依据", "what it rests on"),
        must("level", LEVEL, "核对哪一层级的辖地", "the level whose places it looks at"),
        may("ranges", Table(Name("fact of a grid"), Bounds()), "各事实的范围，两端都算；有一项符合就够",
            "ranges of facts, their ends included; one that holds is enough"),
        may("every_place", Flag(), "每个地点都在这一层级的辖地之内，或含有它",
            "every place is, lies in, or holds a place of that level"),
        may("of", Many(Name("place"), single=True, least=1), "只核对这些地点（默认全部），如试点",
            "only these places (default: all), such as those of a pilot"),
        REPLACES,
    ),
    record(
        "post", Text("岗位或机构", "a post or a body"),
        *_known(),
        must("units", _UNITS, "由哪些单位的人担任", "the units whose holders fill it"),
        may("level", LEVEL, "这一层级的每个辖地都要有（默认全辖区一处）",
            "filled in each place of this level (default: once in the town)"),
        may("exactly", Whole(1, _LARGEST_TEAM), "正好几人", "how many persons, neither more nor fewer"),
        may("at_least", Least(1, _LARGEST_TEAM), "至少几人（默认一人）", "how many at least (default: one)"),
        may("at_most", Whole(1, _LARGEST_TEAM), "至多几人", "how many at most"),
        may("each", Flag(), "其中每个单位各自都要有（默认合计）",
            "each of its units by itself (default: all of them together)"),
        may("may_hold", Word(words.HOLDINGS), "一人可兼多格（默认），还是只任一格",
            "one person may hold it in many places (default), or in one alone"),
        may("led_by", Name("post", slot=True), "受哪个岗位或单位领导", "the post or unit that leads it"),
        may("guided_by", Many(Name("post", slot=True), single=True), "受哪些岗位或单位指导",
            "the posts or units that guide it"),
        may("eligible", Many(Labelled("post task"), single=True), "任职条件，只写明，不评判",
            "what a person must be to be proposed: shown, never judged"),
        may("tasks", Many(Labelled("post task"), single=True), "职责", "its tasks"),
        REPLACES,
    ),
    record(
        "post task", Text("职责或任职条件", "a task of a post, or what its holder must be"),
        must("name", Prose(), "内容", "what it is"),
        may("because", POLICIES, "依据（默认与岗位相同）", "what it rests on (default: as its post)"),
    ),
    record(
        "sheet", Text("图牌", "a sheet"),
        *_known(),
        must("kind", Word(words.SHEET_KINDS), "公示牌、平面图或联系卡", "a sign, a map or a contact card"),
        must("level", LEVEL, "哪一层级的辖地各一份", "one for each place of this level"),
        must("shows", Many(Word(words.SHOWN), single=True, least=1), "写明什么", "what it shows"),
        may("posts", POSTS, "写明哪些岗位的人（默认全部）", "the posts whose holders it names (default: all)"),
        may("public", Flag(), "人人可看的页面", "everybody may read it as a page"),
        REPLACES,
    ),
    record(
        "entitlement", Text("应配终端的人", "who is to have a terminal"),
        must("because", POLICIES, "依据", "what it rests on"),
        may("posts", POSTS, "哪些岗位的人", "the holders of these posts"),
        may("organisation", Name("type of entry"), "台帐里哪种组织的人员",
            "staff of this type of the ledger's entries"),
        may("when", Later("ledger condition"), "组织满足什么条件", "the condition that the organisation fulfils"),
        REPLACES,
    ),
    record(
        "rota", Text("轮值", "a rota"),
        *_known(),
        must("unit", UNIT, "由谁轮值", "whose holders take turns"),
        may("level", LEVEL, "这一层级的每个辖地各一份（默认全辖区一份）",
            "one in each place of this level (default: one in the town)"),
        REPLACES,
    ),
    record(
        "contacts", Text("联系居民", "contacts with residents"),
        must("because", POLICIES, "依据", "what it rests on"),
        must("posts", POSTS, "哪些岗位的人", "the posts whose holders are assigned"),
        must("of", Name("type of entry"), "联系台帐里的哪种条目",
             "the type of the ledger's entries that they keep in touch with"),
        may("at_least", Least(1, _LARGEST_TEAM), "每人至少联系几个（默认未定：有就行）",
            "how many each at least (default: open, any will do)"),
    ),
    record(
        "made by", Text("划分网格", "who makes grids"),
        must("because", POLICIES, "依据", "what it rests on"),
        must("units", _UNITS, "哪些单位", "which units"),
    ),
)  # fmt: skip
