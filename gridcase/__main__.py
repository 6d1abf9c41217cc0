"""`gridcase`: the command."""

from gridcase.cli.root import cli
from shared.obs.logs import set_up_logs


def main() -> None:
    """Run the command that the arguments name; what services merely note is not for its reader."""
    set_up_logs("gridcase", "error")
    cli(prog_name="gridcase")


if __name__ == "__main__":
    main()
