"""`gridcase check`: hold packs against every rule of the format, without running anything."""

import sys
from pathlib import Path

import click

from gridcase.cli.catalogue import language, localized
from gridcase.cli.format_move import show_move
from shared.rules.language.errors import PackErrors
from shared.rules.language.schema_places import NEWEST_FORMAT
from shared.rules.pack.build.files import load_files, town_folders
from shared.rules.pack.read import build_pack
from shared.rules.scenario.read import load_scenarios


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--format",
    "number",
    type=click.IntRange(1, NEWEST_FORMAT),
    help="Show what moving to this number changes.",
)
def check(folders: tuple[Path, ...], number: int | None) -> None:
    """Check packs: every fault with file, line, rule, cause and remedy.

    With --format they are also understood by that number of the format: which categories, alone and any two together,
    would be decided otherwise, and which scenarios would turn.

    FOLDERS are towns' folders (rules/t-vtc) or folders of towns (rules, the default).
    """
    towns = [town for folder in folders or (Path("rules"),) for town in towns_in(folder)]
    are_good = [_check(town, number) for town in towns]
    sys.exit(0 if all(are_good) and are_good else 1)


def towns_in(folder: Path) -> list[Path]:
    """Return the folder itself where it is a town's, else the towns in it."""
    return [folder] if (folder / "pack.yaml").is_file() else town_folders(folder)


def _check(folder: Path, number: int | None) -> bool:
    try:
        files = load_files(folder)
        pack = build_pack(files, folder.name)
        scenarios = load_scenarios(files, folder.name)
    except PackErrors as refusal:
        click.secho(
            localized("pack-bad", town=folder.name, count=len(refusal.errors) + refusal.left_out), fg="red"
        )
        click.echo(refusal.render(language(), root=f"{folder.parent}/"))
        return False
    rules = len(pack.routing) + len(pack.limits) + len(pack.tell)
    click.echo(
        localized(
            "pack-good",
            town=folder.name,
            rules=rules,
            steps=len(pack.steps),
            scenarios=len(scenarios),
            edition=pack.edition[:12],
        )
    )
    return number is None or show_move(folder, files, pack, number)
