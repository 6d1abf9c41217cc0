"""`gridcase town`: the life of a town in a house of many, over all services."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
import msgspec
from rich.filesize import decimal

from gridcase.cli.catalogue import language, localized
from gridcase.cli.packs import named_in
from gridcase.cli.problems import shows_problems
from gridcase.cli.progress import shown_progress
from gridcase.cli.registry import no_secret, secrets_at
from gridcase.cli.stores import STORE_URL, open_existing, secured
from gridcase.cli.terminal import columns
from gridcase.engines import engine_here
from gridcase.house_stores import NAMES, inspect_store
from gridcase.registry_admin import RegistryAdmin, trials_with
from gridcase.towns.export import TownExport
from gridcase.towns.files import HouseFiles
from gridcase.towns.listing import ListedTown, list_towns
from gridcase.towns.remove import TownRemoval
from gridcase.towns.restore import TownRestore
from gridcase.towns.stores import TownStores
from gridcase.towns.words import problem
from shared.kernel.instants import format_instant
from shared.kernel.keyring import Keyring
from shared.rules.pack.build.files import load_files

_FILES = "sqlite:///"
COLUMNS = (
    "town", "name", "edition", "state", "open", "cases", "rows", "size", "attachments", "last-activity",
)  # fmt: skip
ADMIN_URL = click.option(
    "--admin-url",
    envvar="GRIDCASE_ADMIN_URL",
    callback=lambda _context, _option, given: secured(given) if given else None,
    help="PostgreSQL address of a superuser, in place of the stores' own, who does not own their tables.",
)
ATTACHED = click.option(
    "--files",
    envvar="GRIDCASE_FILES",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of attachments' folder (default: the one beside the stores' files).",
)
_ARCHIVE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def town() -> None:
    """Take a town in, suspend it, take it out and put it back; see what there is of each."""


@town.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@STORE_URL
@shows_problems
def create(folder: Path, store_url: str) -> None:
    """Publish the pack in FOLDER as a new town's first, and say what comes next."""
    registry = RegistryAdmin(open_existing("registry", store_url), trials=trials_with(engine_here()))
    key = folder.name
    if registry.has_town(key):
        raise problem("town-exists", town=key)
    with named_in(folder):
        done = registry.publish(key, load_files(folder))
    click.echo(localized("published", town=key, number=done.number, edition=done.edition[:12]))
    if above := registry.missing_above(key):
        click.echo(localized("town-part-of-unknown", town=key, part_of=above))
    click.echo(localized("town-next", town=key))


@town.command()
@click.argument("key", metavar="TOWN")
@STORE_URL
@shows_problems
def suspend(key: str, store_url: str) -> None:
    """Have TOWN take nothing new; reading, deadlines and notices go on."""
    since = RegistryAdmin(open_existing("registry", store_url)).suspend(key)
    click.echo(localized("town-suspended", town=key, since=f"{since:%Y-%m-%d %H:%M}Z"))


@town.command()
@click.argument("key", metavar="TOWN")
@STORE_URL
@shows_problems
def resume(key: str, store_url: str) -> None:
    """Have a suspended TOWN take what comes again."""
    RegistryAdmin(open_existing("registry", store_url)).resume(key)
    click.echo(localized("town-resumed", town=key))


@town.command()
@click.argument("key", metavar="TOWN")
@click.argument("file", type=_ARCHIVE)
@STORE_URL
@ADMIN_URL
@ATTACHED
@shows_problems
def export(key: str, file: Path, store_url: str, admin_url: str | None, files: Path | None) -> None:
    """Write all that TOWN has here into FILE, of one moment; the house goes on.

    The archive holds people's sealed names and what they wrote: keep it like a backup. Tokens are not in it.
    """
    with _stores(store_url, admin_url) as stores, shown_progress("export") as progress:
        made = TownExport(stores, _files(store_url, files), progress).write(key, file)
    rows = sum(member.rows or 0 for member in made.members.values())
    attached = sum(member.rows is None for member in made.members.values())
    click.echo(localized("town-exported", town=key, file=file, rows=rows, attachments=attached))


@town.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@STORE_URL
@ADMIN_URL
@ATTACHED
@shows_problems
def restore(file: Path, store_url: str, admin_url: str | None, files: Path | None) -> None:
    """Bring the town in FILE into this house, which must have its secrets; it is suspended until it is resumed."""
    secrets = _secrets(store_url)
    with _stores(store_url, admin_url) as stores, shown_progress("restore") as progress:
        told = TownRestore(stores, _files(store_url, files), secrets, progress).read(file)
    click.echo(localized("town-restored", town=told.town, at=told.at))


@town.command()
@click.argument("key", metavar="TOWN")
@click.option("--yes", metavar="TOWN", help="The town's key again, in place of the question.")
@STORE_URL
@ADMIN_URL
@ATTACHED
@shows_problems
def remove(key: str, yes: str | None, store_url: str, admin_url: str | None, files: Path | None) -> None:
    """Take all that TOWN has here away for good: it must be suspended and quiet. Tokens of it alone are revoked."""
    secrets = _secrets(store_url)
    again = yes if yes is not None else click.prompt(localized("town-remove-sure", town=key))
    if again != key:
        raise problem("not-the-town", town=key, given=again)
    registry = RegistryAdmin(inspect_store("registry", admin_url or store_url))
    with _stores(store_url, admin_url) as stores, shown_progress("remove") as progress:
        removal = TownRemoval(stores, _files(store_url, files), secrets, registry.revoke_tokens_of, progress)
        rows = removal.run(key)
    click.echo(localized("town-removed", town=key, rows=rows))


@town.command("list")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a town.")
@STORE_URL
@ADMIN_URL
@shows_problems
def list_(as_json: bool, store_url: str, admin_url: str | None) -> None:
    """List the towns of this house with their state, size and last activity."""
    with _stores(store_url, admin_url) as stores, stores.snapshots() as conns:
        found = list_towns(conns, _now(store_url, admin_url))
    if as_json:
        for each in found:
            click.echo(msgspec.json.encode(each).decode())
        return
    click.echo(columns(COLUMNS, map(_shown, found)) if found else localized("town-none"))


def _shown(listed: ListedTown) -> tuple[str, ...]:
    since = listed.suspended_at
    return (
        listed.town,
        listed.name.in_language(language()),
        "" if listed.edition is None else str(listed.edition),
        localized("town-state-suspended" if since else "town-state-active"),
        str(listed.open),
        str(listed.cases),
        str(listed.rows),
        decimal(listed.bytes),
        decimal(listed.attachments),
        format_instant(listed.last_activity)[:16] + "Z" if listed.last_activity else "",
    )


@contextmanager
def _stores(store_url: str, admin_url: str | None) -> Iterator[TownStores]:
    for name in NAMES:
        open_existing(name, store_url).close()  # what is missing is named before anything is opened
    stores = TownStores.at(admin_url or store_url)
    try:
        yield stores
    finally:
        stores.close()


def _files(store_url: str, files: Path | None) -> HouseFiles:
    beside = Path(store_url.removeprefix(_FILES)).parent if store_url.startswith(_FILES) else None
    return HouseFiles(files or beside or Path("files"))


def _secrets(store_url: str) -> Keyring:
    secrets = secrets_at(store_url)
    if secrets is None:
        raise no_secret()
    return secrets


def _now(store_url: str, admin_url: str | None) -> datetime:
    store = inspect_store("registry", admin_url or store_url)
    try:
        with store.read() as conn:
            return store.now(conn)
    finally:
        store.close()
