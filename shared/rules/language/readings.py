"""The readings RC-1 … RC-22: what a policy leaves open, the values a town may choose, and the defaults.

The first value of each is the default. Decides nothing; who computes with a reading knows what its
values mean. The questions behind them stand in the documentation of readings.
"""

from collections.abc import Mapping

from shared.rules.language.vocabulary import Words

READINGS: Mapping[str, Words] = {
    # from which moment a limit runs
    "RC-1": Words({"accepted": "自受理", "reported": "自接报", "assigned": "自派单"}),
    # whether the starting day counts (Civil Code art. 201)
    "RC-2": Words({"next_day": "次日起", "exact": "按办公时间", "include_start_day": "含当日"}),
    # when the last day ends (Civil Code art. 203)
    "RC-3": Words({"close_of_office": "下班", "always_24": "二十四时"}),
    # what a working day is
    "RC-4": Words({"official": "含调休", "mon_fri": "周一至周五"}),
    # days without 'working' (Civil Code art. 203)
    "RC-5": Words({"roll": "顺延", "strict": "不顺延", "as_working_days": "视同工作日"}),
    # acceptance outside office hours
    "RC-6": Words({"at_once": "即时", "next_office_opening": "下次上班"}),
    # 'at once'
    "RC-7": Words({"same_day": "当日", "minutes": "按分钟"}),
    # 'generally' before a limit
    "RC-8": Words({"due": "作为期限", "soft": "作为目标"}),
    # an extension without a cap
    "RC-9": Words({"by_person": "由人填写", "double": "加倍"}),
    # from when 'submit within' runs
    "RC-10": Words({"finding": "自认定", "accepted": "自受理"}),
    # 'or more', 'or less' (Civil Code art. 1259)
    "RC-11": Words({"inclusive": "含本数", "exclusive": "不含本数"}),
    # hand-over between levels
    "RC-12": Words({"own": "各级各计", "overall": "一并计算"}),
    # redo after dissatisfaction
    "RC-13": Words({"full": "重新计时", "remaining": "用余下时间", "immediate": "立即"}),
    # a recurring duty on a non-working day
    "RC-14": Words({"by_kind": "按种类", "previous": "提前", "next": "推后", "skip": "略过"}),
    # 'last week's Friday' of a month
    "RC-15": Words({"last_friday": "最后一个周五", "friday_of_last_week": "最后一周的周五"}),
    # 'before day X'
    "RC-16": Words({"end_of_day": "含当日", "day_before": "前一日止"}),
    # who leads when several departments are concerned
    "RC-17": Words({"main_category": "主类别部门", "first_listed": "首列部门"}),
    # who stays the reporter's contact
    "RC-18": Words({"stays": "首问不变", "moves": "随案移交"}),
    # whether asking for more information stops the clock
    "RC-19": Words({"runs_on": "不停", "stops": "暂停"}),
    # a matter without a limit
    "RC-20": Words({"none": "无期限", "platform": "平台默认"}),
    # 'once in the morning and afternoon'
    "RC-21": Words({"two": "两次", "one": "一次"}),
    # a year without a calendar
    "RC-22": Words({"refuse": "不给期限", "provisional": "暂定"}),
}


def defaults() -> dict[str, str]:
    """Return every reading at its default."""
    return {name: next(iter(words.chinese)) for name, words in READINGS.items()}
