"""The collection of broken packs: a sound one, and for each message one change that brings it about."""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from shared.rules.language.errors import PackError, PackErrors
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from shared.rules.scenario.ledger import load_ledger_scenarios
from shared.rules.scenario.read import load_scenarios
from shared.rules.scenario.read_assessment import load_assessments
from shared.rules.scenario.read_grids import load_grid_trials

HERE = Path(__file__).parent
BASE, BROKEN = HERE / "base", HERE / "broken"
TOWN, OTHER = "t-base", "t-more"  # the second one draws its grids, hides cases and listens to machines


@dataclass(frozen=True)
class Case:
    """One broken pack, named after the code that it must bring about; several of one code have a second name."""

    code: str
    name: str
    content: Mapping[str, Any]

    def lay_out(self, folder: Path) -> Path:
        """Write the sound pack with this case's change into a folder; return the town's own."""
        shutil.copytree(BASE, folder, dirs_exist_ok=True)
        for name, text in self.content.get("files", {}).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        for edit in self.content.get("edits", []):
            _edit(folder / edit["file"], edit["replace"], edit["with"])
        for name in self.content.get("remove", []):
            (folder / name).unlink()
        for name, target in self.content.get("links", {}).items():
            (folder / name).symlink_to(target)
        for name in self.content.get("pipes", []):
            os.mkfifo(folder / name)
        if "raw" in self.content:
            _write_raw(folder, **self.content["raw"])
        return folder / str(self.content.get("town", TOWN))

    def line(self, folder: Path) -> int:
        """Return the line that the message must point to: the one that holds the text named under `at`."""
        at = self.content["at"]
        if "line" in at:
            return int(at["line"])
        encoding = self.content.get("raw", {}).get("encoding", "utf-8")
        written = (folder / at["file"]).read_bytes().decode(encoding)
        assert written.count(at["text"]) == 1, (
            f"{at['text']!r} stands there {written.count(at['text'])} times"
        )
        return written[: written.index(at["text"])].count("\n") + 1


def cases() -> Iterator[Case]:
    """Return every broken pack."""
    for path in sorted(BROKEN.glob("*.yaml")):
        # 'bad-amount+multiple' is a second pack that brings about 'bad-amount'.
        yield Case(path.stem.partition("+")[0], path.stem, yaml.safe_load(path.read_text(encoding="utf-8")))


def base_files() -> dict[str, str]:
    """Return the sound pack's files."""
    return load_files(BASE / TOWN)


def refusal(town: Path) -> tuple[PackError, ...]:
    """Return what is said of a town's folder, read as `gridcase check` reads it."""
    try:
        files = load_files(town)
        build_pack(files, town.name)
        load_scenarios(files, town.name)
        load_ledger_scenarios(files, town.name)
        load_assessments(files, town.name)
        load_grid_trials(files, town.name)
    except PackErrors as errors:
        return errors.errors
    return ()


def _edit(path: Path, replace: str, by: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(replace) == 1, f"{replace!r} stands {text.count(replace)} times in {path.name}"
    path.write_text(text.replace(replace, by), encoding="utf-8")


def _write_raw(
    folder: Path,
    file: str,
    encoding: str = "",
    digits: str = "",
    repeat: str = "",
    times: int = 0,
    copies: int = 1,
    head: str = "",
    tail: str = "",
) -> None:
    """Write what no YAML file can show: other encodings, bytes that are no text, very large files."""
    if encoding:
        (folder / file).write_bytes((folder / file).read_text(encoding="utf-8").encode(encoding))
    elif digits:
        (folder / file).write_bytes(bytes.fromhex(digits))
    else:
        for number in range(copies):
            (folder / file.format(n=number)).write_text(head + repeat * times + tail, encoding="utf-8")
