"""Texts to people."""

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.texts import Text
from shared.rules.decide import placeholders, render
from shared.rules.decide.wording import OTHER, names_in
from tests.decide.towns import TOWNS, case, real

HELD = case("illegal-dumping", "east-1", levels=("town",), lead="t-vtc/environment-office")


def test_placeholders_take_the_names_of_their_things() -> None:
    """Category, place, lead, level, town and unit are named in the reader's language."""
    values = placeholders(
        real("t-vtc"), HELD, number="T-2026-000001", state="accepted",
        deadlines={"settle": "2026-03-12 24:00"}, unit="t-vtc.east-village/village-station-head",
    )  # fmt: skip
    names = "case.number case.category case.place case.lead case.level case.state town unit deadline.settle"
    text = Text(en=" ".join(f"{{{name}}}" for name in names.split()))
    assert render(text, values, "en") == (
        "T-2026-000001 illegal dumping East Village grid 1 town environment office town accepted "
        "a town of villages village grid station head 2026-03-12 24:00"
    )
    told = Text(zh="{case.category}由{case.lead}办理，{case.state}")
    assert render(told, values, "zh") == "违规倾倒由镇环保办办理，已受理"


def test_what_is_not_known_says_so() -> None:
    """A missing place or lead is a dash, a deadline that is not set says so, in both languages."""
    values = placeholders(real("t-vtc"), case("gone", None), number="", state="")
    text = Text("{case.category}{case.place}{case.lead}{deadline.settle}", "{case.number}|{deadline.settle}")
    assert render(text, values, "zh") == "———未定"
    assert render(text, values, "en") == "—|not set"


def test_a_state_is_called_by_its_name() -> None:
    """A milestone has a word, a step its name, anything else its key."""
    pack = real("t-vtc")
    for state, zh in (("settled", "已办结"), ("report-progress", "反馈进展"), ("found", "found")):
        assert render(Text("{case.state}"), placeholders(pack, HELD, state=state), "zh") == zh


def test_a_placeholder_that_nobody_knows_stays() -> None:
    """Braces that name nothing are left as they are."""
    assert render(Text("{nobody} {} { town }"), {"town": Text("镇")}, "zh") == "{nobody} {} 镇"


@given(st.text(), st.text(), st.text())
def test_values_are_inert(number: str, before: str, after: str) -> None:
    """Whatever a value holds comes out as it is: braces in it are never filled in, nothing else changes."""
    pack = real("t-vtc")
    values = placeholders(pack, HELD, number=number) | {"case.place": Text(number, number)}
    before, after = (one.replace("{", "(").replace("}", ")") for one in (before, after))
    text = Text(f"{before}{{case.number}}{{case.place}}{after}")
    shown = number or "—"
    expected = f"{before}{shown}{number}{after}" if number else f"{before}{shown}{after}"
    assert render(text, values, "zh") == expected


def test_every_text_of_every_town_is_filled_in() -> None:
    """No notice of the project's own packs is left with a placeholder."""
    for town in TOWNS:
        pack = real(town)
        deadlines = {limit.clock: "2026-03-12 24:00" for limit in pack.limits}
        category, place = next(iter(pack.categories)), next(iter(pack.places), None)
        level, unit = next(iter(pack.levels)), next(iter(pack.units))
        held = case(category, place, levels=(level,), lead=f"{town}/{unit}")
        values = placeholders(pack, held, number="N-1", state="settled", deadlines=deadlines)
        values[OTHER] = Text("N-2", "N-2")
        for notice in pack.tell:
            assert names_in(notice.text) <= values.keys(), notice.origin.rule
            for text in (render(notice.text, values, "zh"), render(notice.text, values, "en")):
                assert text
                assert not set("{—") & set(text)
