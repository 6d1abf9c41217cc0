"""Writes what others read of the format: the JSON Schema for editors, the tables of its documentation.

`python -m shared.rules.language.publish` in the project's folder; a test holds both against the description.
"""

from pathlib import Path

import orjson

from shared.rules.language.describe import described
from shared.rules.language.json_schema import json_schema

SCHEMA_FILE = Path("rules/schema/pack.schema.json")
DOCUMENT = Path("docs/pack-format.md")


def schema_text() -> str:
    """Return the JSON Schema as it is published."""
    return orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2).decode() + "\n"


def publish(project: Path) -> None:
    """Write schema and tables into a project's folder."""
    (project / SCHEMA_FILE).parent.mkdir(parents=True, exist_ok=True)
    (project / SCHEMA_FILE).write_text(schema_text(), encoding="utf-8")
    document = project / DOCUMENT
    document.write_text(described(document.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    publish(Path())
