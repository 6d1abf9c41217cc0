"""Growth as a picture: cost against size, both by powers of ten, with the exponent of the line that fits best.

Plain SVG, so that a page shows it without anything else. Must not know what is measured.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

_WIDTH, _HEIGHT, _EDGE = 520, 300, 56
Point = tuple[float, float]  # size, cost


@dataclass(frozen=True, slots=True)
class Curve:
    """How something grows.

    Args:
        points: two at least, sizes and costs above nothing.
    """

    file: str
    title: str
    size: str
    cost: str
    points: Sequence[Point]

    @property
    def exponent(self) -> float:
        """Of the power of the size that fits the costs best (least squares of the logarithms); 1: in proportion."""
        xs, ys = zip(*((log10(size), log10(cost)) for size, cost in self.points), strict=True)
        middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
        over = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
        return over / sum((x - middle_x) ** 2 for x in xs)


def curves_of(name: str, result: Mapping[str, Any]) -> Iterator[Curve]:
    """Yield what of a bench's result has a size."""
    if name == "deadlines":
        sizes = [(one["pending"], one["fired_us"]) for one in result["sizes"]]
        yield Curve(
            "benchmarks-deadlines.svg", "A fired deadline", "pending deadlines", "µs of processor time", sizes
        )
    if name == "storm" and len(result["storms"]) > 1:
        sizes = [(one["size"], one["seconds"]) for one in result["storms"]]
        yield Curve("benchmarks-storm.svg", "A storm of deadlines", "due at one instant", "seconds", sizes)


def pictures_of(name: str, result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the pictures of a result: file beside the page, and what it shows."""
    return [
        (curve.file, f"{curve.title}: exponent {curve.exponent:.2f}") for curve in curves_of(name, result)
    ]


def write_pictures(folder: Path, results: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the pictures of all results."""
    for name, result in results.items():
        for curve in curves_of(name, result):
            (folder / curve.file).write_text(svg(curve), encoding="utf-8")


def svg(curve: Curve) -> str:
    """Return a curve as SVG."""
    across, up = _Axis.of([size for size, _ in curve.points]), _Axis.of([cost for _, cost in curve.points])
    places = [(_x(across, size), _y(up, cost)) for size, cost in curve.points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in places)
    words = [
        _text(_WIDTH / 2, 20, f"{curve.title}: exponent {curve.exponent:.2f}"),
        _text(_WIDTH / 2, _HEIGHT - 8, curve.size),
        _text(_EDGE, 36, curve.cost),
        *(_text(_x(across, 10.0**power), _HEIGHT - 28, f"{10.0**power:,g}") for power in across.powers),
        *(_text(_EDGE - 24, _y(up, 10.0**power) + 4, f"{10.0**power:,g}") for power in up.powers),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{curve.title}">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
        f'<g stroke="#ddd">{"".join(_grid(across, up))}</g>'
        f'<polyline points="{line}" fill="none" stroke="#06c" stroke-width="2"/><g fill="#06c">{dots}</g>'
        f'<g font-family="sans-serif" font-size="12" text-anchor="middle">{"".join(words)}</g></svg>\n'
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    """Whole powers of ten, from the first to the last."""

    first: int
    last: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "_Axis":
        first, last = floor(log10(min(values))), ceil(log10(max(values)))
        return cls(first, max(last, first + 1))

    @property
    def powers(self) -> range:
        return range(self.first, self.last + 1)

    def part(self, value: float) -> float:
        return (log10(value) - self.first) / (self.last - self.first)


def _x(axis: _Axis, value: float) -> float:
    return _EDGE + axis.part(value) * (_WIDTH - 2 * _EDGE)


def _y(axis: _Axis, value: float) -> float:
    return _HEIGHT - _EDGE - axis.part(value) * (_HEIGHT - 2 * _EDGE)


def _grid(across: _Axis, up: _Axis) -> Iterator[str]:
    for power in across.powers:
        x = _x(across, 10.0**power)
        yield f'<line x1="{x:.1f}" y1="{_EDGE}" x2="{x:.1f}" y2="{_HEIGHT - _EDGE}"/>'
    for power in up.powers:
        y = _y(up, 10.0**power)
        yield f'<line x1="{_EDGE}" y1="{y:.1f}" x2="{_WIDTH - _EDGE}" y2="{y:.1f}"/>'


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}">{words}</text>'
