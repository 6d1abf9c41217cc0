"""Finding towns and packs on the command line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gridcase.cli.catalogue import localized
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from shared.rules.language.errors import PackErrors
from shared.rules.pack.build.files import load_files, town_folders
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack

RULES = Path("rules")


def find_town(town: str, rules: Path) -> Path:
    """Return the folder of a town, given by its name or as a path.

    Raises:
        Problem: `no-town`, naming the towns that there are.
    """
    for folder in (rules / town, Path(town)):
        if (folder / "pack.yaml").is_file():
            return folder.resolve() if folder.name == "" else folder
    known = ", ".join(folder.name for folder in town_folders(rules)) or "–"
    cause = localized("no-town", town=town, folder=rules, known=known)
    raise Problem("no-town", Text(cause, cause))


def load_town(town: str, rules: Path) -> tuple[dict[str, str], Pack]:
    """Return the files and the checked pack of a town.

    Raises:
        PackErrors, Problem: the pack is faulty, or there is no such town.
    """
    folder = find_town(town, rules)
    with named_in(folder):
        files = load_files(folder)
        return files, build_pack(files, folder.name)


@contextmanager
def named_in(folder: Path) -> Iterator[None]:
    """Let a refusal name a town's files where they lie, be it outside `rules/`."""
    try:
        yield
    except PackErrors as refusal:
        refusal.root = f"{folder.parent}/"
        raise
