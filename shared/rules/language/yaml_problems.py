"""What libyaml complains about, in words that help the person who wrote the file.

Decides which of the usual slips lies behind a syntax error: a full-width colon, a text without its
quotes, a line that is indented wrongly.
"""

import re

from yaml import MarkedYAMLError, YAMLError

from shared.kernel.texts import Text

_FULL_WIDTH_COLON = re.compile(r"^\s*(?:-\s*)?[\w.-]{1,40}：")
_FULL_WIDTH_COMMA = re.compile(r"[\[{][^\]}'\"]*[，、][^\]}'\"]*[\]}]")
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
_OTHER = Text("这里不是有效的 YAML", "this is not YAML")


def explained(wrong: YAMLError, line: int, lines: list[str]) -> tuple[str, dict[str, object], int]:
    """Return the code, the terms and the line of a syntax error found at `line`."""
    for number in (line, line - 1):
        written = lines[number - 1] if 0 < number <= len(lines) else ""
        if _FULL_WIDTH_COLON.match(written):
            return "full-width-colon", {"text": written.strip()}, number
        if _FULL_WIDTH_COMMA.search(written):
            return "full-width-comma", {"text": written.strip()}, number
    problem = (wrong.problem if isinstance(wrong, MarkedYAMLError) else None) or ""
    return "yaml-syntax", {"problem": _SAID.get(problem, _OTHER)}, line
