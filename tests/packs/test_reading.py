"""What a pack says is what the model holds, with the format's defaults where nothing is said."""

from datetime import date

import pytest

from shared.kernel.texts import Text
from shared.rules.logic.facts import Kind
from shared.rules.pack.model import Effect, EffectKind, LateKind, Pack, Spot
from shared.rules.pack.read import build_pack
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.packs.corpus import TOWN, base_files
from tests.packs.edits import TEMPLATE, changed, limit, pack_with


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The sound pack."""
    return build_pack(base_files(), TOWN)


def test_the_town_itself(pack: Pack) -> None:
    """Name, zone, acceptance and webhooks are those of the file."""
    assert (pack.town, pack.name, pack.part_of, pack.zone) == (
        TOWN, Text("基准镇", "base town"), "the-county", "Asia/Shanghai")  # fmt: skip
    assert (pack.acceptance, pack.acceptance_after_handover) == ("automatic", "lead")
    assert (pack.fallback, pack.running_cases, pack.webhooks) == (
        "town-centre",
        "keep",
        ("hook.example.org",),
    )


def test_what_is_left_out_has_its_default() -> None:
    """Acceptance is automatic, running cases keep their edition, no webhooks: where nothing is said."""
    bare = pack_with(
        ("acceptance: {first: automatic, after_handover: lead}\n", ""),
        ("running_cases: keep\n", ""),
        ("webhooks: [hook.example.org]\n", ""),
        (", channels: [inbox, webhook]", ""),
    )
    assert (bare.acceptance, bare.acceptance_after_handover, bare.running_cases) == (
        "automatic",
        "automatic",
        "keep",
    )
    assert (bare.webhooks, bare.units["town-centre"].channels) == ((), ("inbox",))


def test_one_word_of_acceptance_holds_for_both() -> None:
    """`acceptance: lead` means first and after a hand-over."""
    word = pack_with(("acceptance: {first: automatic, after_handover: lead}", "acceptance: lead"))
    assert (word.acceptance, word.acceptance_after_handover) == ("lead", "lead")


def test_the_calendar(pack: Pack) -> None:
    """Own days have their names, hours their order; a stretch of days is every day of it."""
    calendar = pack.calendar
    assert (calendar.official, calendar.weekend) == ("china", ("sat", "sun"))
    assert calendar.office_hours == (("08:30", "12:00"), ("14:00", "17:30"))
    assert calendar.holidays == {date(2026, 7, 20): Text("镇庆", "town day")}
    assert calendar.make_up == {date(2026, 7, 25): Text()}
    longer = pack_with(
        ("2026-07-20: {", "2026-07-20..2026-07-22: {"),
        ("14:00-17:30]", "14:00-17:30]\n  office_hours_on: {fri: 08:30-12:00}"),
    )
    assert list(longer.calendar.holidays) == [date(2026, 7, day) for day in (20, 21, 22)]
    assert longer.calendar.office_hours_on == {"fri": (("08:30", "12:00"),)}


def test_facts_have_their_types(pack: Pack) -> None:
    """Types, bounds, sources, questions and defaults are those declared; the platform's are there too."""
    facts = pack.facts
    assert facts["parties"].type.values == ("residents", "units")
    assert (facts["depth"].type.kind, facts["depth"].type.low, facts["depth"].type.high) == (Kind.INT, 0, 100)
    assert (facts["depth"].default, facts["score"].type.kind, facts["noted"].counts) == (
        0,
        Kind.DECIMAL,
        "note",
    )
    assert (facts["urgent"].source, facts["urgent"].ask.en) == ("reporter", "Is it urgent?")
    assert (facts["category"].source, facts["round"].type.low) == ("platform", 1)


def test_values_of_a_choice_may_have_names() -> None:
    """`one of: {a: …}` gives each value a name for people."""
    named = pack_with(
        ("{one of: [residents, units]}", "{one of: {residents: {zh: 居民, en: residents}, units: 单位}}"),
        file=TEMPLATE,
    )
    assert named.facts["parties"].value_names == {
        "residents": Text("居民", "residents"),
        "units": Text("单位"),
    }


def test_a_categorys_departments_and_facts(pack: Pack) -> None:
    """'none' is no department; facts of the category are typed."""
    assert pack.categories["dispute"].departments == ()
    assert pack.categories["road"].departments == ("works-office",)
    assert pack.categories["road"].facts == {"parties": "units"}
    assert (pack.categories["secret"].private, pack.categories["dispute"].asks) == (True, ("urgent",))


def test_places_have_facts(pack: Pack) -> None:
    """A place gives the facts that come from places, and may be dedicated to a unit."""
    assert pack.places["east"].facts == {"hilly": True}
    assert (pack.places["east-1"].part_of, pack.places["east-1"].dedicated_to) == ("east", "works-office")


def test_steps_and_their_effects(pack: Pack) -> None:
    """An effect is a word, or a word with what it is about."""
    found = pack.steps["find-beyond"]
    assert found.does == (Effect(EffectKind.MARK, "found"), Effect(EffectKind.DECIDE_AGAIN))
    assert found.sets == {"finding": "beyond"}
    assert pack.steps["write-due"].does == (Effect(EffectKind.SET_DUE, "settle"),)
    assert pack.steps["note"].who == ("grid_worker", "village-clerk")


def test_nouns_stay_slots(pack: Pack) -> None:
    """A template's nouns are looked up after the decision, not before (towns share compiled tables)."""
    beyond = next(rule for rule in pack.routing if rule.origin.rule == "beyond")
    assert (beyond.then.levels, beyond.then.lead, beyond.then.pass_to) == (
        ("$high",),
        "previous lead",
        "$upper",
    )
    assert pack.noun(beyond.then.levels[0]) == "town"
    assert pack.bindings == {
        "low": "village",
        "high": "town",
        "clerk": "village-clerk",
        "upper": "the-county",
    }


def test_a_limits_parts(pack: Pack) -> None:
    """Amounts keep their unit; what is left out is settled by the format or by the readings."""
    low, high, note = (limit(pack, rule) for rule in ("low-limit", "high-limit", "note-limit"))
    assert (low.within, low.warn_before) == (
        Amount(3, TimeUnit.WORKING_DAYS),
        Amount(1, TimeUnit.WORKING_DAYS),
    )
    assert (low.start, low.until, low.escalate[0].to) == (None, ("settled",), ("supervisor",))
    assert (high.cap, high.cap_from) == (Amount(9, TimeUnit.WORKING_DAYS), "first accepted")
    assert (high.reason_in_time, high.otherwise) == (LateKind.EXTENDED, LateKind.BREACHED)
    assert (note.within, note.target_minutes, note.start) == (Amount(0, TimeUnit.AT_ONCE), 30, "reported")
    assert (note.origin.valid_from, note.origin.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))


def test_a_soft_target_breaches_nothing() -> None:
    """RC-8 read as a target: passing it is noted, unless the rule says otherwise."""
    soft = pack_with(("policies:\n", "readings: {RC-8: soft}\n\npolicies:\n"))
    assert limit(soft, "note-limit").otherwise is LateKind.NOTED
    assert limit(soft, "low-limit").otherwise is LateKind.BREACHED


def test_the_nearest_reading_wins() -> None:
    """A reading of the rule wins over its section's, that over the pack's, that over the template's."""
    files = changed(
        ("parameters:\n", "readings: {RC-5: strict, RC-6: next_office_opening}\n\nparameters:\n"),
        file=TEMPLATE,
    )
    files = changed(("policies:\n", "readings: {RC-5: roll}\n\npolicies:\n"), files=files)
    files = changed(
        (
            "limits:\n  - rule: note-limit",
            "limits:\n  readings: {RC-2: exact, RC-3: always_24}\n  rules:\n  - rule: note-limit",
        ),
        ("    until: [note]\n", "    until: [note]\n    readings: {RC-2: include_start_day}\n"),
        files=files,
    )
    pack = build_pack(files, TOWN)
    note = limit(pack, "note-limit")
    assert note.readings == {"RC-2": "include_start_day", "RC-3": "always_24"}
    assert pack.reading("RC-2", note.readings) == "include_start_day"
    assert (pack.reading("RC-5", note.readings), pack.reading("RC-6"), pack.reading("RC-4")) == (
        "roll", "next_office_opening", "official")  # fmt: skip


def test_notices_wait_for_events(pack: Pack) -> None:
    """An occasion is a milestone, a step, or a clock's event; texts keep English placeholders."""
    centre = next(notice for notice in pack.tell if notice.origin.rule == "tell-centre")
    assert centre.on == ("handed_over", "settle warned")
    chinese = pack_with(("'{case.number}在{case.level}'", "'{案件.编号}在{案件.层级}，期限{期限.办结}'"))
    text = next(notice for notice in chinese.tell if notice.origin.rule == "tell-centre").text
    assert text.zh == "{case.number}在{case.level}，期限{deadline.settle}"


def test_everything_knows_where_it_is_written(pack: Pack) -> None:
    """Spots point to the file and line of each thing."""
    files = base_files()
    for spot, words in (
        (pack.routing[0].origin.spot, "rule: deep-water"),
        (pack.steps["settle"].spot, "settle:"),
        (pack.units["works-office"].spot, "works-office:"),
        (pack.facts["noted"].spot, "noted:"),
        (limit(pack, "low-limit").origin.spot, "rule: low-limit"),
    ):
        assert isinstance(spot, Spot)
        assert words in files[spot.file].split("\n")[spot.line - 1]


def test_a_plain_text_counts_for_the_packs_language() -> None:
    """A text in one language only is Chinese, or what `language` says."""
    assert pack_with(("{zh: 东村, en: East Village}", "东村")).places["east"].name == Text(zh="东村")
    english = pack_with(("{zh: 东村, en: East Village}", "East"), ("zone: ", "language: en\nzone: "))
    assert (english.places["east"].name, english.language) == (Text(en="East"), "en")
