"""What a certificate says to people, in Chinese and English. Decides nothing."""

from shared.kernel.texts import Text

LINES: dict[str, Text] = {
    "start": Text(zh="起算：{at}（{zone}）", en="Starts: {at} ({zone})"),
    "begins": Text(zh="自下一办公时间计：{at}（RC-6）", en="Counts from the next opening: {at} (RC-6)"),
    "amount": Text(zh="时限：{amount}", en="Limit: {amount}"),
    "ends_at": Text(zh="止于最后一日 {time}", en="Ends at {time} of the last day"),
    "target": Text(zh="目标：{minutes}分钟（RC-7）", en="Target: {minutes} minutes (RC-7)"),
    "day": Text(zh="{days} {kind}：{role}", en="{days} {kind}: {role}"),
    "day_plain": Text(zh="{days}：{role}", en="{days}: {role}"),
    "pause": Text(zh="暂停 {begin} 至 {end}：{effect}", en="Pause {begin} to {end}: {effect}"),
    "roll": Text(
        zh="最后一日 {from} 不是工作日，顺延至 {to}（RC-5）",
        en="The last day {from} is no working day; moved to {to} (RC-5)",
    ),
    "reading": Text(zh="{id}：{text}", en="{id}: {text}"),
    "calendar": Text(zh="日历：{source}，版本 {revision}", en="Calendar: {source}, revision {revision}"),
    "provisional": Text(
        zh="暂定：{years} 年尚无节假日安排，按周末推算，公布后重算（RC-22）",
        en="Provisional: no calendar for {years} yet; by weekends alone, to be computed again (RC-22)",
    ),
    "due": Text(zh="到期：{label}", en="Due: {label}"),
}

KINDS: dict[str, Text] = {
    "working": Text(zh="工作日", en="working day"),
    "make_up": Text(zh="调休上班", en="make-up working day"),
    "holiday": Text(zh="放假", en="holiday"),
    "weekend": Text(zh="周末", en="weekend"),
}

ROLES: dict[str, Text] = {
    "before_opening": Text(zh="尚未开始办公", en="before the opening"),
    "start": Text(zh="起算日，不计", en="starting day, not counted"),
    "counted": Text(zh="计入", en="counted"),
    "rest": Text(zh="不计", en="not counted"),
    "paused": Text(zh="暂停，不计", en="paused, not counted"),
    "last": Text(zh="最后一日", en="last day"),
    "rolled": Text(zh="顺延", en="end moved on"),
}

EFFECTS: dict[str, Text] = {
    "runs_on": Text(zh="不停止计时（RC-19）", en="the clock runs on (RC-19)"),
    "before_start": Text(zh="在起算之前，不影响", en="before the start, without effect"),
    "after_due": Text(zh="在到期之后，不影响", en="after the end, without effect"),
    "open": Text(zh="尚未结束，结束后再计", en="still open, counted when it ends"),
    "days": Text(zh="顺延 {days} 天（RC-19）", en="adds {days} days (RC-19)"),
    "seconds": Text(zh="顺延 {minutes} 分钟（RC-19）", en="adds {minutes} minutes (RC-19)"),
    "grace": Text(zh="；自顺延后的最后一日起算", en="; from the day to which the end had been moved"),
    "kept": Text(zh="；期限不因此提前", en="; the end is not brought nearer"),
    "closed": Text(zh="；结束时最后一日已过，再顺延", en="; ended after the close of the last day, moved on"),
}

SOURCES: dict[str, Text] = {
    "china": Text(zh="国家节假日安排，本地安排优先", en="official calendar of China, own days first"),
    "own": Text(zh="本地安排", en="own days"),
}

READINGS: dict[str, dict[str, Text]] = {
    "RC-2": {
        "next_day": Text(zh="起算当日不计入", en="the starting day does not count"),
        "exact": Text(zh="自起算的那一分钟计", en="counted from the very minute"),
        "include_start_day": Text(zh="起算当日计入", en="the starting day counts"),
    },
    "RC-3": {
        "close_of_office": Text(zh="最后一日至下班时止", en="the last day ends with the close of office"),
        "always_24": Text(zh="最后一日至 24:00 止", en="the last day ends at 24:00"),
    },
    "RC-4": {
        "official": Text(zh="工作日依节假日和调休安排", en="working days by holidays and make-up days"),
        "mon_fri": Text(zh="工作日即周一至周五", en="working days are Monday to Friday"),
    },
    "RC-5": {
        "roll": Text(zh="最后一日遇休息日顺延", en="a last day of rest moves to the next working day"),
        "strict": Text(zh="最后一日遇休息日不顺延", en="a last day of rest stays"),
        "as_working_days": Text(zh="“天”按工作日计", en="days are read as working days"),
    },
    "RC-6": {
        "at_once": Text(zh="受理即起算", en="counts from acceptance at any hour"),
        "next_office_opening": Text(
            zh="非办公时间受理，自下一办公时间起算",
            en="accepted outside office hours, counts from the next opening",
        ),
    },
    "RC-7": {
        "same_day": Text(zh="“立即”以当日结束为限", en="'at once' is due with the end of the day"),
        "minutes": Text(zh="“立即”以规定分钟数为限", en="'at once' is due after the rule's minutes"),
    },
    "RC-19": {
        "runs_on": Text(zh="退回补充期间继续计时", en="the clock runs on while waiting"),
        "stops": Text(zh="退回补充期间停止计时", en="the clock stops while waiting"),
    },
    "RC-22": {
        "refuse": Text(zh="无日历的年份不给出期限", en="no due time in a year without calendar"),
        "provisional": Text(zh="无日历的年份按周末暂定", en="provisional in a year without calendar"),
    },
}
