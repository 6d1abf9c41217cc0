"""Packs are built once for as many towns as a house has, and what was put aside is what it was."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gridcase.simulation.house import SimulatedHouse
from shared.flow import editions
from shared.flow.editions import PackCache
from shared.kernel.texts import Text
from shared.rules.decide import CompiledRulesCache
from shared.rules.language.errors import PackErrors
from shared.rules.pack.alike import PackKind
from shared.rules.pack.build.files import load_files
from shared.rules.pack.build.templates import TemplateCache
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack, build_published, read_pack
from tests.house.test_replay import DAWN

RULES = Path(__file__).parents[2] / "rules"
TOWNS = sorted(folder.parent.name for folder in RULES.glob("*/pack.yaml"))


def through_a_fold(pack: Pack) -> Pack:
    """The pack as it comes back after others have taken its place."""
    cache = PackCache(at_hand=0)
    cache.put(pack.edition, pack)
    cache.put("another", pack)  # of no room at all the one used last takes what there is
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

    house, cache = SimulatedHouse(DAWN, "reference"), PackCache(at_hand=0)
    sla = house.services["sla"].store
    packs = entered(house, {town: load_files(RULES / town) for town in TOWNS[:6]})
    monkeypatch.setattr(editions, "build_published", build)
    with sla.read() as conn:
        for _ in range(3):
            assert [cache.of(conn, sla.flow.editions, pack.edition) for pack in packs] == packs
    assert built == TOWNS[:6]
    house.close()


def entered(house: SimulatedHouse, towns: Mapping[str, Mapping[str, str]]) -> list[Pack]:
    """The packs of towns whose files sla has been told."""
    packs = [build_published(files, town) for town, files in towns.items()]
    sla = house.services["sla"].store
    rows = [
        {"edition": pack.edition, "town": pack.town, "number": 1, "effective_at": DAWN, "as_of": DAWN}
        for pack in packs
    ]
    with sla.begin() as work:
        work.conn.execute(
            sla.flow.editions.insert(), [{**row, "files": towns[str(row["town"])]} for row in rows]
        )
    return packs


def neighbours(source: str, count: int, named: str = "t-near") -> dict[str, dict[str, str]]:
    """The files of towns that have another's rules, each under a name of its own."""
    files = load_files(RULES / source)
    names = [f"{named}-{number}" for number in range(count)]
    return {
        name: {file.replace(source, name): text.replace(source, name) for file, text in files.items()}
        for name in names
    }


@pytest.mark.parametrize("at_hand", [0, 2**30])
def test_towns_alike_are_themselves_at_hand_and_folded(at_hand: int) -> None:
    """Whatever towns share in memory, each is what its own files say, place by place, and again after others."""
    house, cache = SimulatedHouse(DAWN, "reference"), PackCache(at_hand=at_hand)
    sla = house.services["sla"].store
    packs = entered(house, {**neighbours("t-vtc", 3), **neighbours("t-zj", 3, "t-own")})
    with sla.read() as conn:
        for _ in range(2):
            found = [cache.of(conn, sla.flow.editions, pack.edition) for pack in packs]
            assert found == packs
            assert [
                PackKind(pack).joined(other) is pack for pack, other in zip(packs, found, strict=True)
            ] == [True] * 6
    house.close()


def test_what_is_worked_out_goes_with_its_pack() -> None:
    """Rules and terms are kept as long as their pack is at hand, and hold none in memory that was put aside."""
    house, cache, gone = SimulatedHouse(DAWN, "reference"), PackCache(at_hand=0), list[str]()
    cache.with_it_goes(lambda pack: gone.append(pack.town))
    sla, compiled = house.services["sla"].store, CompiledRulesCache("reference")
    cache.with_it_goes(compiled.forget)
    packs = entered(house, neighbours("t-vtc", 3))
    with sla.read() as conn:
        for pack in packs:
            compiled.of(cache.of(conn, sla.flow.editions, pack.edition))
    assert gone == ["t-near-0", "t-near-1"]
    assert [pack.town for pack in packs if compiled.of(pack).pack is pack] == gone
    house.close()


def test_a_pack_takes_the_place_of_what_was_folded() -> None:
    """What is put under an edition is what is found there, whatever stood there before and was put aside."""
    cache, first = PackCache(at_hand=0), read_pack(RULES / "t-co1")
    second = replace(first, name=Text("另一个", "another"))
    for pack in (first, second):
        cache.put("edition", pack)
        cache.put("other", first)
    assert cache.of(None, None, "edition") == second  # type: ignore[arg-type]  # no store is asked


def test_a_published_edition_goes_on_where_a_check_would_refuse_it() -> None:
    """Checks grow; what was published under fewer of them has cases that run."""
    files = load_files(RULES / "t-co1")
    without = re.sub(r"channels:\n(  .*\n)+", "", files["t-co1/pack.yaml"])
    refused = {"t-co1/pack.yaml": without}
    with pytest.raises(PackErrors) as faults:
        build_pack(refused, "t-co1")
    assert [fault.code for fault in faults.value.errors] == ["no-channels"]
    assert build_published(refused, "t-co1").channels == {}
