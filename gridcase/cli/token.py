"""`gridcase token`: bearer tokens, shown once and kept as hashes."""

from datetime import UTC, datetime, timedelta

import click

from gridcase.cli.catalogue import localized
from gridcase.cli.problems import shows_problems
from gridcase.cli.stores import STORE_URL, open_existing
from gridcase.cli.terminal import columns
from gridcase.registry_admin import RegistryAdmin
from services.registry.bootstrap import ListedToken
from shared.flow.deployment import read_token_days
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
@click.option(
    "--days",
    type=click.IntRange(1),
    help="How long it is valid (default: as long as a token may, GRIDCASE_TOKEN_DAYS).",
)
@click.option("--label", default="", help="What it is for, to know it again in a list.")
@STORE_URL
@shows_problems
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
    registry = RegistryAdmin(open_existing("registry", store_url), token_days=read_token_days())
    click.echo(registry.issue_token(role, unit, person, towns, label=label, valid_until=until))


@token.command()
@click.argument("reference")
@STORE_URL
@shows_problems
def revoke(reference: str, store_url: str) -> None:
    """Revoke a token for good, by the reference that `list` shows."""
    RegistryAdmin(open_existing("registry", store_url)).revoke_token(reference)


@token.command("list")
@STORE_URL
@shows_problems
def list_(store_url: str) -> None:
    """List tokens by reference and label, never by value."""
    tokens = RegistryAdmin(open_existing("registry", store_url)).tokens()
    click.echo(columns(COLUMNS, map(_shown, tokens)) if tokens else localized("token-none"))


def _shown(token: ListedToken) -> tuple[str, ...]:
    scope = token.scope
    return (
        token.reference,
        token.label,
        scope.role,
        ",".join(scope.towns),
        scope.unit or "",
        scope.person or "",
        f"{scope.valid_until:%Y-%m-%d %H:%M}Z" if scope.valid_until else "",
        localized("revoked" if token.revoked else "valid"),
    )
