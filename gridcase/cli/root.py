"""The commands and what each is for.

Must not import any of them: whoever asks for help does not wait for the imports of all.
"""

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

import click


class Known(NamedTuple):
    """A command: where it is, and the first sentence of its own help."""

    place: str
    help: str


COMMANDS = {
    "serve": Known(
        "gridcase.cli.serve:serve",
        "Run everything in one process, or the named SERVICES as processes of their own.",
    ),
    "decide": Known(
        "gridcase.cli.decide:decide",
        "Decide a case of TOWN described in FACTS (a YAML file, '-' for standard input).",
    ),
    "compare": Known(
        "gridcase.cli.compare:compare",
        "Put the case in FACTS (a YAML file, '-' for standard input) to several towns.",
    ),
    "check": Known(
        "gridcase.cli.check:check",
        "Check packs: every fault with file, line, rule, cause and remedy, in every file of theirs.",
    ),
    "test": Known("gridcase.cli.test:test", "Run the scenarios of packs and print what differs."),
    "publish": Known("gridcase.cli.publish:publish", "Publish the pack in FOLDER."),
    "simulate": Known(
        "gridcase.cli.simulate:simulate",
        "Send REPORTS (CSV or an Excel workbook) to TOWN and print what its rules make of them.",
    ),
    "export": Known(
        "gridcase.cli.export:export",
        "Export the cases of TOWN to FILE ('-' for standard output), oldest first.",
    ),
    "import": Known(
        "gridcase.cli.import_:import_",
        "Import the cases in FILE (CSV, an Excel workbook, or lines of JSON) into TOWN, with their numbers and dates.",
    ),
    "town": Known(
        "gridcase.cli.town:town",
        "Take a town in, suspend it, take it out and put it back; see what there is of each.",
    ),
    "erase": Known(
        "gridcase.cli.erase:erase",
        "Erase data of TOWN whose period is over, as the town's rules in force say.",
    ),
    "token": Known("gridcase.cli.token:token", "Issue and revoke bearer tokens."),
    "account": Known("gridcase.cli.account:account", "Give and take accounts."),
    "audit": Known("gridcase.cli.audit:audit", "Read what is on record of tokens, identities and accounts."),
    "member": Known("gridcase.cli.member:member", "Enter who holds a unit, and who no longer does."),
    "absence": Known(
        "gridcase.cli.absence:absence", "Enter who is away from when until when, and who stands in."
    ),
    "calendar": Known(
        "gridcase.cli.calendar:calendar",
        "See and amend a town's holidays and make-up working days; see a year of its duties.",
    ),
    "grid-code": Known(
        "gridcase.cli.grid_code:grid_code",
        "Print the code of grid SERIAL of COMMUNITY in STREET: first letters of every character, two digits.",
    ),
    "secret": Known(
        "gridcase.cli.secret:secret",
        "Renew the house's secret; what the ones before it closed stays readable.",
    ),
    "verify": Known(
        "gridcase.cli.verify:verify",
        "Verify the history of every case; say of each fault in which case and entry it is, and what differs.",
    ),
    "prepare": Known(
        "gridcase.cli.prepare:prepare",
        "Make roles, tables, exchanges, queues and users, each service's own; "
        "repeating it changes the passwords alone.",
    ),
    "db": Known("gridcase.cli.db:db", "Prepare and upgrade the services' stores."),
    "replay": Known(
        "gridcase.cli.replay:replay",
        "Fill SERVICE from its producers' kept history; nobody is told, nothing is done outside.",
    ),
    "dead-letters": Known(
        "gridcase.cli.dead_letters:dead_letters",
        "Look at messages that wait, are parked or were refused; try them again or give them up.",
    ),
}


class Commands(click.Group):
    """Loads a command's module when it is asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name all commands, in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].place.partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command is for, from what is known of it here."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, known.help) for name, known in COMMANDS.items()])


HELP = """Rule files decide who handles a grid case and by when.

\b
Begin with:
  gridcase serve --with-samples     all services in one process, with samples
  gridcase decide t-vtc facts.yaml  try one report out, with reasons
  gridcase check rules/             every fault in a pack, with file and line
  gridcase test rules/              run the packs' scenarios in simulated time
"""


@click.command(cls=Commands, help=HELP)
@click.version_option(package_name="gridcase")
@click.pass_obj
def cli(prepare: Callable[[], None] | None) -> None:
    """Begin here (see HELP, which the command line shows).

    Args:
        prepare: done before a command runs; None: nothing.
    """
    if prepare is not None:
        prepare()
