"""A case's page names what the edition of the case had, also what the one in force has no more."""

from pathlib import Path

from werkzeug.test import Client

from gridcase.variants import with_readings
from services.console.domain.sheets.names import NameBook, NamedKey
from shared.rules.pack.build.files import load_files
from tests.console.town import ROOT, TOWN, ConsoleTown, console_town, give_accounts

GONE, NOW = "noise", "racket"


def test_a_name_that_is_gone_is_taken_from_the_case_s_own_edition(tmp_path: Path) -> None:
    """The category is called otherwise by now, under another key: the page of an older case still says its name."""
    with console_town(tmp_path) as town:
        give_accounts(town)
        case = town.report(GONE, "a drill at night", "drum-1")["case"]
        bound = town.case(case)["edition"]["hash"]
        _rename(town)
        page = town.signed_in("watcher", "zh").get(f"/towns/{TOWN}/cases/{case}").text
        assert "噪声扰民" in page
        assert f">{GONE}<" not in page
        assert _names(town, "") == (False, True)
        assert _names(town, f"?edition={bound}") == (True, False)


def test_no_edition_of_another_town_is_named(town: ConsoleTown) -> None:
    """An edition that the town never had is not found."""
    answer = Client(town.front).get(f"/v1/towns/{TOWN}/names?edition=0123456789abcdef")
    assert (answer.status_code, answer.json and answer.json["code"]) == (404, "no-such-edition")


def test_names_of_now_come_first() -> None:
    """What both editions name has its present name; of a choice that is still there, values that are gone are kept."""
    now = NameBook(
        units=(NamedKey("office", "the new office"),),
        facts=(NamedKey("size", "size", values=(NamedKey("a", "A"),)),),
    )
    before = NameBook(
        units=(NamedKey("office", "the office"), NamedKey("desk", "the desk")),
        facts=(NamedKey("size", "how large", values=(NamedKey("a", "small"), NamedKey("b", "large"))),),
    )
    both = now.completed_by(before)
    assert [unit.name for unit in both.units] == ["the new office", "the desk"]
    assert [fact.name for fact in both.facts] == ["size"]
    assert [value.name for value in both.facts[0].values] == ["A", "large"]


def _rename(town: ConsoleTown) -> None:
    """Publish an edition in which the category has another key."""
    files = load_files(ROOT / "rules" / TOWN)
    renamed = {
        path: text.replace(f"{GONE}:", f"{NOW}:").replace(f": {GONE},", f": {NOW},")
        for path, text in files.items()
    }
    town.registry.publish(TOWN, with_readings(renamed, TOWN, {"RC-22": "provisional"}))
    town.time.wait_quiet()


def _names(town: ConsoleTown, query: str) -> tuple[bool, bool]:
    answer = Client(town.front).get(f"/v1/towns/{TOWN}/names{query}")
    assert answer.status_code == 200, answer.text
    keys = {each["key"] for each in answer.json["categories"]}
    return GONE in keys, NOW in keys
