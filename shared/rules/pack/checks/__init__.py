"""What a pack's parts do to one another: loops, dead ends, rules that never fire, rules that disagree.

Each module checks one part; all complaints are collected. A pack that reaches these checks has no unknown
names left.
"""

from shared.rules.pack.checks.events import check_events
from shared.rules.pack.checks.limits import check_limits
from shared.rules.pack.checks.places import check_places
from shared.rules.pack.checks.routing import check_routing
from shared.rules.pack.checks.steps import check_steps
from shared.rules.pack.checks.together import check_together
from shared.rules.pack.drafting import Draft
from shared.rules.pack.model import Pack


def check_pack(pack: Pack, draft: Draft) -> None:
    """Complain of everything about the pack that cannot be meant."""
    for check in (check_places, check_steps, check_limits, check_events, check_routing, check_together):
        check(pack, draft)
    draft.rule = None
