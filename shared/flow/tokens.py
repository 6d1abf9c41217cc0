"""Looking up bearer tokens in a service's own copy of their hashes, and short ones by their signature."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from shared.contracts.short_tokens import Grant, ShortTokens, mark_of_end
from shared.db.store import Store
from shared.kernel.keyring import Secret

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


def short_token_lookup(store: Store, secret: Secret) -> Callable[[str], Grant | None]:
    """Return a function from a short token itself to what it grants, or None where it is nobody's or past its end.

    Nothing has to arrive before such a token is taken: it carries its grant. What has to arrive, as all that is said
    of tokens, is that its session was ended before it.

    Args:
        store: the service's own; secret: the deployment's.

    Raises:
        ValueError: a secret is too short to protect anything.
    """
    short, tokens = ShortTokens(secret), store.flow.tokens

    def look_up(token: str) -> Grant | None:
        grant = short.read(token)
        if grant is None:
            return None
        ended = sa.select(tokens.c.revoked).where(tokens.c.token_hash == mark_of_end(grant.session))
        with store.read() as conn:
            is_over = grant.valid_until <= store.now(conn) or bool(conn.scalar(ended))
        return None if is_over else grant

    return look_up
