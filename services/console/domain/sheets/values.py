"""What a fact can be."""

FactGiven = bool | int | float | str | None
