"""Errors as the command line shows them: what is wrong, what to do, and exit status 2; never a traceback."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from gridcase.cli.catalogue import language
from shared.kernel.problems import Problem
from shared.rules.language.errors import PackErrors

Given = ParamSpec("Given")
Returned = TypeVar("Returned")


def shows_problems(command: Callable[Given, Returned]) -> Callable[Given, Returned]:
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
    lines = [text.in_language(language()) for text in (problem.cause, problem.remedy)]
    return "\n".join(line for line in lines if line)
