"""Writing a service's next table revision from what its `store/tables.py` now says.

python -m scripts.migration routing "first tables"
"""

import sys
import textwrap
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

from shared.db.engines import open_engine
from shared.db.migrate import VERSION_TABLE, revisions, upgrade

TEMPLATE = '''"""{title}."""

import sqlalchemy as sa
from alembic import op

import shared.db.types

revision = "{number:04d}"
down_revision = {previous!r}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    {up}
'''


def write(service: str, title: str) -> Path:
    """Compare the revisions so far with the tables as defined, and write the difference as a new revision."""
    package = f"services.{service}"
    metadata: sa.MetaData = import_module(f"{package}.bootstrap").metadata
    folder = Path(package.replace(".", "/")) / "store" / "migrations"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").write_text('"""Revisions of this store\'s tables, oldest first."""\n')
    engine = open_engine("sqlite://", service)
    previous = upgrade(engine, package)
    with engine.connect() as conn:
        context = MigrationContext.configure(
            conn, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        found = produce_migrations(context, metadata)
    number = int(previous or 0) + 1
    path = folder / f"{number:04d}_{title.replace(' ', '_')}.py"
    assert found.upgrade_ops is not None
    path.write_text(
        TEMPLATE.format(
            title=title.capitalize(),
            number=number,
            previous=previous,
            up=_indented(render_python_code(found.upgrade_ops)),
        )
    )
    assert revisions(package).get_current_head() == f"{number:04d}"
    return path


def _indented(code: str) -> str:
    lines = [line for line in code.splitlines() if line.strip() and not line.strip().startswith("# ###")]
    return textwrap.indent(textwrap.dedent("\n".join(lines)), "    ").strip()


if __name__ == "__main__":
    print(write(sys.argv[1], sys.argv[2]))
