"""Finds and reads the files of a town: its own folder and the templates that it pins.

Decides which files belong to an edition. Must not know what stands in them but for the pins.
"""

from collections.abc import Iterator
from pathlib import Path

from shared.rules.language import nodes
from shared.rules.language.errors import Complaints, Where
from shared.rules.language.schema import keys
from shared.rules.language.source import load, parse
from shared.rules.pack.build.assemble import AREA_ENDING, PACK_FILE, PAPER_ENDING, PAPER_START
from shared.rules.pack.build.templates import TEMPLATE_FILE

MOST_FILES = 100
LARGEST_PACK = 5_000_000  # bytes of all files together
PAPER_FILES = f"{PAPER_START}*{PAPER_ENDING}"
MUTANTS_FILE = "mutants.yaml"  # about the scenarios, for `gridcase test --mutate`: no part of an edition


def load_files(folder: Path) -> dict[str, str]:
    """Return the texts of a town's files and of the templates that it uses, by relative path.

    Raises:
        PackErrors: a file is too large, is not UTF-8, or there is no such town.
    """
    complaints = Complaints()
    folder = folder.resolve()
    there = (path for each in ("*.yaml", f"*{AREA_ENDING}", PAPER_FILES) for path in folder.glob(each))
    own = sorted(path for path in there if path.name != MUTANTS_FILE)
    files = _load(folder, own, complaints) if folder.is_dir() else {}
    main = f"{folder.name}/{PACK_FILE}"
    if main not in files:
        if not complaints:
            complaints.add("no-pack-file", Where(main, 1), town=folder.name)
        complaints.refuse()
    for template, edition in _pins(files[main], main):
        paths = [folder.parent / template / name for name in (f"edition-{edition}.yaml", TEMPLATE_FILE)]
        files |= _load(paths[0].parent, [path for path in paths if path.is_file()][:1], complaints)
    complaints.refuse()
    return dict(sorted(files.items()))


def _load(folder: Path, paths: list[Path], complaints: Complaints) -> dict[str, str]:
    if len(paths) > MOST_FILES or sum(map(_size, paths)) > LARGEST_PACK:
        complaints.add(
            "pack-too-large",
            Where(f"{folder.name}/", 1),
            files=len(paths),
            most=MOST_FILES,
            size=LARGEST_PACK,
        )
        return {}
    read = {
        f"{folder.name}/{path.name}": load(path, f"{folder.name}/{path.name}", complaints) for path in paths
    }
    return {name: text for name, text in read.items() if text is not None}


def _size(path: Path) -> int:
    # Of a link that leads nowhere none: what it is will be said of the file.
    return path.stat().st_size if path.exists() else 0


def _pins(text: str, file: str) -> Iterator[tuple[str, str]]:
    """The templates that a pack file pins; what is wrong with it is said when it is read in earnest."""
    root = parse(text, file, Complaints())
    for name, use in _entries(_at(root, "town", "uses")):
        edition = _at(use, "use", "edition")
        if name.replace("-", "").replace("_", "").isalnum():
            yield name, edition.text if isinstance(edition, nodes.Scalar) and edition.text.isdigit() else ""


def _at(node: nodes.Node | None, record: str, key: str) -> nodes.Node | None:
    if not isinstance(node, nodes.Mapping):
        return None
    for written in (key, keys(record).written(key, "zh")):
        if written in node.entries:
            return node.entries[written][1]
    return None


def _entries(node: nodes.Node | None) -> Iterator[tuple[str, nodes.Node]]:
    if isinstance(node, nodes.Mapping):
        for key, value in node:
            yield key.text, value


def town_folders(rules: Path) -> list[Path]:
    """Return the folders of all towns under a rules folder."""
    return sorted(path.parent for path in rules.glob(f"*/{PACK_FILE}"))
