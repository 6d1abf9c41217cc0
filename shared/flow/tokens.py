"""Looking up bearer tokens in a service's own copy of their hashes."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from shared.db.store import Store

TokenRow = Mapping[str, Any]


def token_lookup(store: Store) -> Callable[[str], TokenRow | None]:
    """Return a function from a token's hash to its row, or None where it is unknown, revoked or past its end."""
    tokens = store.flow.tokens

    def look_up(token_hash: str) -> TokenRow | None:
        with store.read() as conn:
            row = (
                conn.execute(sa.select(tokens).where(tokens.c.token_hash == token_hash))
                .mappings()
                .one_or_none()
            )
            if row is None or row["revoked"]:
                return None
            has_ended = row["valid_until"] is not None and row["valid_until"] <= store.now(conn)
            return None if has_ended else dict(row)

    return look_up
