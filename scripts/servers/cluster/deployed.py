"""The settings that are deployed, `deploy/cluster`: what runs here is what runs there."""

from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "deploy" / "cluster"


def settings(name: str, values: Mapping[str, str]) -> str:
    """Return a deployed file, filled in as `deploy/make-machine` does it.

    Args:
        name: of the file.
        values: for what stands between '@' in it.
    """
    text = (FOLDER / name).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text
