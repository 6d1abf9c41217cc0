"""`gridcase token`: bearer tokens, shown once and kept as hashes."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from gridcase.cli.columns import columns
from gridcase.cli.problems import kindly
from gridcase.cli.stores import STORE_URL, open_existing
from gridcase.cli.words import say
from gridcase.registry_desk import RegistryDesk
from shared.web.callers import Role

COLUMNS = ("reference", "label", "role", "towns", "unit", "person", "valid-until", "state")


@click.group()
def token() -> None:
    """Issue and revoke bearer tokens. Each is scoped to a role, towns, and a unit or person."""


@token.command()
@click.argument("role", type=click.Choice([str(role) for role in Role]))
@click.option(
    "--town", "towns", multiple=True, required=True, help="A town it reaches; '*' for an engineer of all."
)
@click.option("--unit", help="'jurisdiction/unit' it speaks for; unit staff and grid workers need one.")
@click.option("--person", help="Reference of its holder; never a name.")
@click.option("--days", type=click.IntRange(1), help="How long it is valid (default: until it is revoked).")
@click.option("--label", default="", help="What it is for, to know it again in a list.")
@STORE_URL
@kindly
def issue(
    role: str,
    towns: tuple[str, ...],
    unit: str | None,
    person: str | None,
    days: int | None,
    label: str,
    store_url: str,
) -> None:
    """Issue a token of ROLE and print it, this once."""
    until = datetime.now(UTC) + timedelta(days=days) if days else None  # noqa: TID251 - the person means from now on
    desk = RegistryDesk(open_existing("registry", store_url))
    click.echo(desk.issue_token(role, unit, person, towns, label=label, valid_until=until))


@token.command()
@click.argument("reference")
@STORE_URL
@kindly
def revoke(reference: str, store_url: str) -> None:
    """Revoke a token for good, by the reference that `list` shows."""
    RegistryDesk(open_existing("registry", store_url)).revoke_token(reference)


@token.command("list")
@STORE_URL
@kindly
def list_(store_url: str) -> None:
    """List tokens by reference and label, never by value."""
    rows = RegistryDesk(open_existing("registry", store_url)).tokens()
    click.echo(columns(COLUMNS, [_shown(row) for row in rows]) if rows else say("token-none"))


def _shown(row: Mapping[str, Any]) -> tuple[str, ...]:
    until = row["valid_until"]
    return (
        row["reference"],
        row["label"],
        row["role"],
        ",".join(row["towns"]),
        row["unit"] or "",
        row["person"] or "",
        f"{until:%Y-%m-%d %H:%M}Z" if until else "",
        say("revoked" if row["revoked"] else "valid"),
    )
