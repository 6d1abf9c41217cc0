"""The figures of the house are counted from its text."""

from textwrap import dedent

import pytest

from scripts.ratchet.figures import figures_of, render, spread
from scripts.ratchet.importers import importers
from scripts.ratchet.lines import Lines, lines_of
from scripts.ratchet.promises import Promises, promises_of
from scripts.ratchet.source import Source

FILE = Source(
    "shared/kernel/clock.py",
    dedent('''\
        """A clock.

        Tells the time.
        """

        # Why this is so.
        ZONE = "here"  # behind code


        class Clock:
            """Promises."""

            def now(self) -> str:
                """Tell the time.

                Returns:
                    Words.
                """
                return """
            a text

            # no comment
            """

            def _hidden(self) -> None: ...


        def public() -> None:
            """Do.

            And more.
            """


        def bare() -> None: ...
        '''),
)


def test_lines_are_code_comments_or_neither() -> None:
    """Docstrings and blank lines, also blank ones in a text, are no code; a comment counts where it has its line."""
    assert lines_of(FILE) == Lines(total=35, code=10, comments=1)


def test_promises_of_public_functions() -> None:
    """What is public by name: how many have a docstring, more than a line of it, and sections."""
    assert promises_of([FILE]) == Promises(public=3, documented=2, longer=2, sectioned=1)


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [([], "0 / 0 / 0"), ([7], "7 / 7 / 7"), (range(1, 12), "6 / 10 / 11"), ([9, 1, 1, 1], "1 / 1 / 9")],
)
def test_a_spread_is_of_what_is_there(lengths: list[int], expected: str) -> None:
    """Median, nine tenths and largest are lengths that occur, in whatever order they came."""
    assert str(spread(list(lengths))) == expected


def test_importers_are_other_modules_of_the_house() -> None:
    """Each module counts once for each that it imports; what is imported of a package is the module, if it is one."""
    texts = {
        "shared/kernel/__init__.py": "",
        "shared/kernel/clock.py": "",
        "shared/kernel/ids.py": "from shared.kernel.clock import Clock\nimport shared.kernel.clock\nimport os\n",
        "shared/db/store.py": "from shared.kernel import clock\ndef f():\n    from shared.kernel.ids import Ids\n",
    }
    assert importers([Source(path, text) for path, text in texts.items()]) == {
        "shared.kernel": 0,
        "shared.kernel.clock": 2,
        "shared.kernel.ids": 1,
        "shared.db.store": 0,
    }


def test_migrations_have_no_length_but_count() -> None:
    """Lengths are of what people read; a migration is never read again, but is code that is there."""
    migration = Source("services/sla/store/migrations/first.py", "x = 1\n" * 500)
    figures = figures_of([FILE, migration])
    assert (figures.number_of_files, figures.files.largest, figures.lines.code) == (2, 35, 510)


def test_the_table_tells_all() -> None:
    """Every figure has a row with its name."""
    table = render(figures_of([FILE]))
    assert "| Lines of code, without comments, docstrings and blank lines | 10 |" in table
    assert "| Full-line comments | 1 (2.9%) |" in table
    assert "| Untyped mappings | 0 |" in table
