"""Looking up bearer tokens in a service's own copy of their hashes."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from shared.db.store import Store

TokenRow = Mapping[str, Any]


def token_lookup(store: Store) -> Callable[[str], TokenRow | None]:
    """Return a function from a token's hash to its row, or None where it is unknown, revoked or past its end.

    All three look alike to whoever asks: nobody learns that a token was valid once.

    Args:
        store: the service's own, which `token.changed` keeps up to date (`editions.on_token_changed`).
    """
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
            # By the store's time: all processes agree on it, and in a simulated house it is moved by hand.
            has_ended = row["valid_until"] is not None and row["valid_until"] <= store.now(conn)
            return None if has_ended else dict(row)

    return look_up
