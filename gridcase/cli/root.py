"""The commands and what each is for."""

from importlib import import_module

import click

COMMANDS = {
    "serve": "gridcase.cli.serve:serve",
    "decide": "gridcase.cli.decide:decide",
    "compare": "gridcase.cli.compare:compare",
    "check": "gridcase.cli.check:check",
    "test": "gridcase.cli.test:test",
    "publish": "gridcase.cli.publish:publish",
    "simulate": "gridcase.cli.simulate:simulate",
    "export": "gridcase.cli.export:export",
    "import": "gridcase.cli.import_:import_",
    "town": "gridcase.cli.town:town",
    "erase": "gridcase.cli.erase:erase",
    "token": "gridcase.cli.token:token",
    "account": "gridcase.cli.account:account",
    "audit": "gridcase.cli.audit:audit",
    "member": "gridcase.cli.member:member",
    "absence": "gridcase.cli.absence:absence",
    "calendar": "gridcase.cli.calendar:calendar",
    "grid-code": "gridcase.cli.grid_code:grid_code",
    "secret": "gridcase.cli.secret:secret",
    "verify": "gridcase.cli.verify:verify",
    "prepare": "gridcase.cli.prepare:prepare",
    "db": "gridcase.cli.db:db",
    "replay": "gridcase.cli.replay:replay",
    "dead-letters": "gridcase.cli.dead_letters:dead_letters",
}


class Commands(click.Group):
    """Loads a command's module when it is asked for: the help of one does not wait for the imports of all."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Name all commands, in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(import_module(module), name)
        return found


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
def cli() -> None:
    """Begin here (see HELP, which the command line shows)."""
