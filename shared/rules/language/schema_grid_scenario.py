"""The schema of scenarios of grids: what is known of grids and people, and what is listed and shown of it.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.language import vocabulary as words
from shared.rules.language.schema_places import POLICIES
from shared.rules.language.shapes import (
    Day,
    Flag,
    Later,
    Many,
    Name,
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

_PERSON = Verbatim("person")
_PEOPLE = Many(_PERSON, single=True)
_PLACES = Many(Name("place"), single=True)
_SEATS = Many(Verbatim("seat"), single=True)
_FACTS = Table(Name("place"), Later("ledger facts"))
_MOST = 10_000

RECORDS: tuple[Record, ...] = (
    record(
        "grid scenario", Text("网格的场景", "a scenario of grids"),
        must("scenario", Name("scenario", new=True), "场景的编号", "the scenario's id"),
        must("title", Prose(), "标题", "its title"),
        must("because", POLICIES, "所依据的条款", "the clauses that it shows"),
        must("on", Day(), "哪一天", "the local day"),
        may("facts", _FACTS, "各网格的事实", "what is known of each grid"),
        may("holders", Many(Part("grid holder")), "谁在哪个单位", "who is in which unit"),
        may("posted", Table(_PERSON, Part("posted")), "图牌上可写各人的什么", "what sheets may say of people"),
        may("organisations", Table(Verbatim("organisation"), Part("grid organisation")), "台帐里的组织",
            "organisations of the ledger"),
        may("assigned", Table(_PERSON, Whole(0, _MOST)), "各人联系几户", "how many residents each keeps in touch with"),
        must("expect", Many(Part("grid expect"), single=True, least=1), "预期", "what must come of it"),
    ),
    record(
        "grid holder", Text("谁在哪个单位", "who is in which unit"),
        must("unit", Name("unit"), "单位或岗位", "the unit"),
        may("in", Name("place"), "所在的地点（默认全辖区）", "the place in which it sits (default: the town)"),
        must("who", _PEOPLE, "谁", "who"),
        may("from", Day(), "从哪天起", "the first day"),
        may("until", Day(), "到哪天止，当天还算", "the last day, that day included"),
    ),
    record(
        "posted", Text("图牌上可写的", "what sheets may say of somebody"),
        may("name", Verbatim("name"), "姓名", "the name"),
        may("phone", Verbatim("phone"), "电话", "the telephone"),
        may("photo", Flag(), "有照片", "there is a photo"),
    ),
    record(
        "grid organisation", Text("一个组织", "an organisation"),
        must("type", Name("type of entry"), "哪种条目", "the type of entry"),
        may("facts", Later("ledger facts"), "事实", "its facts"),
    ),
    record(
        "grid expect", Text("网格的预期", "what must come of it"),
        may("on", Day(), "哪一天（默认场景的那天）", "the day (default: that of the scenario)"),
        may("facts", _FACTS, "改为这些网格事实", "other facts of grids instead"),
        may("outside", Table(Name("grid check"), _PLACES), "不在范围内的，一个不多一个不少",
            "the places that lie outside, no more and no fewer"),
        may("unsaid", Table(Name("grid check"), _PLACES), "什么都没有登记的", "the places of which nothing is known"),
        may("uncovered", Table(Name("grid check"), _PLACES), "不在任何网格里的", "the places in no grid"),
        may("vacant", Table(Name("post"), _SEATS), "人数不足的：地点，或“各自”的单位，或辖区",
            "seats with too few: places, units where each has one, or the town"),
        may("too_many", Table(Name("post"), _SEATS), "人数过多的", "seats with too many"),
        may("in_several", Table(Name("post"), _PEOPLE), "一人任了几处的", "people who hold it in several places"),
        may("entitled", Table(Name("entitlement"), Many(Verbatim("person or organisation"), single=True)),
            "应配终端的人或组织", "people and organisations that are to have a terminal"),
        may("without_contacts", _PEOPLE, "联系户不够的人", "people with too few residents"),
        may("may_make", Table(Name("unit"), Flag()), "可否划分网格", "whether a unit may make grids"),
        may("rotas", Table(Name("rota"), Table(Verbatim("seat"), _PEOPLE)), "各处由谁轮值", "who takes turns where"),
        may("cards", Table(Name("post"), Part("card expect")), "岗位卡写明什么", "what the card of a post says"),
        may("sheets", Many(Part("sheet expect"), single=True), "图牌上有什么", "what stands on sheets"),
    ),
    record(
        "card expect", Text("岗位卡的预期", "what the card of a post says"),
        may("tasks", Many(Verbatim("task"), single=True), "职责", "its tasks"),
        may("eligible", Many(Verbatim("condition"), single=True), "任职条件", "what its holder must be"),
        may("led_by", Verbatim("name"), "受谁领导", "who leads it"),
        may("guided_by", Many(Verbatim("name"), single=True), "受谁指导", "who guides it"),
    ),
    record(
        "sheet expect", Text("图牌的预期", "what stands on a sheet"),
        must("sheet", Name("sheet"), "哪种图牌", "the sheet"),
        must("place", Name("place"), "哪个地点的", "the place"),
        may("has", Many(Word(words.SHOWN), single=True), "图上有的，一样不多一样不少",
            "what is on it, no more and no less"),
        may("names", Table(Name("post"), Many(Verbatim("name"), single=True)), "各岗位写着谁",
            "whom it names, by post"),
        may("within", _PLACES, "图内的地点", "the places within"),
        may("public", Flag(), "人人可看", "everybody may read it"),
    ),
)  # fmt: skip
