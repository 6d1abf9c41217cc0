"""A town's grids, as the registry answers them (GeoJSON)."""

from collections.abc import Mapping

from msgspec import Struct

Ring = tuple[tuple[float, float], ...]  # longitude, latitude; the first point again at the end
Outline = tuple[Ring, ...]  # what is outside, then its holes


class PolygonShape(Struct, frozen=True, tag="Polygon", tag_field="type"):
    """A grid in one piece."""

    coordinates: Outline

    @property
    def pieces(self) -> tuple[Outline, ...]:
        """That piece."""
        return (self.coordinates,)


class MultiPolygonShape(Struct, frozen=True, tag="MultiPolygon", tag_field="type"):
    """A grid in several pieces."""

    coordinates: tuple[Outline, ...]

    @property
    def pieces(self) -> tuple[Outline, ...]:
        """All of them."""
        return self.coordinates


class PersonThere(Struct, frozen=True):
    """Who answers there, by reference."""

    person: str
    unit: str
    role: str


class GridFacts(Struct, frozen=True):
    """What is known of a grid.

    Args:
        owner: unit that answers there.
    """

    place: str
    name: Mapping[str, str] | str = ""
    owner: str | None = None
    part_of: str | None = None
    people: tuple[PersonThere, ...] = ()
    ends_on: str | None = None
    takes_cases: bool = True


class GridFeatureSheet(Struct, frozen=True):
    """A grid; `geometry`: None where the town has drawn none."""

    properties: GridFacts
    geometry: PolygonShape | MultiPolygonShape | None = None


class GridCollection(Struct, frozen=True):
    """All grids of the edition in force."""

    features: tuple[GridFeatureSheet, ...] = ()
