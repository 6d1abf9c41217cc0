"""The schema of what a town is: its file, calendar, levels, units, places, categories, facts.

Part of the one description of the format, see `schema`.
"""

from shared.kernel.texts import Text
from shared.rules.pack import vocabulary as words
from shared.rules.pack.shapes import (
    Day,
    Either,
    Flag,
    Hours,
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

UNIT = Name("unit", slot=True)
LEVEL = Name("level", slot=True)
POLICIES = Many(Name("because"), single=True, least=1)
REPLACES = may(
    "replaces",
    Word(words.TEMPLATE),
    "写“模板”以替换模板中的同名项",
    "'template': replaces the template's entry of the same key",
)

SECTIONS = (
    may("policies", Table(Name("policy", new=True), Prose()), "所依据的政策文件与自定假设",
        "the policies, and assumptions of one's own, that rules rest on"),
    may("readings", Table(Name("reading"), Later("reading")), "政策未写明之处的读法 RC-1 … RC-22",
        "how what a policy leaves open is read: RC-1 … RC-22"),
    may("channels", Table(Name("channel", new=True), Prose()), "反映渠道", "how reports come in"),
    may("facts", Table(Name("fact", new=True), Part("fact")), "规则可用的事实", "the facts that rules may ask for"),
    may("categories", Table(Name("category", new=True), Part("category")), "事项类别", "the categories of matters"),
    may("steps", Table(Name("step", new=True), Part("step")), "办理步骤", "the steps that people take"),
    may("procedures", Table(Name("procedure", new=True), Part("procedure")), "程序：步骤的次序",
        "procedures: orders of steps"),
    may("routing", Many(Part("route")), "分派规则，自上而下第一条成立的为准",
        "who handles a matter: the first rule that holds decides"),
    may("limits", Either(sequence=Many(Part("limit")), mapping=Part("limits")), "办理时限", "time limits"),
    may("tell", Many(Part("notice")), "通知规则，成立的都执行", "who is told what: every rule that holds"),
)  # fmt: skip

RECORDS: tuple[Record, ...] = (
    record(
        "town", Text("辖区文件 pack.yaml 及其分文件", "a town's pack.yaml and its parts"),
        must("town", Name("town", new=True), "辖区的键，与文件夹同名", "the town's key, the name of its folder"),
        must("name", Prose(), "名称", "its name"),
        may("part_of", Name("jurisdiction"), "所隶属的上级辖区", "the jurisdiction that it is part of"),
        must("zone", Verbatim("zone"), "时区", "the time zone in which its days begin and end"),
        may("language", Word(words.LANGUAGES), "只写一种文字的文本用的语言（默认中文）",
            "the language of texts that are given in one (default: Chinese)"),
        may("uses", Table(Name("template"), Part("use")), "采用的模板及其参数", "the templates used, with their parameters"),
        must("calendar", Part("calendar"), "工作日从何而来", "where working days come from"),
        may("acceptance", Either(scalar=Word(words.ACCEPTANCE), mapping=Part("acceptance")),
            "自动受理还是由牵头单位受理（默认自动）", "accepted automatically (default) or by the lead"),
        must("fallback", UNIT, "没有规则管的事项由谁接", "the unit that gets what no rule routes"),
        may("running_cases", Word(words.RUNNING_CASES), "新版对在办案件（默认不变）",
            "what a new edition does to running cases (default: keep)"),
        may("webhooks", Many(Verbatim("host")), "允许推送的主机", "hosts that webhooks may go to"),
        must("levels", Table(Name("level", new=True), Part("level")), "办理层级", "the levels of handling"),
        must("units", Table(Name("unit", new=True), Part("unit")), "单位与岗位", "units and posts"),
        may("places", Table(Name("place", new=True), Part("place")), "地点与网格", "places and grids"),
        *SECTIONS,
    ),
    record(
        "template", Text("模板文件 template.yaml", "a template.yaml"),
        must("template", Name("template", new=True), "模板的键，与文件夹同名", "the template's key, the name of its folder"),
        must("edition", Whole(1, 9999), "版次，内容一改就加一", "its edition: one more whenever it changes"),
        must("title", Prose(), "标题", "its title"),
        may("language", Word(words.LANGUAGES), "只写一种文字的文本用的语言", "the language of texts that are given in one"),
        may("parameters", Table(Name("parameter", new=True), Part("parameter")), "留给辖区填的名词",
            "the nouns that a town supplies"),
        *SECTIONS,
    ),
    record(
        "parameter", Text("模板的参数", "a template's parameter"),
        must("is", Word(words.PARAMETER_KINDS), "是哪一种名词", "which kind of noun it is"),
        must("means", Prose(), "含义", "what it means"),
    ),
    record(
        "use", Text("采用模板：版次与各参数", "the use of a template: its edition and parameters"),
        must("edition", Whole(1, 9999), "所采用的版次", "the edition that is used"),
        may("without", Many(Name("rule"), single=True), "不用的模板规则", "rules of the template that are left out"),
        rest=Name("noun"),
    ),
    record(
        "calendar", Text("日历", "the calendar"),
        may("official", Word(words.OFFICIAL), "所依据的官方日历", "the official calendar that it rests on"),
        must("weekend", Many(Word(words.WEEKDAYS), single=True), "周末", "the days of rest of a week"),
        may("office_hours", Many(Hours(), single=True), "办公时间", "the hours of a working day"),
        may("office_hours_on", Table(Word(words.WEEKDAYS), Many(Hours(), single=True)), "个别星期的办公时间",
            "other hours on some days of the week"),
        may("holidays", Either(sequence=Many(Day(spans=True)), mapping=Table(Day(spans=True), Prose())),
            "自列的假日", "holidays of its own list"),
        may("make_up", Either(sequence=Many(Day(spans=True)), mapping=Table(Day(spans=True), Prose())),
            "自列的调休上班日", "make-up working days of its own list"),
        may("years", Many(Whole(2000, 2199), single=True), "自列的日子已完整覆盖的年份",
            "the years that its own lists cover completely"),
    ),
    record(
        "acceptance", Text("受理方式", "how cases are accepted"),
        must("first", Word(words.ACCEPTANCE), "首次分派时", "when a case is first routed"),
        must("after_handover", Word(words.ACCEPTANCE), "移交之后", "after a hand-over"),
    ),
    record(
        "level", Text("层级", "a level"),
        must("name", Prose(), "名称", "its name"),
        may("supervisor", UNIT, "督办该层级的单位", "the unit that supervises it"),
        may("above", Flag(), "在本辖区之上", "it lies above the town"),
    ),
    record(
        "unit", Text("单位或岗位", "a unit or post"),
        must("name", Prose(), "名称", "its name"),
        may("level", LEVEL, "所在层级", "the level to which it belongs"),
        may("vacant", UNIT, "空缺时由谁代", "who stands in while nobody holds it"),
        may("channels", Many(Word(words.UNIT_CHANNELS), single=True), "送达方式（默认待办）",
            "how messages reach it (default: inbox)"),
    ),
    record(
        "place", Text("地点", "a place"),
        must("name", Prose(), "名称", "its name"),
        may("level", LEVEL, "作为哪一层级的辖地", "the level whose jurisdiction it is"),
        may("part_of", Name("place"), "属于哪个地点", "the place that it is part of"),
        may("dedicated_to", UNIT, "专属网格由谁负责", "the unit that answers for a dedicated grid"),
        may("facts", Later("facts"), "来自地点的事实", "the facts that come from the place"),
    ),
    record(
        "fact", Text("事实", "a fact"),
        must("type", Later("type"), "类型：是或否、整数、数、文字、取值",
             "its type: yes or no, whole number, number, text, one of"),
        must("from", Word(words.FACT_SOURCES), "从何而来", "where it comes from"),
        may("name", Prose(), "名称", "its name"),
        may("ask", Prose(), "向反映人提的问题", "the question put to the reporter"),
        may("default", Later("value"), "没有给出时的值", "its value where none is given"),
        may("counts", Name("occasion"), "历史事实：数哪个步骤或节点的次数",
            "for a fact from history: the step or milestone that it counts"),
        REPLACES,
    ),
    record(
        "category", Text("类别", "a category"),
        must("name", Prose(), "名称", "its name"),
        must("department", Many(Name("unit", words=words.NONE, slot=True), single=True, least=1),
             "主管部门，主要的在先；没有写“无”", "the departments concerned, the main one first; 'none' if none is"),
        may("facts", Later("facts"), "来自类别的事实", "the facts that come from the category"),
        may("keywords", Many(Verbatim("keyword"), single=True), "识别用的关键词", "words by which it is recognised"),
        may("private", Flag(), "公示时只计数", "shown in publications as a count only"),
        may("asks", Many(Name("fact"), single=True), "反映时必答的事实", "facts that a report must answer"),
        REPLACES,
    ),
)  # fmt: skip
