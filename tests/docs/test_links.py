"""Links of the documents: what they point at exists."""

from pathlib import Path

import pytest

from tests.docs.reading import PROJECT, anchors, documents, links


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_links_lead_somewhere(path: Path) -> None:
    """Every link within the project leads to a file that exists, and to a heading that it has."""
    dead = [
        target
        for target in links(path)
        if not target.startswith(("http:", "https:")) and not _leads(path, target)
    ]
    assert not dead


def _leads(path: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    there = (path.parent / name).resolve() if name else path
    return there.exists() and (not anchor or anchor in anchors(there))
