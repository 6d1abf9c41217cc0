"""The command `gridcase`."""

from gridcase.cli.root import cli


def main() -> None:
    """Run the command line."""
    cli(prog_name="gridcase")


if __name__ == "__main__":
    main()
