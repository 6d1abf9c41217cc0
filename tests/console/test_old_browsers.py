"""Style and script keep to what Chromium 86 knows, which office PCs have; what is newer has a fallback."""

import re
from pathlib import Path

import pytest

API = Path(__file__).resolve().parents[2] / "services/console/api"
# What came later: the words by which it is known, and the version that brought it.
NEWER = {
    ".css": {
        r":has\(": 105,
        r"@container": 105,
        r"@layer": 99,
        r"@scope": 118,
        r"@starting-style": 117,
        r"(?<![-\w])inset\s*:": 87,
        r"(?<![-\w])aspect-ratio\s*:": 88,
        r":is\(|:where\(": 88,
        r"(?<=\d)[dsl]v[hw]\b": 108,
        r"(?<=\d)cq[whib]\b": 105,
        r"color-mix\(|oklch\(|oklab\(|(?<!ok)lch\(": 111,
        r"text-wrap\s*:": 114,
        r"(?<![-\w])(?:translate|rotate|scale)\s*:": 104,
        r"(?<![-\w])overflow(?:-[xy])?\s*:\s*clip": 90,
        r"subgrid": 117,
        r"@media[^{]*[<>]": 104,
        r":user-(?:in)?valid": 119,
        r"accent-color\s*:": 93,
        r"scrollbar-gutter": 94,
        r"&\s*[.:#>+~\w\[]": 112,  # rules within rules
    },
    ".js": {
        r"\bstructuredClone\(": 98,
        r"\.at\(": 92,
        r"\bObject\.hasOwn\(": 93,
        r"\.findLast(?:Index)?\(": 97,
        r"\.(?:toSorted|toReversed|toSpliced)\(": 110,
        r"\b(?:Object|Map)\.groupBy\(": 117,
        r"\bArray\.fromAsync\(": 121,
        r"\bPromise\.withResolvers\(": 119,
        r"\bcrypto\.randomUUID\(": 92,
        r"\bAbortSignal\.(?:timeout|any)\(": 103,
        r"\bstatic\s*\{": 94,
        r"\.(?:show|hide|toggle)Popover\(": 114,
        r"\bnavigation\.navigate\(": 102,
        r"\bIntl\.Segmenter\b": 87,
        r"^\s*(?:import|export)\b.*\bawait\b|^await\b": 89,
    },
    ".html": {
        r"\bpopover(?:target)?=": 114,
        r"<dialog\b(?=[^>]*closedby)": 134,
        r"\binert\b(?=[\s>=])": 102,
        r"<search\b": 118,
        r"\bfetchpriority=": 101,
    },
}  # fmt: skip
# Whatever is newer all the same, and what a page is without it.
WITH_A_FALLBACK = {"accent-color": "boxes and circles have the system's own colour"}
OFFICE = 86
# What others have written, for whoever writes programs against the API: their browsers are newer.
VIEWER = API / "assets" / "viewer"
FILES = sorted(path for path in API.rglob("*") if path.suffix in NEWER and path.parent != VIEWER)


def faults_of(text: str, kind: str) -> list[str]:
    """What of a text a browser in an office would not know."""
    bare = re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.DOTALL | re.MULTILINE)
    return [
        f"{match.group(0).strip()} came with Chromium {version}"
        for pattern, version in NEWER[kind].items()
        for match in re.finditer(pattern, bare, re.MULTILINE)
        if version > OFFICE and not match.group(0).startswith(tuple(WITH_A_FALLBACK))
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_newer_than_the_browsers_of_offices(path: Path) -> None:
    """A rule that such a browser does not know is dropped by it without a word, and the page falls apart."""
    assert faults_of(path.read_text(encoding="utf-8"), path.suffix) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (".css", "a:has(b) { color: red }"),
        (".css", ".x { inset: 0 }"),
        (".css", ".x { height: 100dvh }"),
        (".css", ".x { color: red; &:hover { color: blue } }"),
        (".css", "@media (width >= 30rem) { a { color: red } }"),
        (".css", ".x { aspect-ratio: 1 }"),
        (".js", "const last = rows.at(-1);"),
        (".js", "const copy = structuredClone(kept);"),
        (".js", "const key = crypto.randomUUID();"),
        (".html", '<button popovertarget="x">'),
    ],
)
def test_the_lint_sees_what_is_newer(kind: str, text: str) -> None:
    """Each of these would break a page there."""
    assert faults_of(text, kind)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (".css", ".x { clip-path: inset(50%); transform: scale(2); text-overflow: clip; gap: 1rem }"),
        (".css", "/* :has( is too new */ a { color: red }"),
        (".js", "const name = at(rows); list.replaceAll('a', 'b');"),
        (".js", "const kept = found ?? null; kept?.name;"),
    ],
)
def test_the_lint_leaves_alone_what_was_there(kind: str, text: str) -> None:
    """What Chromium 86 knows is no fault, nor what a comment says."""
    assert faults_of(text, kind) == []


def test_a_fallback_that_nobody_needs_is_no_longer_named() -> None:
    """The list of exceptions is as short as it can be."""
    styles = "".join(path.read_text(encoding="utf-8") for path in FILES)
    assert all(name in styles for name in WITH_A_FALLBACK)
