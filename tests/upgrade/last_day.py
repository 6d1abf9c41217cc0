"""The last afternoon of the fixture's house: services go down one after another while people work on.

In the end something lies in every place in which a message or a deadline can lie: outboxes, queues, inboxes (held,
put off, parked, refused), deliveries, a re-decision half done, and deadlines that pass in the night.
"""

import json
from collections.abc import Sequence
from datetime import date

from tests.upgrade.lives import SHORTER, VISITOR
from tests.upgrade.story import Story, at
from tests.upgrade.street import Street

MORNING = "2026-03-25 08:30"  # when the new version comes up
NEXT_EDITION = ("fallback: station", "fallback: station\nrunning_cases: follow")
COMMUNITY = ("within: 2 days", "within: 3 days")
AGAIN = ("in a grid that ends", "paused at the mill", "imported", "running noise")
BROKEN = {  # a message that breaks its contract: it is refused, and kept
    "specversion": "1.0",
    "id": "a-broken-message",
    "source": "/gridcase/intake",
    "type": "cn.gridcase.case.admitted.v1",
    "subject": "broken",
    "time": "2026-03-24T08:00:00.000000Z",
    "datacontenttype": "application/json",
    "sequence": 1,
    "town": "t-vtc",
    "data": {"case": 7},
}


def live_last_day(story: Story, street: Street) -> None:
    """Live the last day."""
    story.time("2026-03-24 09:00")
    story.publish("t-mill", SHORTER, NEXT_EDITION, effective="2026-04-01 00:00")
    story.token(VISITOR)
    story.time("2026-03-24 16:00")
    story.rest = street.rest
    _deliveries_wait(story)
    street.down = {"notify"}
    _a_fault_in_notify(story, street)
    street.down = {"sla"}
    story.report("t-mill", "text waits for its deadline", "noise", "grid-1", by="reporter")
    street.down |= {"notify"}
    _people_work_on(story)
    street.down |= {"routing"}
    _nobody_is_asked(story)
    _an_edition_on_its_way(story)
    _decided_again_by_half(story)
    _early_and_late(story, street)
    street.down |= {"intake"}
    _intake_hears_nothing(story, street)
    _said_and_not_sent(story, street)
    street.end()
    story.house.sleep(at(MORNING))


def _deliveries_wait(story: Story) -> None:
    """Notify has written letters and sends none of them any more."""
    story.report("t-mill", "letters wait", "dumping", "grid-2", by="reporter", answers={"litres": 7})
    story.report("t-mill", "letters wait too", "quarrel", "grid-2", by="reporter")


def _a_fault_in_notify(story: Story, street: Street) -> None:
    """A message on which a handler fails until it is parked; what comes after it waits behind it."""
    story.step("settled and closed unheard", "settle", result="talked to both")
    story.step("settled and closed unheard", "close")
    street.park("notify", "case.settled", story.cases["settled and closed unheard"])
    street.hand_over("notify", ["case.closed"], story.cases["settled and closed unheard"])


def _people_work_on(story: Story) -> None:
    """Decided and stepped on, while nobody counts and nobody is told."""
    story.report("t-vtc", "reported unheard", "ditch-and-drain", "east-1", by="reporter", key="hotline-4711")
    story.report("t-vtc", "told out of turn", "ditch-and-drain", "east-2", by="reporter")
    story.report("t-vtc", "counted out of turn", "illegal-dumping", "east-2", by="reporter")
    story.step("reopened unheard", "not-content", "reporter")
    story.step("approval asked", "审核报镇", "unit_staff t-zq.乙村/村书记")
    story.report("cixi-city", "passed down unheard from here", "食品安全")
    story.attach("reported unheard", "ditch.png", b"\x89PNG\r\n\x1a\nanother ditch", "image/png")


def _nobody_is_asked(story: Story) -> None:
    """Reported, and no one decides."""
    story.report("t-vtc", "reported and not routed", "neighbour-dispute", "west-1", by="reporter")
    story.step("passed down unheard from here", "pass-down")
    (link,) = story.view("passed down unheard from here")["linked"]
    story.adopt("t-zq", "passed down and not routed", link["case"])


def _an_edition_on_its_way(story: Story) -> None:
    """Intake has an edition of which the others have not heard yet, and asks about a case under it."""
    story.publish("t-com", COMMUNITY)
    _decide_again(story, "t-com", ["three days"], 1)


def _decided_again_by_half(story: Story) -> None:
    """Of four cases two are asked about when the process dies."""
    _decide_again(story, "t-mill", AGAIN, 2)


def _decide_again(story: Story, town: str, names: Sequence[str], asked: int) -> None:
    """Order that cases are decided again; so many of them are asked about."""
    body = {"preview": False, "reason": "a new edition", "cases": [story.cases[name] for name in names]}
    story.ask("intake", "POST", f"/v1/towns/{town}/redecisions", body=body, status=202)
    duties = {duty.name: duty for duty in story.house.services["intake"].duties}
    duties["redecide"].run(asked)
    story.rest()


def _early_and_late(story: Story, street: Street) -> None:
    """Messages that arrived and could not be handled: held, put off, refused."""
    cases = story.cases
    street.hand_over("notify", ["case.accepted"], cases["told out of turn"])
    street.hand_over("sla", ["case.accepted"], cases["counted out of turn"])
    street.hand_over("routing", ["case.progressed"], cases["three days"])
    street.hand_over("sla", ["case.progressed"], cases["three days"])
    story.house.take("routing", [json.dumps(BROKEN).encode()])


def _intake_hears_nothing(story: Story, street: Street) -> None:
    """A decision, a clock's start, a person who leaves and amended days are on their way to it."""
    street.hand_over("routing", ["case.progressed"], story.cases[AGAIN[0]])
    street.hand_over("sla", ["case.admitted", "case.accepted"], story.cases["told out of turn"])
    street.rest()
    place = {"person": "staff-1", "unit": "t-two/civil-affairs", "role": "unit_staff", "held": False}
    story.ask("registry", "POST", "/v1/towns/t-two/members", body=place)
    story.amend("t-vtc", holidays={date(2026, 3, 23): "庙会", date(2026, 3, 27): "庙会"})


def _said_and_not_sent(story: Story, street: Street) -> None:
    """The last that each service says stays in its outbox."""
    cases = story.cases
    street.hand_over("routing", ["case.admitted"], cases["reported and not routed"])
    street.hand_over("sla", ["case.admitted", "case.accepted"], cases["reported unheard"])
    story.rest = lambda: None
    story.step("settled and not yet said", "settle", result="talked to both")
    story.step("running", "settle", result="已调解")
