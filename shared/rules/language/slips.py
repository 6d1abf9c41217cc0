"""The usual slips of people who write rule files: what stands there, and what was meant by it.

Decides which comparison a sign, a word of everyday language or a range stands for, and which keys hide a colon. Knows
no facts and no records; whoever meets the text asks here before it says that it does not understand.
"""

import re
from collections.abc import Mapping
from unicodedata import normalize

from shared.kernel.texts import Language
from shared.rules.language.vocabulary import OPERATORS

_SIGNS: Mapping[str, str] = {
    ">=": "at_least", "=>": "at_least", "≥": "at_least", "<=": "at_most", "=<": "at_most", "≤": "at_most",
    ">": "more_than", "<": "less_than", "!=": "not", "≠": "not",
}  # fmt: skip
_WORDS: Mapping[str, str] = {
    **_SIGNS,
    "至少": "at_least", "不低于": "at_least", "不小于": "at_least", "大于等于": "at_least", "达到": "at_least",
    "至多": "at_most", "最多": "at_most", "不超过": "at_most", "不高于": "at_most", "不大于": "at_most",
    "小于等于": "at_most",
    "大于": "more_than", "超过": "more_than", "高于": "more_than", "超": "more_than",
    "小于": "less_than", "低于": "less_than", "不足": "less_than", "不满": "less_than",
    "不是": "not", "不等于": "not",
    "at least": "at_least", "min": "at_least", "gte": "at_least", "from": "at_least", "not_less_than": "at_least",
    "at most": "at_most", "max": "at_most", "lte": "at_most", "up_to": "at_most", "not_more_than": "at_most",
    "more than": "more_than", "greater_than": "more_than", "gt": "more_than", "over": "more_than",
    "above": "more_than", "less than": "less_than", "lt": "less_than", "under": "less_than", "below": "less_than",
    "is_not": "not",
}  # fmt: skip
_BEHIND: Mapping[str, str] = {
    "以上": "or_more", "及以上": "or_more", "以下": "or_less", "及以下": "or_less",
    " or more": "or_more", " or less": "or_less", "+": "or_more",
}  # fmt: skip
_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
_SIGN = r">=|=>|<=|=<|≥|≤|!=|≠|>|<"
_BEFORE_NUMBER = re.compile(rf"({'|'.join(map(re.escape, _WORDS))})[ :]*({_NUMBER})")
_BEHIND_NUMBER = re.compile(rf"({_NUMBER})[人个次件户]?({'|'.join(map(re.escape, _BEHIND))})")
_RANGE = re.compile(rf"({_NUMBER}) ?(?:\.\.|~|-|—|到|至) ?({_NUMBER})")
_WITH_FACT = re.compile(rf"([\w.-]+?) ?({_SIGN}) ?({_NUMBER})")
# In a line that YAML could not read: a fact, its colon, and a sign where YAML wants a value.
_IN_LINE = re.compile(rf"([\w.-]+) ?: *\{{? *['\"]?({_SIGN})['\"]? ?:? ?({_NUMBER})")
_LONGEST = 60


def operator(text: str) -> str | None:
    """Return the operator that a sign or an everyday word stands for, in its English form."""
    return _WORDS.get(normalize("NFKC", text[:_LONGEST]).lower().strip())


def comparison(text: str, language: Language) -> str | None:
    """Return what '>=3', '50以上' or '3..5' is written as in the place of a value; None: it is no comparison."""
    plain = normalize("NFKC", text[:_LONGEST]).lower().strip()
    if match := _BEFORE_NUMBER.fullmatch(plain):
        return _written(language, (_WORDS[match[1]], match[2]))
    if match := _BEHIND_NUMBER.fullmatch(plain):
        return _written(language, (_BEHIND[match[2]], match[1]))
    if match := _RANGE.fullmatch(plain):
        return _written(language, ("at_least", match[1]), ("at_most", match[2]))
    return None


def condition(text: str, language: Language) -> str | None:
    """Return what '人数 >= 50' is written as in the place of a condition or of its key, without braces around it."""
    match = _WITH_FACT.fullmatch(normalize("NFKC", text[:_LONGEST]).strip())
    return match and f"{match[1]}: {_written(language, (_SIGNS[match[2]], match[3]))}"


def comparison_in_line(line: str) -> tuple[str, str] | None:
    """Return the comparison by a sign in a line that YAML could not read, and what it is written as."""
    match = _IN_LINE.search(line)
    if not match:
        return None
    language: Language = "en" if line.isascii() else "zh"
    return match[0], f"{match[1]}: {_written(language, (_SIGNS[match[2]], match[3]))}"


def hidden_colon(key: str) -> str | None:
    """Return the code of a key that swallowed its value, since what follows it is no colon and space."""
    if "：" in key:
        return "full-width-colon"
    return "colon-without-space" if re.fullmatch(r"[^\W\d][\w-]*:\S.*", key, re.DOTALL) else None


def _written(language: Language, *bounds: tuple[str, str]) -> str:
    said = (f"{OPERATORS.written(operator, language)}: {number}" for operator, number in bounds)
    return "{" + ", ".join(said) + "}"
