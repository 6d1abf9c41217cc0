"""However a good pack is damaged, it is read or refused: nothing else ever comes out."""

import string
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.language.errors import PackErrors
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from shared.rules.scenario.read import load_scenarios
from tests.packs.corpus import BASE, TOWN

FILES = load_files(BASE / TOWN)
WORDS = sorted({word for text in FILES.values() for word in text.replace(",", " ").split()})
SIGNS = "{}[]:,-#&*!|>'\"%@`$? \n" + string.digits + "中：，"

names = st.sampled_from(sorted(FILES))
numbers = st.integers(0, 10_000)


def is_read_or_refused(files: dict[str, str]) -> bool:
    """Read the pack and its scenarios; every refusal names a place in one of the files."""
    try:
        build_pack(files, TOWN)
        load_scenarios(files, TOWN)
    except PackErrors as refusal:
        return all(
            error.file in files and 1 <= error.line <= files[error.file].count("\n") + 1
            for error in refusal.errors
        )
    return True


@settings(max_examples=120)
@given(names, numbers, numbers, st.sampled_from(["drop", "double", "swap", "indent", "cut"]))
def test_damaged_lines(name: str, one: int, other: int, damage: str) -> None:
    """A line that is dropped, doubled, moved, indented or cut is read or refused."""
    lines = FILES[name].split("\n")
    one, other = one % len(lines), other % len(lines)
    if damage == "drop":
        del lines[one : one + 1 + other % 8]
    elif damage == "double":
        lines.insert(one, lines[other])
    elif damage == "swap":
        lines[one], lines[other] = lines[other], lines[one]
    elif damage == "indent":
        lines[one] = " " * (other % 9) + lines[one].lstrip()
    else:
        lines[one] = lines[one][: other % (len(lines[one]) + 1)]
    assert is_read_or_refused({**FILES, name: "\n".join(lines)})


@settings(max_examples=120)
@given(names, numbers, st.sampled_from(WORDS))
def test_words_in_the_wrong_place(name: str, place: int, word: str) -> None:
    """A word of the pack that takes another's place is read or refused."""
    words = FILES[name].split(" ")
    words[place % len(words)] = word
    assert is_read_or_refused({**FILES, name: " ".join(words)})


@settings(max_examples=120)
@given(names, numbers, st.text(alphabet=SIGNS, max_size=4), st.integers(0, 6))
def test_slips_of_the_pen(name: str, place: int, typed: str, removed: int) -> None:
    """Signs typed into a file, or lost from it, are read or refused."""
    text = FILES[name]
    place %= len(text)
    assert is_read_or_refused({**FILES, name: text[:place] + typed + text[place + removed :]})


@settings(max_examples=60)
@given(names, numbers, st.binary(min_size=1, max_size=4))
def test_damaged_bytes(tmp_path_factory: object, name: str, place: int, damage: bytes) -> None:
    """A file whose bytes are damaged on disk is read or refused."""
    folder = Path(str(tmp_path_factory.mktemp("rules")))  # type: ignore[attr-defined]
    for file, text in FILES.items():
        (folder / file).parent.mkdir(exist_ok=True)
        raw = text.encode()
        at = place % len(raw)
        (folder / file).write_bytes(raw[:at] + damage + raw[at + len(damage) :] if file == name else raw)
    try:
        is_good = is_read_or_refused(load_files(folder / TOWN))
    except PackErrors as refusal:
        is_good = bool(refusal.errors)
    assert is_good
