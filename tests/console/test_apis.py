"""What the services say for the sake of pages: which towns there are, what they call their things, what is open."""

from werkzeug.test import Client

from tests.console.town import OTHER_TOWN, TOWN, ConsoleTown


def ask(town: ConsoleTown, path: str, language: str = "en") -> object:
    """What anybody is answered, without a token."""
    answer = Client(town.front).get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_anybody_learns_which_towns_there_are(town: ConsoleTown) -> None:
    """Those that have published rules, by name in the reader's language; what a town is part of is none of them."""
    found = ask(town, "/v1/towns")
    assert isinstance(found, dict)
    assert [each["town"] for each in found["towns"]] == sorted([TOWN, OTHER_TOWN])
    assert {"town": TOWN, "name": "Chengguan town"} in found["towns"]
    chinese = ask(town, "/v1/towns", "zh")
    assert isinstance(chinese, dict)
    assert {"town": TOWN, "name": "城关镇"} in chinese["towns"]


def test_anybody_learns_what_a_town_calls_its_things(town: ConsoleTown) -> None:
    """Every key that answers name has its name: categories, units, places, rules, steps, values of facts."""
    found = ask(town, f"/v1/towns/{TOWN}/names")
    assert isinstance(found, dict)
    named = {
        kind: {each["key"]: each for each in found[kind]} for kind in found if isinstance(found[kind], list)
    }
    assert named["units"]["gas-unit"]["name"] != "gas-unit"
    assert named["places"]["drum-1"] == {
        "key": "drum-1",
        "name": "Drum community grid 1",
        "part_of": "drum-community",
    }
    assert named["categories"]["noise"]["name"] == "noise"
    assert named["milestones"]["handed_over"]["name"] == "handed over"
    case = town.case(town.report("noise", "a drill", "drum-1")["case"])
    assert case["decisions"][0]["reason"]["rule"] in named["rules"]
    assert {step["step"] for step in case["steps"]} <= set(named["steps"])
    assert found["zone"] == "Asia/Shanghai"


def test_a_town_without_rules_has_no_names(town: ConsoleTown) -> None:
    """It is not made up from its key."""
    answer = Client(town.front).get("/v1/towns/none-such/names")
    assert (answer.status_code, answer.json and answer.json["code"]) == (409, "no-edition")


def test_open_deadlines_are_without_those_that_have_stopped(town: ConsoleTown) -> None:
    """`open=true` leaves out what is settled; each says what its case is about and where."""
    case = town.report("noise", "a drill", "drum-community")["case"]
    path = f"/towns/{TOWN}/cases/{case}"
    before = _deadlines(town, "?open=true")
    assert before[case]["category"] == "noise"
    assert before[case]["place"] == "drum-community"
    form = {"fact.result": "they stopped"}
    assert town.signed_in("leader").post(f"{path}/steps/settle", form, seen_at=path).status_code == 303
    town.time.wait_quiet()
    assert case not in _deadlines(town, "?open=true")
    assert case in _deadlines(town, "")


def _deadlines(town: ConsoleTown, query: str) -> dict[str, dict[str, object]]:
    found = town.api("GET", f"/v1/towns/{TOWN}/deadlines{query}", town.operator)
    return {each["case"]: each for each in found["deadlines"]}
