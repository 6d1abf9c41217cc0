"""`gridcase publish`: make a town's files the edition in force, in a store at hand or in a house far away."""

from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import click
import msgspec
from msgspec import Struct

from gridcase.cli.catalogue import localized
from gridcase.cli.http_api import answer_of
from gridcase.cli.packs import named_in
from gridcase.cli.problems import shows_problems
from gridcase.cli.stores import STORE_URL, open_existing
from gridcase.engines import engine_here
from gridcase.registry_admin import RegistryAdmin, trials_with
from shared.kernel.instants import format_instant
from shared.rules.pack.build.files import load_files


class EditionBody(Struct, frozen=True, omit_defaults=True):
    """An edition as `POST …/editions` takes it; `effective_at` in RFC 3339."""

    files: dict[str, str]
    effective_at: str | None = None


class PublishedEdition(Struct, frozen=True):
    """What was published; `is_new`: False where the edition in force has the same content."""

    is_new: bool
    number: int
    edition: str


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--at",
    "at",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]),
    help="When it takes effect, with offset (default: at once).",
)
@click.option(
    "--registry", envvar="GRIDCASE_REGISTRY", help="Address of a running registry; needs GRIDCASE_TOKEN."
)
@STORE_URL
@shows_problems
def publish(folder: Path, at: datetime | None, registry: str | None, store_url: str) -> None:
    """Publish the pack in FOLDER.

    A faulty pack is refused with every fault and the edition in force stays. Running cases keep their edition
    unless the pack says otherwise. Without --registry the registry's store is written to directly.
    """
    with named_in(folder):
        files = load_files(folder)
        done = (
            _over_http(registry, folder.name, files, at)
            if registry
            else _directly(store_url, folder.name, files, at)
        )
    key = "published" if done.is_new else "unchanged"
    click.echo(localized(key, town=folder.name, number=done.number, edition=done.edition[:12]))


def _directly(store_url: str, town: str, files: dict[str, str], at: datetime | None) -> PublishedEdition:
    registry = RegistryAdmin(open_existing("registry", store_url), trials=trials_with(engine_here()))
    done = registry.publish(town, files, at)
    return PublishedEdition(done.is_new, done.number, done.edition)


def _over_http(registry: str, town: str, files: dict[str, str], at: datetime | None) -> PublishedEdition:
    body = msgspec.json.encode(EditionBody(files, format_instant(at) if at else None))
    path = f"/v1/towns/{quote(town)}/editions"
    with answer_of("POST", registry, path, body=body, content="application/json") as answer:
        return msgspec.json.decode(answer.content, type=PublishedEdition)
