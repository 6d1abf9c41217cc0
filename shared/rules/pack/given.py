"""What people say of a case, held against what its pack declares: the gate of reports, steps and imports."""

from collections.abc import Mapping

from shared.rules.logic.facts import Facts, FactType, check_facts, require_exact
from shared.rules.pack.model import Pack


def given_facts(pack: Pack, declared: Mapping[str, FactType], given: Mapping[str, object]) -> Facts:
    """Return facts typed and normalised.

    From format 2 on a number with more than four decimal places is refused; in format 1 it is rounded, as it always
    was: 49.99996 is then 50 to every rule.

    Args:
        declared: those facts of the pack that may be given here.

    Raises:
        FactError: a fact is not what the pack declares.
    """
    if pack.format > 1:
        require_exact(declared, given)
    return check_facts(declared, given)
