"""`gridcase secret`: the secrets of a deployment, of which all keys are made."""

from pathlib import Path

import click

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.registry import no_secret, secrets_at
from gridcase.cli.stores import STORE_URL
from gridcase.secret_file import NAME, rotate_file, rotate_settings
from shared.kernel.keyring import Keyring
from shared.kernel.problems import Problem
from shared.kernel.texts import Text


@click.group()
def secret() -> None:
    """Renew the house's secret; what the ones before it closed stays readable."""


@secret.command("list")
@STORE_URL
@shows_problems
def list_(store_url: str) -> None:
    """Name the secrets by their ids, the newest first; no secret is shown."""
    known = secrets_at(store_url)
    if known is None:
        raise no_secret()
    _show(known)


@secret.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var"),
    show_default=True,
    help="Folder of a house that runs in one process.",
)
@click.option(
    "--env",
    "settings",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Instead: file of a deployment's settings, such as .env.",
)
@shows_problems
def rotate(data: Path, settings: Path | None) -> None:
    """Make a new secret that closes and signs from the next start on. The old ones stay beside it, to open."""
    try:
        renewed = rotate_settings(settings) if settings else rotate_file(data / NAME)
    except (FileNotFoundError, KeyError) as missing:
        raise _no_secret_in(settings or data / NAME) from missing
    except ValueError as unfit:
        raise _unfit(settings or data / NAME) from unfit
    _show(renewed)
    click.echo(localized("secret-rotated", place=settings or data / NAME))


def _show(ring: Keyring) -> None:
    for n, id_ in enumerate(ring.ids):
        click.echo(localized("secret-newest" if n == 0 else "secret-older", id=id_))


def _no_secret_in(place: Path) -> Problem:
    return Problem(
        "no-secret",
        Text(f"{place} 里没有密钥", f"there is no secret in {place}"),
        Text(
            "用 --data 指明平台的数据目录，或用 --env 指明部署的设置文件",
            "name the house's folder with --data, or the file of its settings with --env",
        ),
    )


def _unfit(place: Path) -> Problem:
    return Problem(
        "unfit-secret",
        Text(
            f"{place} 里的密钥为空，或首尾带有空格、引号",
            f"the secret in {place} is empty, or has spaces or quotation marks around it",
        ),
        Text(
            "先写成服务实际读到的样子，不加引号",
            "write it first as the services read it, without quotation marks",
        ),
    )
