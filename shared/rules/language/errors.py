"""How a pack is refused: every fault with its file, line, rule, cause and remedy, in both languages.

Decides how a fault is said and in which order faults are shown. Must not know what is faulty: whoever
finds a fault picks its code from `messages.toml` and supplies the terms.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from unicodedata import normalize

from shared.kernel.texts import Language, Text

MOST_KEPT, MOST_SHOWN = 1000, 200  # faults that are worded, and that one refusal carries; the rest is counted
_LONGEST_TERM = 60  # characters of the file's own words that a message repeats
_RULE, _SCENARIO = Text("规则", "rule"), Text("场景", "scenario")
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a pack's file; lines and columns count from 1."""

    file: str
    line: int
    column: int = 1


@dataclass(frozen=True, slots=True)
class PackError:
    """One fault of a pack, ready to be read by the person who wrote the file."""

    code: str
    file: str
    line: int
    column: int
    rule: str | None
    cause: Text
    remedy: Text

    @property
    def place(self) -> tuple[str, int, int]:
        """File, line and column."""
        return self.file, self.line, self.column

    def render(self, language: Language, root: str = "rules/") -> str:
        """Return the fault as one line: 'rules/t-vtc/pack.yaml:41: [rule r] cause — remedy'."""
        kind = (_SCENARIO if self.file.endswith("/scenarios.yaml") else _RULE).in_language(language)
        rule = f" [{kind} {self.rule}]" if self.rule else ""
        dash = "——" if language == "zh" else " — "
        said = f"{self.cause.in_language(language)}{dash}{self.remedy.in_language(language)}"
        return f"{root}{self.file}:{self.line}:{rule} {said}"


class PackErrors(Exception):
    """A pack that was refused; `errors` holds every fault found, in the order of files and lines.

    Attributes:
        root: the folder in which the town's folder lies, with its slash; whoever read it from elsewhere says so.
    """

    root = "rules/"

    def __init__(self, errors: Iterable[PackError], more: int = 0) -> None:
        # Once, where several rules inherit one fault.
        unlike = {(error.place, error.code, error.cause): error for error in errors}
        found = sorted(unlike.values(), key=lambda error: (error.place, error.code))
        self.errors: tuple[PackError, ...] = tuple(found[:MOST_SHOWN])
        self.left_out = len(found) - len(self.errors) + more
        super().__init__(self.render("en"))

    def __reduce__(self) -> tuple[type["PackErrors"], tuple[tuple[PackError, ...], int]]:
        """Say how one comes whole from one process to another: by what it was made of."""
        return PackErrors, (self.errors, self.left_out)

    def render(self, language: Language, root: str | None = None) -> str:
        """Return all faults, one a line, and how many more there are."""
        lines = [error.render(language, self.root if root is None else root) for error in self.errors]
        if self.left_out:
            lines.append(Text(f"另有 {self.left_out} 处", f"and {self.left_out} more").in_language(language))
        return "\n".join(lines)


@dataclass(slots=True)
class Complaints:
    """Collects faults until it is time to refuse; a file full of faults costs no more than some of them."""

    found: list[PackError] = field(default_factory=list)
    more: int = 0  # faults beyond those that are kept

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, code: str, where: Where, rule: str | None = None, /, **terms: object) -> None:
        """Note the fault `code` at `where`; terms that are a `Text` are filled in by language.

        Raises:
            KeyError: `messages.toml` has no such code, or a term is missing.
        """
        if len(self.found) >= MOST_KEPT:
            self.more += 1
            return
        words = catalogue()[code]
        cause, remedy = _filled(words["cause"], terms), _filled(words["remedy"], terms)
        self.found.append(PackError(code, where.file, where.line, where.column, rule, cause, remedy))

    def refuse(self) -> None:
        """Raise all that was found, if anything was.

        Raises:
            PackErrors: at least one fault was noted.
        """
        if self.found:
            raise PackErrors(self.found, self.more)


@cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Every code that a refusal can carry, with its words."""
    return tomllib.loads(files(__package__).joinpath("messages.toml").read_text(encoding="utf-8"))


def _filled(words: Mapping[str, str], terms: Mapping[str, object]) -> Text:
    said = {
        language: {name: _said(value, language) for name, value in terms.items()} for language in _LANGUAGES
    }
    return Text(words["zh"].format_map(said["zh"]), words["en"].format_map(said["en"]))


def _said(value: object, language: Language) -> str:
    return value.in_language(language) if isinstance(value, Text) else shown(value)


def shown(value: object) -> str:
    """Return words of a file as a message may repeat them: printable and short."""
    text = str(value)
    short = "".join(
        mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in text[:_LONGEST_TERM]
    )
    return short if len(text) <= _LONGEST_TERM else short + "…"


def listed(names: Iterable[object], most: int = 12) -> str:
    """Return the first names of a list as a message may repeat them."""
    known = [shown(name) for name in names]
    return ", ".join(known[:most]) + (" …" if len(known) > most else "")


def nearest(name: str, known: Iterable[str]) -> Text:
    """Return advice for a name that is not known: the nearest one that is, or what there is."""
    there = list(known)
    close = near(name, there)
    if close:
        return Text(f"是否指“{shown(close)}”？", f"did you mean '{shown(close)}'?")
    if not there:
        return Text("这里还没有可用的名称，请先声明", "nothing of the kind is declared yet: declare it first")
    return Text(f"可用的有：{listed(there)}", f"there are: {listed(there)}")


def suggested(name: str, what: Text) -> Text:
    """Return advice for a name that is not known: the one that is likely meant, and what it is for."""
    return Text(f"是否指“{shown(name)}”（{what.zh}）？", f"did you mean '{shown(name)}' ({what.en})?")


def near(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that one was likely meant to be; None: none is near."""
    there = list(known)[:2000]
    alike = next((known_name for known_name in there if _loose(known_name) == _loose(name[:100])), None)
    return alike or _near(name[:100], [other for other in there if not _is_opposite(other, name)])


def _loose(name: str) -> str:
    """Return a name without what slips in or is left out: brackets, quotes, spaces, width and case of letters."""
    return re.sub(r"[\s_\-【】\[\]“”「」'\"]", "", normalize("NFKC", name)).casefold()


def _is_opposite(other: str, name: str) -> bool:
    """'无期限' says the contrary of '期限', as near as it looks."""
    return other.startswith(("无", "未", "不", "no ", "no_", "not_")) and other.endswith(name)


def _near(name: str, there: list[str]) -> str | None:
    if name.isascii():
        return next(iter(get_close_matches(name, there, n=1)), None)
    # Chinese words are short: half of one may be a slip, more likely behind than in front.
    close = get_close_matches(name, there, n=3, cutoff=0.5)
    return min(close, key=lambda word: word[:1] != name[:1], default=None)
