"""The tables that every service's store has for taking and giving messages.

Decides their columns; `shared.flow` decides what they mean.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from shared.db.belonging import BELONGS, ByStream, OfHouse
from shared.db.confinement import ASKED, READ, of_all, of_town
from shared.db.types import BigId, Instant, JsonText
from shared.rules.case.timing import AmendedDays

# Key in a table's `info`: its rows belong to no case. Whoever empties a store of its cases, to play others on it,
# leaves such a table as it is; what is not marked goes with them.
OUTLIVES_CASES = "outlives cases"
# Key in a table's `info`: it holds what nobody else has said. It stays where a store of copies is emptied and filled.
OWN_WORD = "own word"


@dataclass(frozen=True, slots=True)
class FlowTables:
    """Handles to the message tables within one service's metadata.

    Attributes:
        inbox: messages that could not be taken at once, and what became of each.
        outbox: messages emitted, in the order of their making; kept after they were sent (decision 18).
        stream_in: how far each producer's stream has been taken.
        stream_out: the last number given in each of the service's own streams.
        meta: whether the store is simulated, and what time it is then.
        editions: copies of published editions.
        calendars: copies of towns' amended days.
        tokens: copies of bearer tokens' hashes.
        quotas: who has lately asked for how much.
    """

    inbox: sa.Table
    outbox: sa.Table
    stream_in: sa.Table
    stream_out: sa.Table
    meta: sa.Table
    editions: sa.Table
    calendars: sa.Table
    tokens: sa.Table
    quotas: sa.Table


def flow_tables(metadata: sa.MetaData) -> FlowTables:
    """Define the message tables and the copies of registry facts in `metadata`.

    Args:
        metadata: a service's own; its tables are made by its migrations (`flow_migrations`), which must lead to these.
    """
    return FlowTables(
        inbox=_inbox(metadata),
        outbox=_outbox(metadata),
        stream_in=_stream_in(metadata),
        stream_out=sa.Table(
            "stream_out",
            metadata,
            sa.Column("stream", sa.String, primary_key=True),
            sa.Column("last", sa.BigInteger, nullable=False),
            # Both ends of a stream stay: numbers that began anew here would be passed over as known elsewhere.
            # A counter says nothing of anybody; requests emit.
            info={
                OUTLIVES_CASES: True,
                BELONGS: ByStream(),
                ASKED: of_all("select", "insert", "update"),
            },
        ),
        meta=sa.Table(
            "meta",
            metadata,
            sa.Column("key", sa.String, primary_key=True),
            sa.Column("value", sa.String, nullable=False),
            info={OUTLIVES_CASES: True, BELONGS: OfHouse("the store's own"), ASKED: of_all(*READ)},
        ),
        editions=_editions(metadata),
        calendars=_calendars(metadata),
        tokens=_tokens(metadata),
        quotas=_quotas(metadata),
    )


def _inbox(metadata: sa.MetaData) -> sa.Table:
    """A row for each message that could not be taken at once; `frame` stays while it is to be handled, or was refused.

    What goes through leaves only its stream's number (`stream_in`); it left a row in versions before, so that there
    nearly all are done: `inbox_open` holds those that are not.
    """
    return sa.Table(
        "inbox",
        metadata,
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("message_id", sa.String, primary_key=True),
        sa.Column("stream", sa.String, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),  # done refused held later parked dropped
        sa.Column("reason", sa.String),
        sa.Column("detail", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False, default=0),
        sa.Column("retry_at", Instant),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("frame", sa.LargeBinary),
        sa.Index(
            "inbox_open",
            "source",
            "stream",
            "sequence",
            sqlite_where=sa.text("state in ('held', 'later', 'parked')"),
            postgresql_where=sa.text("state in ('held', 'later', 'parked')"),
        ),
        info={BELONGS: ByStream()},
    )


def _outbox(metadata: sa.MetaData) -> sa.Table:
    """One row per message emitted; `outbox_unsent` holds the few that wait for the relay."""
    return sa.Table(
        "outbox",
        metadata,
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("message_id", sa.String, nullable=False),
        sa.Column("stream", sa.String, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("town", sa.String, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("sent_at", Instant),
        sa.Column("frame", sa.LargeBinary, nullable=False),
        sa.Index(
            "outbox_unsent",
            "id",
            sqlite_where=sa.text("sent_at is null"),
            postgresql_where=sa.text("sent_at is null"),
        ),
        # By stream and not by town: a token's message names a town of those that it reaches, and is no town's.
        info={BELONGS: ByStream(), ASKED: of_town("select", "insert")},
    )


def _stream_in(metadata: sa.MetaData) -> sa.Table:
    """How far each producer's stream has been taken: `next` is the sequence expected."""
    return sa.Table(
        "stream_in",
        metadata,
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("stream", sa.String, primary_key=True),
        sa.Column("next", sa.BigInteger, nullable=False),
        info={OUTLIVES_CASES: True, BELONGS: ByStream()},
    )


def _editions(metadata: sa.MetaData) -> sa.Table:
    """This service's copy of the published editions, fed by `edition.published`; never deleted."""
    return sa.Table(
        "editions",
        metadata,
        sa.Column("edition", sa.String, primary_key=True),
        sa.Column("town", sa.String, nullable=False, index=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("effective_at", Instant, nullable=False),
        sa.Column("files", JsonText, nullable=False),
        sa.Column("as_of", Instant, nullable=False),
        # Rules are no secret, and a case may be compared with another town's.
        info={OUTLIVES_CASES: True, ASKED: of_all(*READ)},
    )


def _calendars(metadata: sa.MetaData) -> sa.Table:
    """This service's copy of each town's amended days, fed by `calendar.published`."""
    return sa.Table(
        "calendars",
        metadata,
        sa.Column("town", sa.String, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("days", JsonText(AmendedDays), nullable=False),
        sa.Column("as_of", Instant, nullable=False),
        info={ASKED: of_all(*READ)},
    )


def _tokens(metadata: sa.MetaData) -> sa.Table:
    """This service's copy of the bearer tokens' hashes, fed by `token.changed`."""
    return sa.Table(
        "tokens",
        metadata,
        sa.Column("token_hash", sa.String, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("unit", sa.String),
        sa.Column("person", sa.String),
        sa.Column("towns", JsonText, nullable=False),
        sa.Column("valid_until", Instant),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.Column("as_of", Instant, nullable=False),
        # Looked up before it is known whose request it is.
        info={
            OUTLIVES_CASES: True,
            BELONGS: OfHouse("a token may reach several towns"),
            ASKED: of_all(*READ),
        },
    )


def _quotas(metadata: sa.MetaData) -> sa.Table:
    """One row per token or town whose bucket is not full; see `shared.flow.quota_ledger`. Seconds since 1970, UTC."""
    return sa.Table(
        "quotas",
        metadata,
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("full_at", sa.Double, nullable=False),
        info={
            OUTLIVES_CASES: True,
            BELONGS: OfHouse("a full bucket is forgotten by itself"),
            ASKED: of_all("select", "insert", "update"),
        },
    )
