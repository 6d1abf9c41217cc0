"""What a pack's parts do to one another: loops, dead ends, rules that never fire, rules that disagree.

Each module checks one part; all complaints are collected. A pack that reaches these checks has no unknown
names left.
"""

from shared.rules.pack.build.drafting import Draft
from shared.rules.pack.checks.areas import check_areas
from shared.rules.pack.checks.clock_steps import check_clock_steps
from shared.rules.pack.checks.duties import check_duties
from shared.rules.pack.checks.events import check_events
from shared.rules.pack.checks.figures import check_figures
from shared.rules.pack.checks.heads import check_heads
from shared.rules.pack.checks.hits import check_hits
from shared.rules.pack.checks.idle import check_idle
from shared.rules.pack.checks.ledger import check_ledger
from shared.rules.pack.checks.limits import check_limits
from shared.rules.pack.checks.papers import check_papers
from shared.rules.pack.checks.places import check_places
from shared.rules.pack.checks.requests import check_requests
from shared.rules.pack.checks.routing import check_routing
from shared.rules.pack.checks.sight import check_sight
from shared.rules.pack.checks.steps import check_steps
from shared.rules.pack.checks.teams import check_teams
from shared.rules.pack.checks.telling import check_telling
from shared.rules.pack.checks.together import check_together
from shared.rules.pack.checks.waiting import check_waiting
from shared.rules.pack.model import Pack
from shared.rules.pack.proof.situations import View


def check_pack(pack: Pack, draft: Draft) -> None:
    """Complain of everything about the pack that cannot be meant."""
    for check in (
        check_places,
        check_heads,
        check_areas,
        check_steps,
        check_waiting,
        check_limits,
        check_clock_steps,
        check_requests,
        check_events,
        check_telling,
        check_duties,
        check_ledger,
        check_teams,
        check_figures,
        check_papers,
    ):
        check(pack, draft)
    if not pack.routing:
        draft.complain("no-routing", draft.assembly.root.where("routing"))
    elif pack.categories:
        own, free = View(pack, coupled=True), View(pack, coupled=False)
        check_routing(pack, draft, own, free)
        check_together(pack, draft, own, free)
        # What an edition of format 1 was published with is not refused afterwards.
        if pack.format > 1:
            check_idle(pack, draft, own)
            check_sight(pack, draft, own)
        # A key of the new number may stand in a pack of the old one, and then it holds.
        if pack.format > 1 or pack.hit_policy is not None:
            check_hits(pack, draft, own)
    draft.rule = None
