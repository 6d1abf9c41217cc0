"""What libyaml complains about, in words that help the person who wrote the file.

Decides which of the usual slips lies behind a syntax error: a full-width colon, a text without its
quotes, a line that is indented wrongly.
"""

import re
from typing import TypeAlias

from yaml import MarkedYAMLError, YAMLError

from shared.kernel.texts import Text
from shared.rules.language.slips import comparison_in_line

_FULL_WIDTH_COLON = re.compile(r"^\s*(?:-\s*)?[\w.-]{1,40}：")
_FULL_WIDTH_COMMA = re.compile(r"[\[{][^\]}'\"]*[，、][^\]}'\"]*[\]}]")
_NO_SPACE = re.compile(r"^\s*(?:- )?(?P<text>[^\W\d][\w.-]*:[^\s'\"].*)$")
_CHINESE_QUOTES = re.compile(r"[:\[{,-] *(?P<text>[“‘「][^”’」]*[”’」])")
_BRACKET = re.compile(r"\{.*: *(?P<text>[^'\"\s\[\]{},:][^'\"\[\]{},:]*\[[^\]]*\])")
_PLACEHOLDER = re.compile(r": *\{(?:\w+\.)?\w+\} *[^\s,}\]]")
_KEY = re.compile(r"^( *(?:- +)*)([\w.-]+|'[^']*'|\"[^\"]*\"):(?: |$)")
_SAID = {
    "mapping values are not allowed in this context": Text(
        "此处多了一个冒号，或缩进不对", "a colon is not possible here, or the line is indented wrongly"
    ),
    "could not find expected ':'": Text("这一行缺少冒号", "the line has no colon after its key"),
    "did not find expected key": Text(
        "此处应是一个键，缩进可能不对", "a key was expected: the indentation may be wrong"
    ),
    "did not find expected '-' indicator": Text(
        "列表中混入了别的内容，缩进可能不对", "a list's next line must begin with '-'"
    ),
    "did not find expected ',' or ']'": Text(
        "方括号没有闭合或缺少逗号", "a bracket is not closed, or a comma is missing"
    ),
    "did not find expected ',' or '}'": Text(
        "花括号没有闭合或缺少逗号", "a brace is not closed, or a comma is missing"
    ),
    "did not find expected node content": Text("此处应有内容", "something was expected here"),
    "found character that cannot start any token": Text(
        "这个字符不能用作开头", "a word cannot begin with this character"
    ),
    "found unexpected end of stream": Text("引号没有闭合", "a quotation mark is not closed"),
    "found unknown escape character": Text(
        "双引号内的反斜杠写法无效", "a backslash in double quotes means nothing here"
    ),
    "block sequence entries are not allowed in this context": Text(
        "此处不能开始列表", "a list cannot begin here"
    ),
    "found unexpected document indicator": Text(
        "文字中间出现了 --- 或 ...", "'---' or '...' stands in the middle of a text"
    ),
}
_Terms: TypeAlias = dict[str, str | int | Text]  # what a message says, by its placeholders
_OTHER = Text("这里不是有效的 YAML", "this is not YAML")


def explained(wrong: YAMLError, line: int, lines: list[str]) -> tuple[str, _Terms, int]:
    """Return the code, the terms and the line of a syntax error found at `line`."""
    for number in (line, line - 1):
        written = lines[number - 1] if 0 < number <= len(lines) else ""
        if _FULL_WIDTH_COLON.match(written):
            return "full-width-colon", {"text": written.strip()}, number
        if _FULL_WIDTH_COMMA.search(written):
            return "full-width-comma", {"text": written.strip()}, number
        slip = _of_one_line(written)
        if slip:
            return *slip, number
    indented = _indented(line, lines)
    if indented:
        return "indentation", indented, line
    problem = (wrong.problem if isinstance(wrong, MarkedYAMLError) else None) or ""
    return "yaml-syntax", {"problem": _SAID.get(problem, _OTHER)}, line


def _of_one_line(written: str) -> tuple[str, _Terms] | None:
    """Return what is wrong with a line by itself."""
    compared = comparison_in_line(written)
    if compared:
        return "comparison-form", {"text": compared[0], "meant": compared[1]}
    if _PLACEHOLDER.search(written):
        return "text-needs-quotes", {}
    for code, slip in (
        ("colon-without-space", _NO_SPACE),
        ("full-width-quotes", _CHINESE_QUOTES),
        ("bracket-in-braces", _BRACKET),
    ):
        match = slip.search(written)
        if match:
            return code, {"text": match["text"].strip()}
    return None


def _indented(line: int, lines: list[str]) -> _Terms | None:
    """Return how the key of a line stands to the one above it that has a value and should have begun in its column."""
    here = _KEY.match(lines[line - 1]) if 0 < line <= len(lines) else None
    above = next((number for number in range(line - 1, 0, -1) if _says_something(lines[number - 1])), None)
    there = _KEY.match(lines[above - 1]) if above else None
    if not here or not there or above is None or len(here[1]) == len(there[1]):
        return None
    ends = lines[above - 1].split(" #")[0].rstrip()
    if len(here[1]) > len(there[1]) and ends.endswith(":"):
        return None
    columns = {"here": len(here[1]) + 1, "there": len(there[1]) + 1, "line": above}
    return {"key": here[2], "above": there[2], **columns}


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
