"""The one description of the pack format.

From it come the check of every file's structure, the published JSON Schema and the tables of the
documentation. Decides which keys and words may stand where; what they mean together is for the checks.
"""

from collections.abc import Mapping
from functools import cache

from shared.rules.language import (
    schema_assess_scenario,
    schema_duties,
    schema_figures,
    schema_grid_scenario,
    schema_ledger,
    schema_ledger_scenario,
    schema_places,
    schema_rules,
    schema_scenario,
    schema_teams,
    schema_trial,
)
from shared.rules.language.keys import keys_of
from shared.rules.language.shapes import Record
from shared.rules.language.vocabulary import Words

RECORDS: Mapping[str, Record] = {
    record.name: record
    for module in (
        schema_places,
        schema_rules,
        schema_duties,
        schema_ledger,
        schema_teams,
        schema_figures,
        schema_scenario,
        schema_trial,
        schema_ledger_scenario,
        schema_assess_scenario,
        schema_grid_scenario,
    )
    for record in module.RECORDS
}


@cache
def keys(record: str) -> Words:
    """Return the keys of a record in both languages."""
    return keys_of(record, tuple(RECORDS[record].fields))
