"""Opening the stores of a house that is already there, for tools that look into them."""

import os
from pathlib import Path

import click

from gridcase.house_stores import NAMES, inspect_store
from shared.db.engines import with_ca
from shared.db.store import Store
from shared.flow.deployment import TLS_CA
from shared.kernel.problems import Problem
from shared.kernel.texts import Text


def secured(store_url: str) -> str:
    """Return an address of stores as GRIDCASE_TLS_CA has it reached: over TLS where that names an authority."""
    ca = os.environ.get(TLS_CA)
    return with_ca(store_url, ca) if ca else store_url


STORE_URL = click.option(
    "--store-url",
    envvar="GRIDCASE_STORE_URL",
    default="sqlite:///var/{service}.db",
    show_default=True,
    callback=lambda _context, _option, given: secured(given),
    help="Address of the stores; '{service}' stands for each service's name.",
)


def open_existing(service: str, store_url: str) -> Store:
    """Open one service's store; its tables are not touched.

    Raises:
        Problem: `no-store`: there is none at this address, and none is made.
    """
    # Looked for first: SQLite would make an empty store of that name.
    if not _exists(store_url, service):
        raise _no_store(store_url.replace("{service}", service))
    return inspect_store(service, store_url)


def open_all(store_url: str) -> dict[str, Store]:
    """Open the stores of all services that have one at this address."""
    return {name: open_existing(name, store_url) for name in NAMES if _exists(store_url, name)}


def _exists(store_url: str, service: str) -> bool:
    prefix = "sqlite:///"
    return (
        not store_url.startswith(prefix)
        or Path(store_url.removeprefix(prefix).replace("{service}", service)).is_file()
    )


def _no_store(where: str) -> Problem:
    return Problem(
        "no-store",
        Text(f"没有数据文件 {where}", f"there is no store {where}"),
        Text(
            "先用 gridcase serve 启动一次平台，或用 --store-url 指明数据在哪里",
            "start the house once with 'gridcase serve', or say with --store-url where its data are",
        ),
    )
