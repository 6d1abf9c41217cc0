"""`gridcase`: the command."""

from importlib import import_module

from gridcase.cli.root import cli


def main() -> None:
    """Run the command that the arguments name."""
    cli(prog_name="gridcase", obj=_quieten)


def _quieten() -> None:
    """What services merely note is not for a command's reader; imported once there is one to run."""
    import_module("shared.obs.logs").set_up_logs("gridcase", "error")


if __name__ == "__main__":
    main()
