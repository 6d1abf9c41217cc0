"""The registry of a house that is already there, for commands that enter people, days and codes."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from secrets import token_bytes
from zoneinfo import ZoneInfo

from gridcase.cli.stores import open_existing
from gridcase.secret_file import NAME as SECRET_FILE
from gridcase.secret_file import read_secrets
from services.registry.bootstrap import Registry, registry_on
from shared.flow.deployment import NEWEST_OF_SECRETS, OLD_SECRETS, secrets_of
from shared.flow.editions import PackCache, current_edition
from shared.kernel.keyring import Keyring
from shared.kernel.problems import Problem
from shared.kernel.texts import Text

_FILES = "sqlite:///"


def open_registry(store_url: str, *, opens_identities: bool = False) -> Registry:
    """Open the registry's own store.

    The deployment's secret is GRIDCASE_SECRET; a house in a folder has its own in a file beside its stores.

    Args:
        opens_identities: names and addresses are sealed or opened: the deployment's own secret is needed.

    Raises:
        Problem: `no-store` or `no-secret`.
    """
    store = open_existing("registry", store_url)
    known = secrets_at(store_url)
    if known is None and opens_identities:
        raise no_secret()
    return registry_on(store, known or token_bytes(32))


def zone_of(registry: Registry, town: str) -> ZoneInfo:
    """Return a town's zone.

    Raises:
        Problem: `unknown-town`.
    """
    store = registry.tokens.store
    with store.read() as conn:
        edition = current_edition(conn, store.flow.editions, town, store.now(conn))
        if edition is None:
            raise _unknown(town)
        return ZoneInfo(PackCache().of(conn, store.flow.editions, edition).zone)


def require_town(registry: Registry, town: str) -> None:
    """Let only towns through that have an edition.

    Raises:
        Problem: `unknown-town`.
    """
    if not registry.views.editions(town):
        raise _unknown(town)


def instant(text: str, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """Return the instant that a person writes: with an offset, else as the town's clocks show it.

    Args:
        is_end: a day without an hour is meant up to its end.

    Raises:
        Problem: `bad-instant`.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise Problem(
            "bad-instant",
            Text(f"“{text}”不是时刻", f"'{text}' is no instant"),
            Text("例如 2026-07-01 或 2026-07-01T08:30", "such as 2026-07-01 or 2026-07-01T08:30"),
        ) from wrong
    is_day = at.time() == time() and "T" not in text and " " not in text
    local = at if at.tzinfo else at.replace(tzinfo=zone)
    return (local + timedelta(days=1) if is_day and is_end else local).astimezone(UTC)


def pairs(sign: str, given: tuple[str, ...], key: Callable[[str], object] = str) -> dict[str, str]:
    """Return 'a=b' texts as a mapping.

    Raises:
        Problem: `bad-pair`.
    """
    found = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            key(name)
        except ValueError as wrong:
            raise _bad_pair(sign, text) from wrong
        found[name] = value
    return found


def _bad_pair(sign: str, text: str) -> Problem:
    return Problem(
        "bad-pair",
        Text(f"{sign} 不能读作“{text}”", f"{sign} can't be '{text}'"),
        Text("写成 名称=值，日期如 2027-01-01", "write name=value, days as 2027-01-01"),
    )


def secrets_at(store_url: str) -> Keyring | None:
    """Return the secrets of a house: of the environment, else of the file beside its stores; None: neither is there."""
    if named := os.environ.get(NEWEST_OF_SECRETS):
        return secrets_of(named, os.environ.get(OLD_SECRETS, ""))
    if not store_url.startswith(_FILES):
        return None
    return read_secrets(Path(store_url.removeprefix(_FILES)).parent / SECRET_FILE)


def no_secret() -> Problem:
    """Return the problem of a command that needs the house's secret and has none."""
    return Problem(
        "no-secret",
        Text(
            "没有密钥，无法封存姓名和地址，也无法核对案件历史",
            "without the secret no name and address can be sealed, and no history be verified",
        ),
        Text(
            "在环境变量 GRIDCASE_SECRET 里给出平台的密钥",
            "give the house's own in GRIDCASE_SECRET",
        ),
    )


def _unknown(town: str) -> Problem:
    return Problem(
        "unknown-town",
        Text(f"没有发布过镇街“{town}”的规则", f"no rules of a town '{town}' were published"),
        Text("检查名称，或先发布其规则包", "check the name, or publish its pack first"),
    )
