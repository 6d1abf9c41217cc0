"""A column that says who alone sees a row: a text of names, '|name|name|', or NULL where everybody may.

Decides how such a text is asked for a name. Must not know who is behind the names.
"""

from collections.abc import Iterable

import sqlalchemy as sa


def shown_to(column: sa.ColumnElement[str], names: Iterable[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a row is hidden from nobody, or shown to one of these names.

    Args:
        column: text of names, each between two bars; NULL: hidden from nobody.
        names: for which the caller speaks, such as a unit or a reference to a person; none: what is hidden stays so.
    """
    return sa.or_(column.is_(None), *(_names(column, name) for name in names))


def _names(column: sa.ColumnElement[str], name: str) -> sa.ColumnElement[bool]:
    """Whole names, letter by letter: what can be taken out of the text stands in it.

    Not `like`: it takes '%' and '_' within a name for any letters, and in SQLite 'a' for 'A'. Somebody would see what
    is hidden from them.
    """
    return sa.func.replace(column, f"|{name}|", "") != column
