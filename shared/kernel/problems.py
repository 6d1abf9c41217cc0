"""Errors that help: what is wrong, why, and what to do.

Every error that reaches a person is a `Problem`. It knows no HTTP: `shared.web` gives it a status.
"""

from dataclasses import dataclass, field

from shared.kernel.texts import Text


@dataclass(slots=True, eq=False)
class Problem(Exception):
    """Something that a person must hear about.

    Args:
        code: stable key of the kind of error, in lower case with hyphens.
        cause: what is wrong.
        remedy: what the reader can do.
        where: places it concerns, such as a field, a file and line, a rule.
    """

    code: str
    cause: Text
    remedy: Text = Text()
    where: dict[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        place = " ".join(f"{key}={value}" for key, value in self.where.items())
        return f"{self.code}: {self.cause.en or self.cause.zh} {place}".strip()
