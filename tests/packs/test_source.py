"""What may stand in a rule file at all, and how hostile files are turned away early."""

import contextlib
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaml._yaml import CParser

from shared.rules.language.compose import DEEPEST, MOST_NODES, Composer, Unacceptable
from shared.rules.language.errors import MOST_SHOWN, Complaints, PackErrors
from shared.rules.language.nodes import Mapping, Scalar, Sequence
from shared.rules.language.source import decoded, load, parse
from shared.rules.pack.build.files import load_files
from tests.packs.corpus import BASE, TOWN


def read(text: str) -> Any:
    """Return the tree of a text that nobody complains about."""
    complaints = Complaints()
    tree = parse(text, "x/pack.yaml", complaints)
    assert not complaints.found
    return tree


class Counting:
    """Hands on libyaml's events and counts them."""

    def __init__(self, text: str) -> None:
        self.events = 0
        self._parser = CParser(text)

    def get_event(self) -> Any:
        """Return the next event."""
        self.events += 1
        return self._parser.get_event()


BOMBS: dict[str, tuple[Callable[[], str], str, int]] = {
    "aliases": (lambda: "a: &a [x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(9)), "anchor", 12),
    "brackets": (lambda: "[" * 900_000, "too-deep", DEEPEST + 4),
    "braces": (lambda: "{a: " * 200_000, "too-deep", 2 * DEEPEST + 4),
    "dashes": (lambda: "- " * 400_000, "too-deep", DEEPEST + 4),
    "items": (lambda: "[" + "1," * 400_000, "too-many-nodes", MOST_NODES + 4),
    "one text": (lambda: "a: " + "b" * 900_000, "text-too-long", 6),
    "tags": (lambda: "!!python/object/apply:os.system ['true']", "tag", 4),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_at_the_event_that_breaks_a_bound(name: str) -> None:
    """However large a hostile file is, no more of it is read than the bound allows."""
    make, code, most_events = BOMBS[name]
    events = Counting(make())
    with pytest.raises(Unacceptable) as refusal:
        Composer("x.yaml", Complaints()).compose(events)
    assert refusal.value.code == code
    assert events.events <= most_events


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """The size is looked at before anything is read: a hole of a terabyte is refused at once."""
    path = tmp_path / "pack.yaml"
    with path.open("wb") as file:
        file.truncate(2**40)
    complaints = Complaints()
    assert load(path, "t/pack.yaml", complaints) is None
    assert [error.code for error in complaints.found] == ["file-too-large"]


def test_a_flood_of_faults_is_counted_not_worded() -> None:
    """A file with thousands of faults yields some of them and the number of the others."""
    complaints = Complaints()
    parse("a: 1\n" * 20_000, "x.yaml", complaints)
    with pytest.raises(PackErrors) as refusal:
        complaints.refuse()
    assert len(refusal.value.errors) == MOST_SHOWN
    assert len(refusal.value.errors) + refusal.value.left_out == 19_999
    assert refusal.value.render("en").endswith("and 19799 more")


@pytest.mark.parametrize(
    "written", ["no", "yes", "on", "012", "1:30", "0x1f", "1e3", "~", "null", "2026-03-09", "=", ".5"]
)
def test_no_plain_word_turns_into_something_else(written: str) -> None:
    """A scalar keeps its text; what it means is decided where its type is known."""
    value = read(f"key: {written}").entries["key"][1]
    assert (value.text, value.plain) == (written, True)


def test_places_count_from_one_in_lines_and_characters() -> None:
    """A node knows its line, its column and its span in characters, behind Chinese text too."""
    text = "名称: 村\n表: [甲, '乙']\n"
    sequence = read(text).entries["表"][1]
    assert isinstance(sequence, Sequence)
    quoted = sequence.items[1]
    assert isinstance(quoted, Scalar)
    assert (quoted.line, quoted.column) == (2, 8)
    assert text[quoted.start : quoted.end] == "'乙'"


def test_windows_files_are_read_alike() -> None:
    """A byte order mark and CR LF change neither content nor lines."""
    complaints = Complaints()
    text = decoded(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "x.yaml", complaints)
    assert text is not None
    tree = parse(text, "x.yaml", complaints)
    assert isinstance(tree, Mapping)
    assert [(key.text, value.text, key.line) for key, value in tree if isinstance(value, Scalar)] == [
        ("a", "1", 1),
        ("b", "2", 2),
    ]


def test_names_are_brought_to_one_form() -> None:
    """A name in decomposed characters is the same name."""
    assert read("cafe\u0301: 1").entries.keys() == {"caf\u00e9"}


@pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\u2066", "\ufeff", "\x00", "\x85", "\u2028", "\r"])
def test_invisible_characters_are_refused(mark: str) -> None:
    """Nobody is shown a text other than the one that is read."""
    complaints = Complaints()
    parse(f"a: 1\nkey: va{mark}lue\n", "x.yaml", complaints)
    assert [(error.code, error.line) for error in complaints.found] == [("invisible-character", 2)]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    """Any bytes whatever are read or refused, never both and never neither."""
    complaints = Complaints()
    text = decoded(raw, "x.yaml", complaints)
    tree = parse(text, "x.yaml", complaints) if text is not None else None
    assert tree is not None or complaints.found


@given(st.text(alphabet="ab:-[]{}#&*!|>'\"%@, \n中：，", max_size=60))
def test_no_yaml_breaks_the_reader(text: str) -> None:
    """Any text whatever is read or refused."""
    complaints = Complaints()
    assert parse(text, "x.yaml", complaints) is not None or complaints.found


@pytest.mark.parametrize("what", ["pipe", "device", "folder", "nowhere", "socket"])
def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path, what: str) -> None:
    """A pipe without a writer, a device without an end: nothing is read of them."""
    path, complaints = tmp_path / "more.yaml", Complaints()
    # An absolute path to a socket may be too long for its address.
    with socket.socket(socket.AF_UNIX) as sock, contextlib.chdir(tmp_path):
        make: dict[str, Callable[[], object]] = {
            "pipe": lambda: os.mkfifo(path),
            "device": lambda: path.symlink_to("/dev/zero"),
            "folder": path.mkdir,
            "nowhere": lambda: path.symlink_to("gone.yaml"),
            "socket": lambda: sock.bind(path.name),
        }
        make[what]()
        assert load(path, "x/more.yaml", complaints) is None
    assert [error.code for error in complaints.found] == [
        "link-outside" if what == "device" else "not-a-file"
    ]


def test_a_link_within_the_folder_is_read(tmp_path: Path) -> None:
    """Some ways to mount files into a container make links beside them."""
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "pack.yaml").write_text("town: x\n", encoding="utf-8")
    (tmp_path / "pack.yaml").symlink_to("..data/pack.yaml")
    complaints = Complaints()
    assert load(tmp_path / "pack.yaml", "x/pack.yaml", complaints) == "town: x\n"
    assert not complaints.found


def test_a_file_of_a_template_that_is_a_link_outside_is_refused(tmp_path: Path) -> None:
    """What holds for a town's files holds for those that it pins."""
    shutil.copytree(BASE, tmp_path / "rules")
    (tmp_path / "rules" / "leak").mkdir()
    (tmp_path / "rules" / "leak" / "edition-1.yaml").symlink_to("/etc/hostname")
    town = tmp_path / "rules" / TOWN / "more.yaml"
    (tmp_path / "rules" / TOWN / "pack.yaml").write_text("uses: {leak: {edition: 1}}\n", encoding="utf-8")
    with pytest.raises(PackErrors) as refused:
        load_files(town.parent)
    assert [(error.code, error.file) for error in refused.value.errors] == [
        ("link-outside", "leak/edition-1.yaml")
    ]
