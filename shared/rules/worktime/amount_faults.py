"""What can be wrong with a written amount, and what to do about it, in both languages.

`{written}` is the text as it was given, quoted and shortened. Decides nothing.
"""

from shared.kernel.texts import Text

_FORMS = Text(
    zh="写明数字和单位，例如：3个工作日、7天、2个工作小时、48小时、30分钟，或者：立即",
    en="write a number and its unit, as 3 working days, 7 days, 2 office hours, 48 hours; or: at once",
)

FAULTS: dict[str, tuple[Text, Text]] = {
    "empty": (Text(zh="没有写时限", en="no amount of time is written"), _FORMS),
    "not-text": (Text(zh="{written} 不是一段文字", en="{written} is not a text"), _FORMS),
    "too-long": (
        Text(zh="{written} 太长，不像一个时限", en="{written} is too long for an amount of time"),
        _FORMS,
    ),
    "bare-number": (
        Text(zh="{written} 只有数字，没有单位", en="{written} is a bare number, without a unit"),
        Text(
            zh="补上单位，例如：{written} 改为 3个工作日 或 3天",
            en="add the unit: '3 working days' and '3 days' are not the same",
        ),
    ),
    "negative": (
        Text(zh="{written} 是负数", en="{written} is negative"),
        Text(zh="时限至少为 1", en="an amount of time is at least 1"),
    ),
    "zero": (
        Text(zh="{written} 是零", en="{written} is zero"),
        Text(zh="没有间隔时写：立即", en="for no delay at all write: at once"),
    ),
    "huge": (
        Text(zh="{written} 超过 10000", en="{written} is more than 10000"),
        Text(zh="数字不超过 10000，或换一个更大的单位", en="stay within 10000, or take a larger unit"),
    ),
    "fraction": (
        Text(zh="{written} 不是整数", en="{written} is not a plain whole number"),
        Text(
            zh="只写整数，不带小数和千分号；半天可写成小时或工作小时",
            en="write a whole number without point or comma; half a day may be written in hours",
        ),
    ),
    "numeral": (
        Text(zh="{written} 中的中文数字看不懂", en="the Chinese numeral in {written} is not understood"),
        Text(zh="写完整，例如：一百二十，或用阿拉伯数字", en="write it in full, as 一百二十, or in digits"),
    ),
    "number-missing": (
        Text(zh="{written} 只有单位，没有数字", en="{written} is a unit without a number"),
        _FORMS,
    ),
    "unit-unknown": (
        Text(zh="{written} 的单位不认识", en="the unit of {written} is not known"),
        Text(
            zh="单位只有：工作日、天、工作小时、小时、分钟，例如 3个工作日",
            en="the units are: working days, days, office hours, hours, minutes; such as 3 working days",
        ),
    ),
    "multiple": (
        Text(zh="{written} 是倍数，不是一段时间", en="{written} is a multiple and no amount of time"),
        Text(
            zh="把时间写出来，例如时限 3个工作日 的一倍以内写作：6个工作日",
            en="write the amount itself: for twice a limit of 3 working days, 6 working days",
        ),
    ),
    "longer-unit": (
        Text(
            zh="{written}：周、月、年不作单位，各有长短",
            en="{written}: weeks, months and years are no units, since they differ",
        ),
        Text(
            zh="换算成天或工作日，例如一周写作 7天 或 5个工作日，一个月写作 30天",
            en="write days or working days: a week as 7 days or 5 working days, a month as 30 days",
        ),
    ),
    "within": (
        Text(zh="{written} 带了“内”字", en="{written} says 'within' again"),
        Text(zh="只写数字和单位，例如 3个工作日", en="write number and unit alone, as 3 working days"),
    ),
    "not-understood": (
        Text(zh="{written} 不是一个时限", en="{written} is not an amount of time"),
        _FORMS,
    ),
    "not-whole": (
        Text(zh="{written} 不是整数个单位", en="{written} is not a whole number of units"),
        Text(zh="给出 1 到 10000 之间的整数", en="give a whole number from 1 to 10000"),
    ),
    "number-at-once": (
        Text(zh="“立即”不带数字，这里却有 {written}", en="'at once' has no number, here it has {written}"),
        Text(zh="分钟数写在规则的目标里", en="a target in minutes belongs to the rule, not to the amount"),
    ),
    "target-missing": (
        Text(zh="RC-7 选了分钟数，规则却没有给出", en="RC-7 asks for target minutes and the rule gives none"),
        Text(
            zh="在规则里写明“立即”的目标分钟数，或把 RC-7 改回 same_day",
            en="give the rule its target minutes, or set RC-7 back to same_day",
        ),
    ),
    "target-wrong": (
        Text(zh="目标分钟数 {written} 不可用", en="{written} target minutes cannot be used"),
        Text(zh="给出 1 到 10000 之间的整数", en="give a whole number from 1 to 10000"),
    ),
}
