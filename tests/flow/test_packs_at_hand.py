"""Packs are built once for as many towns as a house has, and what was put aside is what it was."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from gridcase.simulation.house import SimulatedHouse
from shared.flow import editions
from shared.flow.editions import PackCache
from shared.rules.language.errors import PackErrors
from shared.rules.pack.build.files import load_files
from shared.rules.pack.build.templates import TemplateCache
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack, build_published, read_pack
from tests.house.test_replay import DAWN

RULES = Path(__file__).parents[2] / "rules"
TOWNS = sorted(folder.parent.name for folder in RULES.glob("*/pack.yaml"))


def through_a_fold(pack: Pack) -> Pack:
    """The pack as it comes back after others have taken its place."""
    cache = PackCache(capacity=1)
    cache.put(pack.edition, pack)
    cache.put("another", pack)
    return cache.of(None, None, pack.edition)  # type: ignore[arg-type]  # no store is asked


@pytest.mark.parametrize("town", TOWNS)
def test_what_was_folded_is_what_it_was(town: str) -> None:
    """Equal in every part, and equally compiled."""
    pack = read_pack(RULES / town)
    back = through_a_fold(pack)
    assert back is not pack
    assert back == pack


def test_each_edition_is_built_once_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no number of towns from which on every case costs a pack."""
    built: list[str] = []

    def build(files: Mapping[str, str], town: str, templates: TemplateCache) -> Pack:
        built.append(town)
        return build_published(files, town, templates)

    monkeypatch.setattr(editions, "build_published", build)
    house, cache = SimulatedHouse(DAWN, "reference"), PackCache(capacity=2)
    sla = house.services["sla"].store
    packs = [read_pack(RULES / town) for town in TOWNS[:6]]
    with sla.begin() as work:
        rows = [
            {
                "edition": pack.edition,
                "town": pack.town,
                "number": 1,
                "effective_at": DAWN,
                "files": load_files(RULES / pack.town),
                "as_of": DAWN,
            }
            for pack in packs
        ]
        work.conn.execute(sla.flow.editions.insert(), rows)
    with sla.read() as conn:
        for _ in range(3):
            assert [cache.of(conn, sla.flow.editions, pack.edition) for pack in packs] == packs
    assert built == TOWNS[:6]
    house.close()


def test_a_published_edition_goes_on_where_a_check_would_refuse_it() -> None:
    """Checks grow; what was published under fewer of them has cases that run."""
    files = load_files(RULES / "t-co1")
    without = re.sub(r"channels:\n(  .*\n)+", "", files["t-co1/pack.yaml"])
    refused = {"t-co1/pack.yaml": without}
    with pytest.raises(PackErrors) as faults:
        build_pack(refused, "t-co1")
    assert [fault.code for fault in faults.value.errors] == ["no-channels"]
    assert build_published(refused, "t-co1").channels == {}
