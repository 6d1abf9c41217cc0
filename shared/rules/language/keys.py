"""The keys of rule files in both languages, one-to-one within each record.

A key has one Chinese form everywhere, but for the few records in which the same English word means
something else (`from` of a limit is where counting begins, `from` of a fact is where it comes from).
"""

from collections.abc import Mapping
from functools import cache

from shared.rules.language.vocabulary import EFFECTS, Words

_EVERYWHERE: Mapping[str, str] = {
    # a file
    "town": "辖区", "template": "模板", "edition": "版次", "title": "标题", "name": "名称", "part_of": "隶属",
    "zone": "时区", "language": "语言", "uses": "采用", "parameters": "参数", "without": "不用", "format": "格式",
    # its sections
    "policies": "政策依据", "readings": "读法", "calendar": "日历", "acceptance": "受理方式",
    "fallback": "兜底单位", "running_cases": "在办案件", "webhooks": "推送主机", "levels": "层级",
    "units": "单位", "places": "地点", "channels": "渠道", "facts": "事实", "categories": "类别",
    "steps": "步骤", "procedures": "程序", "routing": "分派", "limits": "时限", "tell": "通知",
    "hidden": "未公开", "proposed_category": "类别建议", "hit_policy": "命中方式", "duplicates": "疑似重复",
    "ladders": "升级阶梯", "retention": "保存期限", "masked": "遮蔽", "keep": "保存", "roles": "角色",
    "telling": "通知时间", "ledger": "台帐", "quiet": "免打扰", "gather": "汇总", "urgent": "加急",
    # calendar and acceptance
    "official": "官方", "weekend": "周末", "office_hours": "办公时间", "office_hours_on": "当日办公时间",
    "holidays": "假日",
    "make_up": "调休上班", "years": "年份", "first": "首次", "after_handover": "移交后",
    # parameters, levels, units, places, categories, facts
    "is": "属于", "means": "含义", "supervisor": "督办单位", "above": "上级", "level": "层级",
    "vacant": "空缺时", "head": "负责人", "dedicated_to": "专属于", "department": "部门", "keywords": "关键词",
    "private": "不公开", "result_public": "结果公示",
    "asks": "询问", "type": "类型", "default": "默认值", "ask": "提问", "counts": "计数",
    "combine": "合并", "opened_by": "由谁提出", "between": "时段", "days": "日子",
    "public": "公示内容",
    "ends": "止于", "becomes": "变为", "code": "编码", "street": "街道", "community": "社区", "serial": "序号",
    "machine": "机器", "repeats_within": "重复于", "same": "相同", "near": "相距米数",
    # steps and procedures
    "who": "由谁", "after": "前提", "before": "不得已", "not_before": "不早于", "amount": "满",
    "no_later_than": "不晚于", "needs": "须填", "may_have": "可填", "sets": "认定",
    "does": "动作", "any_time": "随时", "optional": "可略",
    # rules
    "rule": "规则", "rules": "各条", "because": "因为", "when": "当", "otherwise": "其余", "then": "则",
    "valid": "有效期", "replaces": "替换", "lead": "牵头", "assist": "协办", "procedure": "程序",
    "fact": "事实",
    "flagged": "提示", "pass_to": "转交", "clock": "时钟", "within": "期限", "from": "起算", "until": "止于",
    "warn": "预警", "if_late": "逾期", "reason_in_time": "已注原因", "cap": "上限", "escalate": "升级",
    "to": "给", "mark": "标记", "target": "目标用时", "on": "遇", "text": "内容",
    "returned": "退回", "on_warning": "预警时", "of_limit": "时限的", "rounded": "取整",
    "each_time": "每次", "refusal": "不准", "every": "每隔", "times": "次数", "seen_by": "可见",
    # records and duties
    "records": "记录", "duties": "常规任务", "about": "关于", "opens_with": "起填", "same_day": "当日",
    "rows": "行项", "pictures": "照片", "sealed": "密封", "long": "长文", "many": "多项", "kind": "种类",
    "owes": "应交", "day_off": "遇休", "before_day": "日前", "instead_of": "代替", "meeting": "会务", "missing": "缺时",
    "in_principle": "原则上", "period": "每", "weekdays": "星期", "last": "最后", "week": "第几周",
    "dates": "年内日期", "months": "月份", "date": "日子", "at_least": "至少", "lasting": "时长", "for_each": "每一",
    "cover": "覆盖", "share": "比例", "of": "取自", "attend": "参会", "invite": "邀请", "agenda": "议程",
    "leave_asked_of": "请假向", "leave_before": "请假截止", "make_up_within": "补课期限", "make_up_by": "补课由",
    "roll_call_by": "点名由", "plan": "计划须有", "plan_by": "计划截止", "carries_open_cases": "带未结案件",
    # grids and teams
    "grids": "网格", "checks": "核对项", "posts": "岗位", "sheets": "图牌", "terminals": "终端", "rotas": "轮值",
    "contacts": "联系", "ranges": "范围", "every_place": "全覆盖", "exactly": "正好", "at_most": "至多",
    "may_hold": "兼任", "led_by": "领导", "guided_by": "指导", "eligible": "条件", "tasks": "职责",
    "organisation": "组织", "unit": "轮值单位", "holders": "任职", "posted": "公布", "organisations": "各组织",
    "assigned": "联系户数", "phone": "电话", "photo": "照片", "outside": "不符", "unsaid": "未登记",
    "uncovered": "无网格", "too_many": "超员", "in_several": "兼任几处", "entitled": "应配终端",
    "without_contacts": "无联系户", "cards": "岗位卡", "has": "图上有", "names": "写着", "sheet": "图牌",
    # scenarios
    "scenario": "场景", "case": "案件", "life": "经过", "expect": "预期", "check": "核对", "at": "时间",
    "category": "类别", "place": "地点", "channel": "渠道", "by": "经办", "step": "步骤", "due_at": "新期限",
    "refused": "被拒", "with": "改为", "assisting": "协办", "state": "状态", "due": "到期",
    "no due": "无期限", "clocks": "时钟", "verdict": "结论", "told": "已通知", "nobody told": "未通知",
    "published": "已公示", "alarms": "报警", "no alarms": "无报警", "round": "轮次",
    "steps refused": "被拒步骤", "earlier": "先前", "device": "设备",
    "also": "另涉", "seen by": "可见", "hidden from": "不可见",
    "cases": "其他案件", "on_behalf": "代报", "anonymous": "匿名", "person": "何人", "into": "并入",
    "satisfied": "满意", "order": "工单", "contact": "首接", "record": "记录", "rounds": "各轮",
    "together": "一并",
    "time": "期间", "recorded": "已记录", "seen_at": "截至", "day": "当日", "opened": "仅开始",
    "corrects": "更正", "held_on": "举行", "falls_on": "落在", "owed_on": "应办", "not_owed": "不办",
    "no_day": "无日子",
    "warned": "提醒", "held_at": "举行时刻", "owed_by": "归谁", "met": "已完成", "late": "迟交", "listed": "仅列出",
    "heard": "得知", "shows": "会务", "sent_to": "送给", "made_by": "谁填", "may_make": "可以填", "readers": "可以看",
    "duty": "任务", "given": "已有", "lacks": "少几份", "minutes": "少几分钟", "subjects": "谁没有",
}  # fmt: skip
_HERE: Mapping[str, Mapping[str, str]] = {
    "fact": {"from": "来源", "at": "节点"},
    "duty": {"every": "周期", "at": "时刻", "to": "送"},
    "expected duties": {"missing": "缺"},
    "standing": {"on": "当日"},
    "recurrence": {"days": "日期", "between": "起讫"},
    "valid": {"from": "起", "until": "止"},
    "late": {"otherwise": "否则"},
    "escalation": {"after": "超期后"},
    "limit": {"default": "默认", "at": "时刻"},
    "hidden": {"until": "至"},
    "gather": {"at": "时刻"},
    "notice": {"who": "通知谁"},
    "told": {"who": "通知谁"},
    "scenario": {"otherwise": "另设"},
    "effect": {**EFFECTS.chinese},
    "ledger": {
        "classes": "条线",
        "types": "条目",
        "changes": "动态",
        "own_grid": "本网格可见",
        "master": "总台帐",
        "changes_need": "变更须注明",
        "paper": "纸质台帐",
    },
    "ledger class": {"readers": "可见", "keeper": "保管"},
    "entry type": {
        "kind": "种类",
        "class": "条线",
        "about": "从属",
        "groups": "分组",
        "entered_by": "录入",
        "stale_after": "久未更新",
        "confirmed_by": "核实",
        "kept_for": "保存",
    },
    "ledger fact": {
        "long": "长文",
        "sealed": "密封",
        "sensitive": "敏感",
        "basis": "法律依据",
        "read_by": "可见",
    },
    "ledger change": {"of": "条目", "does": "后果"},
    "ledger readers": {"units": "单位"},
    "change needs": {},
    "ledger scenario": {},
    "ledger event": {
        "does": "做",
        "entry": "条目",
        "in": "所在",
        "about": "从属",
        "change": "动态",
        "source": "来源",
        "known": "即",
        "fact": "哪个事实",
    },
    "ledger expect": {
        "entry": "条目",
        "class": "条线",
        "sealed": "密封",
        "differs": "不一",
        "stale": "久未更新",
        "ended": "已终止",
        "on_paper": "在纸上",
        "group": "分组",
    },
    "who and where": {"in": "所在"},
    "paper ledger": {"types": "条目"},
    "grids": {"made_by": "划分"},
    "grid check": {"of": "地点"},
    "post": {"each": "各自"},
    "sheet": {"public": "公开", "shows": "写明"},
    "contacts": {"of": "条目"},
    "grid scenario": {"on": "当日"},
    "grid holder": {"unit": "单位", "in": "所在", "who": "谁", "from": "起", "until": "止"},
    "posted": {"name": "姓名"},
    "grid expect": {"on": "当日", "vacant": "空缺", "may_make": "可划分"},
    "sheet expect": {"public": "公开", "within": "图内"},
}


@cache
def keys_of(record: str, names: tuple[str, ...]) -> Words:
    """Return the keys `names` of a record in both languages."""
    here = _HERE.get(record, {})
    return Words({name: here.get(name) or _EVERYWHERE[name] for name in names})
