"""The words of rule files in both languages: keys per record, and the closed lists of words.

Each dictionary is one-to-one, so that a file can be turned from one language into the other and back.
Inside the program every word has its English form. Decides nothing; what a key or a word is good for is
said by the schema.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.kernel.texts import Language, Text

LANGUAGE_NAMES: Mapping[Language, Text] = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}


@dataclass(frozen=True, slots=True)
class Words:
    """One closed list of words: English form → Chinese form, one-to-one."""

    chinese: Mapping[str, str]
    english: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "english", {zh: en for en, zh in self.chinese.items()})
        if len(self.english) != len(self.chinese):
            raise ValueError(f"two words share a Chinese form: {sorted(self.chinese.values())}")

    def canonical(self, text: str, language: Language) -> str | None:
        """Return the English form of a word written in `language`, or None if it is none."""
        if language == "zh":
            return self.english.get(text)
        return text if text in self.chinese else None

    def written(self, word: str, language: Language) -> str:
        """Return a word as a file in `language` writes it; anything else as it is."""
        return self.chinese.get(word, word) if language == "zh" else word

    def all(self, language: Language) -> list[str]:
        """Return every word as a file in `language` writes it."""
        return list(self.english if language == "zh" else self.chinese)

    def __contains__(self, word: object) -> bool:
        return word in self.chinese


def joined(*lists: Words) -> Words:
    """Return one list of all the words of several."""
    return Words({en: zh for words in lists for en, zh in words.chinese.items()})


def chosen(words: Words, some: Iterable[str]) -> Words:
    """Return the list of only `some` of the words."""
    return Words({word: words.chinese[word] for word in some})


YES_NO = Words({"yes": "是", "no": "否"})
LANGUAGES = Words({"zh": "中文", "en": "英文"})
NONE = Words({"none": "无"})
MAIN = Words({"main": "主案"})  # in a scenario: the case with which it begins
ORDER_MOVES = Words({"accept": "接单", "decline": "退单", "done": "办完"})
ALL = Words({"all": "全部"})
TEMPLATE = Words({"template": "模板"})
BY_PERSON = Words({"set by a person": "由人填写"})
FIRST = Words({"first": "首次"})
BEFORE = Words({"before": "前"})

PARTIES = Words({
    "lead": "牵头单位",
    # With a space in both languages: no published pack can have a unit of that key.
    "head of lead": "牵头单位 负责人",
    "assisting": "协办单位",
    "previous lead": "原牵头单位",
    "first contact": "首问人",
    "grid worker": "上报网格员",
    "reporter": "反映人",
    "department of category": "类别主管部门",
    "departments of category": "类别各部门",
    "other departments of category": "类别其他部门",
    "unit of place": "属地单位",
    "supervisor": "督办单位",
    "operator": "维护人员",
    "public": "公众",
})  # fmt: skip
# Whoever takes a step when a limit's time has come: nobody. With a space in both languages, as above.
BY_CLOCK = Words({"the clock": "到时 自动"})
ROLES = Words({
    "grid_worker": "网格员",
    "unit_staff": "单位人员",
    "supervisor": "督办单位",
    "operator": "维护人员",
})  # fmt: skip
# Supervisors and operators may read any identity: to mask a text for them would hide what they may look up.
MASKED_FROM = chosen(ROLES, ["grid_worker", "unit_staff"])
ACTORS = joined(PARTIES, ROLES)
FINDERS = joined(ROLES, chosen(PARTIES, ["reporter"]))

MILESTONES = Words({
    "reported": "已接报",
    "assigned": "已派单",
    "accepted": "已受理",
    "handed_over": "已移交",
    "settled": "已办结",
    "verified": "已核实",
    "reopened": "已重办",
    "published": "已公示",
    "closed": "已结案",
    "rejected": "已退回",
    "declined": "已拒办",
    "merged": "已并案",
    "took_in": "已接收并案",
})  # fmt: skip
# How far a case has come. Other milestones, marks and steps are on its record and are no state.
CASE_STATES = chosen(MILESTONES, [
    "reported", "assigned", "accepted", "settled", "verified", "reopened", "closed", "rejected", "merged",
])  # fmt: skip
CLOCKS = Words({"accept": "受理", "settle": "办结", "submit": "上报", "feed_back": "反馈"})
CLOCK_EVENTS = Words({
    "started": "开始",
    "warned": "预警",
    "breached": "超期",
    "escalated": "升级",
    "stopped": "停止",
    "extended": "延期",
    "corrected": "更正",
    "withheld": "暂缓",
    "excused": "免责",
})  # fmt: skip
CLOCK_STATES = Words({
    "running": "计时",
    "warned": "已预警",
    "extended": "已延期",
    "breached": "已超期",
    "stopped": "已停止",
    "paused": "已暂停",
    "withheld": "已暂缓",
})  # fmt: skip
VERDICTS = Words({"in_time": "按期", "late": "超期", "extended": "延期", "noted": "记录", "excused": "免责"})
LATE_KINDS = Words({"breached": "超期", "extended": "延期", "noted": "记录"})

EFFECTS = Words({
    "accept": "受理",
    "mark": "标记",
    "settle": "办结",
    "verify": "核实",
    "reopen": "重办",
    "publish": "公示",
    "close": "结案",
    "reject": "退回",
    "decide again": "重新分派",
    "decline": "拒办",
    "extend": "延期",
    "set due": "定期限",
    "pause": "暂停",
    "resume": "恢复",
    "stop": "停止",
    "excuse": "免责",
    "issue work order": "派工单",
    "ask approval": "请示",
    "open linked case": "开关联案",
})  # fmt: skip

EVERYBODY = Words({"public": "公众"})
ROUNDING = Words({"up": "进位", "down": "舍去"})
ACCEPTANCE = Words({"automatic": "自动", "lead": "牵头单位"})
PROPOSALS = Words({"taken": "采用", "confirmed": "确认"})
ALIKE = Words({"category": "类别", "place": "地点"})
# What earlier cases must have in common with a case to be counted.
ALIKE_EARLIER = joined(ALIKE, Words({"reporter": "反映人", "device": "设备"}))
RUNNING_CASES = Words({"keep": "不变", "follow": "随新版"})
HIT_POLICIES = Words({"first": "首条", "unique": "唯一"})
UNIT_CHANNELS = Words({"inbox": "待办", "mail": "邮件", "webhook": "推送", "file": "文件"})
# Classes of data that end of themselves, and what is masked in texts.
RETAINED = Words({"identities": "身份", "texts": "文本", "attachments": "附件", "deliveries": "送达"})
MASKED = Words({"telephones": "电话号码", "identity_numbers": "身份证号", "names": "姓名"})
WEEKDAYS = Words({
    "mon": "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日",
})  # fmt: skip
OFFICIAL = Words({"china": "中国"})
# The ledger: what an entry is, what a change does to it, what must be said with each statement.
ENTRY_KINDS = Words({
    "person": "人", "household": "户", "house": "房", "event": "事", "thing": "物", "organisation": "组织",
})  # fmt: skip
CHANGE_EFFECTS = Words({"begins": "新增", "ends": "终止", "moves": "迁移", "notes": "记载"})
CHANGE_NEEDS = Words({"date": "日期", "source": "来源"})
LEDGER_DEEDS = Words({
    "enters": "录入", "states": "变更", "confirms": "核实", "changes": "动态", "moves": "迁移",
    "ends": "终止", "opens": "打开",
})  # fmt: skip
SAME_ENTRY = Words({"place": "地点", "about": "从属"})
# Grids and teams: in how many places one person may hold a post; the sheets and what they show.
HOLDINGS = Words({"one": "一格", "many": "多格"})
SHEET_KINDS = Words({"sign": "公示牌", "map": "平面图", "card": "联系卡"})
SHOWN = Words({
    "code": "编号", "name": "名称", "area": "范围", "posts": "岗位", "worker.name": "姓名", "worker.phone": "电话",
    "worker.photo": "照片", "tasks": "职责", "facts": "事实", "qr": "二维码",
})  # fmt: skip
# What a day is by the town's calendar: a rest day that is worked (调休) is a working day.
DAY_KINDS = Words({"working_day": "工作日", "weekend": "周末", "holiday": "假日"})
DAYS = joined(DAY_KINDS, WEEKDAYS)
ABOUT = Words({
    "grid": "网格", "household": "住户", "person": "个人", "premises": "场所", "unit": "单位", "case": "案件",
    "occasion": "场次",
})  # fmt: skip
LEDGER_KINDS = chosen(ABOUT, ["grid", "household", "person", "premises", "unit"])
DUTY_KINDS = Words({
    "record": "记录", "meeting": "会议", "visit": "走访", "patrol": "巡查", "verification": "核查", "training": "培训",
    "check": "检查",
})  # fmt: skip
PERIODS = Words({
    "day": "日", "working_day": "工作日", "week": "周", "half_month": "半月", "month": "月", "quarter": "季度",
    "half_year": "半年", "year": "年", "once": "一次", "ordered": "交办",
})  # fmt: skip
ORDER_SUBJECTS = Words({"case": "案件", "duty": "任务"})
DAYS_OFF = Words({
    "previous": "提前", "next": "推后", "next_in_week": "本周内推后", "skip": "略过", "stay": "不变",
})  # fmt: skip
OPEN = Words({"open": "未定"})
PARAMETER_KINDS = Words({"level": "层级", "unit": "单位", "jurisdiction": "辖区"})

FACT_SOURCES = Words({
    "reporter": "反映人", "category": "类别", "place": "地点", "step": "步骤", "history": "历史", "time": "时间",
    "earlier cases": "以往案件",
})  # fmt: skip
COMBINING = Words({"main": "主类别", "any": "任一", "all": "全部", "strongest": "最强"})
FACT_KINDS = Words({
    "yes or no": "是或否", "whole number": "整数", "number": "数", "text": "文字", "one of": "取值",
})  # fmt: skip
PLATFORM_FACTS = Words({
    "category": "类别",
    "channel": "渠道",
    "departments": "部门数",
    "dedicated": "专属网格",
    "level": "层级",
    "lead": "牵头",
    "procedure": "程序",
    "round": "轮次",
    "finder": "发现人",
    "from_above": "上级交办",
    "reporters": "反映人数",
    "repeats": "重复次数",
})  # fmt: skip
STEP_INPUTS = Words({"category": "类别", "due_at": "新期限", "place": "地点"})
GROUPS = Words({"all": "全部", "any": "任一", "not": "非"})
OPERATORS = Words({
    "at_least": "不少于",
    "at_most": "不多于",
    "more_than": "多于",
    "less_than": "少于",
    "or_more": "以上",
    "or_less": "以下",
    "not": "非",
    "present": "已知",
})  # fmt: skip
PLACEHOLDERS = Words({
    "case.number": "案件.编号",
    "case.category": "案件.类别",
    "case.state": "案件.状态",
    "case.place": "案件.地点",
    "case.lead": "案件.牵头单位",
    "case.level": "案件.层级",
    "case.reason": "案件.理由",
    "case.other": "案件.并案编号",
    "town": "辖区",
    "unit": "单位",
})  # fmt: skip
DEADLINE = Words({"deadline": "期限"})
GATHERED = Words(
    {"count": "件数", "cases": "案件"}
)  # placeholders of what is told of several notices together
# What is counted and assessed: kinds, whose it is, what became of it.
COUNTED = Words({
    "case": "案件", "clock": "时钟", "record": "记录", "duty": "任务", "delivery": "送达", "session": "登录",
    "entry": "台帐条目",
})  # fmt: skip
COUNTED_NAMES = joined(
    MILESTONES, CLOCKS
)  # what cases and clocks are counted by; other names are the pack's own
FIGURE_DOES = Words({
    "count": "件数", "sum": "合计", "mean": "平均", "share": "比例", "age": "时长", "rate": "比率",
    "spread": "涉及网格",
})  # fmt: skip
PER = Words({
    "town": "全镇", "grid": "网格", "village": "村社", "unit": "单位", "person": "个人", "category": "类别",
})  # fmt: skip
SPANS = chosen(PERIODS, ["month", "quarter", "half_year", "year"])
APART = Words({"extended": "延期", "excused": "免责", "withheld": "暂缓", "imported": "导入"})
RESULTS = joined(VERDICTS, Words({
    "withheld": "暂缓", "met": "已完成", "missing": "缺", "listed": "仅列出", "satisfied": "满意",
    "dissatisfied": "不满意", "delivered": "已送达", "failed": "未送达",
}))  # fmt: skip
RANKS = Words({"highest": "高者先", "lowest": "低者先"})
DOCUMENT_KINDS = Words({"report": "督办报告", "special": "专报", "circular": "通报", "analysis": "分析"})
