"""Errors that help: what is wrong, why, and what to do.

Every error that reaches a person is a `Problem`. It knows no HTTP: `shared.web` gives it a status.
"""

from dataclasses import dataclass, field

from shared.kernel.texts import Text


# Not frozen: raising it sets its traceback. Without `eq` it stays hashable, as every exception is.
@dataclass(slots=True, eq=False)
class Problem(Exception):
    """Something that a person must hear about.

    Args:
        code: stable key of the kind of error, in lower case with hyphens; programs may depend on it.
        cause: what is wrong; no secret and no identity stands in it, since it is shown and logged.
        remedy: what the reader can do; empty where nothing can be done.
        where: places it concerns, such as a field, a file and line, a rule.
    """

    code: str
    cause: Text
    remedy: Text = Text()
    where: dict[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        place = " ".join(f"{key}={value}" for key, value in self.where.items())
        return f"{self.code}: {self.cause.en or self.cause.zh} {place}".strip()
