"""Errors as the command line shows them: what is wrong, what to do, and exit status 2; never a traceback."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click

from gridcase.cli.words import language
from shared.kernel.problems import Problem
from shared.rules.pack.errors import PackErrors

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def kindly(command: Callable[Given, Returned]) -> Callable[Given, Returned]:
    """Show a command's problems to the person who ran it."""

    @wraps(command)
    def run(*args: Given.args, **names: Given.kwargs) -> Returned:
        try:
            return command(*args, **names)
        except PackErrors as refusal:
            click.echo(refusal.render(language()), err=True)
        except Problem as problem:
            click.echo(_lines(problem), err=True)
        sys.exit(2)

    return run


def _lines(problem: Problem) -> str:
    reader = language()
    said: list[Any] = [problem.cause.in_language(reader), problem.remedy.in_language(reader)]
    return "\n".join(str(line) for line in said if line)
