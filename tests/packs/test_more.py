"""What the town that draws grids, hides cases and listens to machines says is what the model holds."""

from datetime import date

import pytest

from shared.kernel.texts import Text
from shared.rules.language.errors import PackErrors
from shared.rules.logic.condition import All, Op, Test
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Duplicates, EffectKind, NotBefore, Pack, PlaceCode
from shared.rules.pack.read import build_pack, edition_of
from shared.rules.scenario.read import load_scenarios
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.packs.corpus import BASE, OTHER
from tests.packs.edits import changed, limit

PACK, AREAS = f"{OTHER}/pack.yaml", f"{OTHER}/grids.geojson"


def files() -> dict[str, str]:
    """The town's files."""
    return load_files(BASE / OTHER)


def with_edits(*edits: tuple[str, str], file: str = PACK) -> Pack:
    """The town with a few words changed."""
    return build_pack(changed(*edits, file=file, files=files()), OTHER)


def codes(*edits: tuple[str, str], file: str = PACK) -> list[str]:
    """What is said of it then."""
    try:
        with_edits(*edits, file=file)
    except PackErrors as refusal:
        return [error.code for error in refusal.errors]
    return []


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The town."""
    return build_pack(files(), OTHER)


def test_what_is_returned_has_no_lead(pack: Pack) -> None:
    """A rule that returns a matter leads nobody, and reaches 'rejected' without a step."""
    rule = next(rule for rule in pack.routing if rule.then.returned)
    assert (rule.origin.rule, rule.then.lead, rule.then.assist) == ("not-ours", None, ())
    assert rule.when == All((Test("channel", Op.EQ, "camera"), Test("depth", Op.OR_MORE, 90)))
    assert codes(("returned: yes", "lead: none")) == ["event-never-happens"]
    assert codes(("    then: {level: town, returned: yes,", "    then: {level: town,")) == ["missing-key"]


def test_a_publication_names_its_levels(pack: Pack) -> None:
    """Levels of a publication are kept in order, by the template's slots where there are any."""
    (effect,) = pack.steps["announce"].does
    assert (effect.kind, effect.value, effect.levels) == (EffectKind.PUBLISH, None, ("$low", "county"))
    assert [pack.noun(level) for level in effect.levels] == ["village", "county"]


def test_an_appeal_excuses_a_clock(pack: Pack) -> None:
    """The effect names its clock; a notice on 'excused' needs a step that excuses."""
    (effect,) = pack.steps["uphold"].does
    assert (effect.kind, effect.value) == (EffectKind.EXCUSE, "settle")
    assert codes(("{excuse: settle}", "{stop: settle}")) == ["event-never-happens"]


def test_reminders_are_repeated(pack: Pack) -> None:
    """An escalation may be repeated so far apart, so often; without a number, until the clock stops."""
    (escalation,) = limit(pack, "any-note").escalate
    assert (escalation.every, escalation.times) == (Amount(2, TimeUnit.WORKING_DAYS), 3)
    endless = with_edits(("times: 3, ", ""))
    assert limit(endless, "any-note").escalate[0].times is None


def test_a_default_limit_disagrees_with_nothing(pack: Pack) -> None:
    """A default limit may say something else than the others of its clock, since it gives way to them."""
    assert limit(pack, "any-note").default
    assert codes(("    default: yes\n", "")) == ["limits-disagree"]


def test_hidden_cases(pack: Pack) -> None:
    """A rule of hiding keeps its condition, its milestone and who sees the case; the milestone is reachable."""
    (rule,) = pack.hidden
    assert (rule.when, rule.until) == (Test("category", Op.EQ, "secret"), "announce")
    assert rule.seen_by == ("lead", "works-office")
    assert codes(("until: announce", "until: verified")) == ["milestone-never-reached"]


def test_machines_and_duplicates(pack: Pack) -> None:
    """A channel may be a machine's; likely duplicates have a time and what must be the same."""
    assert pack.channels == {"phone": Text("电话", "telephone"), "camera": Text("摄像头", "camera")}
    assert pack.machines == {"camera": Amount(30, TimeUnit.MINUTES)}
    assert pack.proposed_category == "confirmed"
    assert pack.duplicates is not None
    spot = pack.duplicates.spot
    assert pack.duplicates == Duplicates(("P-1.9",), Amount(2, TimeUnit.DAYS), ("category", "place"), spot)
    other = with_edits((", same: [category, place]", ""), (", repeats_within: 30 minutes", ""))
    assert other.duplicates is not None
    assert (other.duplicates.same, other.machines) == (("category", "place"), {"camera": None})


def test_places_end_and_become_others(pack: Pack) -> None:
    """A place takes cases until the day before its end, and says what it becomes."""
    ending, taking_over = pack.places["east-3"], pack.places["east-2"]
    assert (ending.ends_on, ending.becomes) == (date(2026, 6, 1), ("east-2",))
    assert ending.takes_cases(date(2026, 5, 31))
    assert not ending.takes_cases(date(2026, 6, 1))
    assert taking_over.code == PlaceCode("琅琊街道", "花园街", 1)
    assert taking_over.takes_cases(date(2199, 1, 1))


def test_areas_are_plain_numbers(pack: Pack) -> None:
    """An area is kept as polygons of rings of longitude and latitude; places without one have none."""
    area = pack.places["east-1"].area
    assert area is not None
    ((ring,),) = area
    assert ring[0] == ring[-1] == (118.3, 32.3)
    assert len(ring) == 5
    bare = files()
    del bare[AREAS]
    assert {place.area for place in build_pack(bare, OTHER).places.values()} == {None}


def test_areas_belong_to_the_edition(pack: Pack) -> None:
    """Another drawing is another edition."""
    assert pack.edition == edition_of(files())
    drawn = with_edits(('"type": "FeatureCollection"', '"type":  "FeatureCollection"'), file=AREAS)
    assert drawn.edition != pack.edition


def test_neighbours_may_claim_the_thickness_of_a_pencil() -> None:
    """Borders that were digitised twice overlap by a hair, which is no overlap."""
    one = ("[[[[118.32, 32.30], [118.34", "[[[[118.319999999, 32.30], [118.34")
    other = ("[118.32, 32.32], [118.32, 32.30]]]]", "[118.32, 32.32], [118.319999999, 32.30]]]]")
    assert codes(one, other, file=AREAS) == []


def test_a_place_may_lie_over_the_one_that_it_takes_over_from() -> None:
    """Without 'becomes' the same drawing is refused with both names."""
    assert codes((", ends: 2026-06-01, becomes: [east-2]", "")) == ["areas-overlap"]


def test_a_scenario_with_a_text_and_further_categories() -> None:
    """A report may bring a text in place of its category, and further categories; levels are the town's own."""
    (scenario,) = load_scenarios(files(), OTHER)
    case, expected = scenario.case, scenario.expected
    assert (case.category, case.text, case.also) == (None, "隔壁吵架了", ("secret", "road"))
    assert expected is not None
    assert (expected.published, expected.published_at) == (True, ("village", "town"))
    assert expected.verdicts == {"settle": "excused"}
    first = scenario.checks[0].expected
    assert (first.published, first.published_at) == (False, ())
    assert (first.seen_by, first.hidden_from) == (("works-office",), ("town-centre",))


def test_a_step_waits(pack: Pack) -> None:
    """How long, since what, why and by which readings; without reasons of its own it rests on the step's."""
    waiting = pack.steps["announce"].not_before
    assert waiting == NotBefore(
        Amount(2, TimeUnit.WORKING_DAYS), "settled", ("P-1.9",), {"RC-3": "always_24"}
    )
    assert pack.steps["announce"].awaits == ("settled", "settled")
    assert {step.not_before for step in pack.steps.values() if step.key != "announce"} == {None}
    of_step = with_edits(
        (", because: P-1.9, readings", ", readings"),
        ("    not_before:", "    because: P-1.7\n    not_before:"),
    )
    inherited = of_step.steps["announce"].not_before
    assert inherited is not None
    assert inherited.because == ("P-1.7",)


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        ("{amount: at once, from: settled, because: P-1.9}", ["at-once-not-here"]),
        ("{amount: 2, from: settled, because: P-1.9}", ["bare-number"]),
        ("{amount: 2 days, from: nothing, because: P-1.9}", ["unknown-milestone"]),
        ("{amount: 2 days, from: announce, because: P-1.9}", ["step-never-reached"]),
        ("{amount: 2 days, from: declined, because: P-1.9}", ["step-never-reached"]),
        ("{amount: 2 days, because: P-1.9}", ["missing-key"]),
        ("{amount: 2 days, from: settled, because: P-1.9, readings: {RC-99: strict}}", ["unknown-reading"]),
        ("{amount: 9 office hours, from: note, because: P-1.9}", []),
    ],
)
def test_a_waiting_time_is_held_against_the_pack(waiting: str, said: list[str]) -> None:
    """An amount without duration, a milestone that nobody reaches, or the step itself are refused."""
    was = "{amount: 2 working days, from: settled, because: P-1.9, readings: {RC-3: always_24}}"
    assert codes((was, waiting)) == said


def test_a_waiting_step_is_in_no_procedure_before_what_it_waits_for() -> None:
    """What it counts from is asked for as 'after' is: no order may contradict it, no 'before' deny it."""
    was = "    after: [settled]\n    not_before"
    assert codes((was, "    before: [settled]\n    not_before")) == ["before-and-after"]


@pytest.mark.parametrize(
    ("within", "late", "said"),
    [
        ("2 working days", "", ["waits-past-limit"]),
        ("1 working day", "", ["waits-past-limit"]),
        ("3 working days", "", []),
        ("2 working days", "    if_late: {otherwise: noted}\n", []),
        ("47 hours", "", []),  # not to be compared
    ],
)
def test_no_limit_ends_before_its_step_may_be_taken(within: str, late: str, said: list[str]) -> None:
    """A limit from the same milestone that only the waiting step ends must be longer, or not end in a breach."""
    rule = (
        "  - rule: in-time\n    because: P-1.9\n    clock: announcing\n"
        f"    within: {within}\n    from: settled\n    until: announce\n"
        f"    readings: {{RC-3: always_24}}\n{late}"
    )
    assert codes(("  - rule: any-note\n", f"{rule}  - rule: any-note\n")) == said
