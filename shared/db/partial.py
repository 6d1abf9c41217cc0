"""Indexes that are kept of some of a table's rows.

Such an index is used where a query says the same as it does: SQLite takes that by the letter, PostgreSQL for what
follows from it. So the condition is written once, without bound values, for the table and for what is asked of it.
"""

import sqlalchemy as sa


def partial_index(name: str, *columns: str, where: str) -> sa.Index:
    """Return an index of a table, in both databases kept of the rows alone of which a condition holds."""
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
