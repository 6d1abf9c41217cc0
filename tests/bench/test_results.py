"""The page of benchmarks is written from a file of results, in parts and again; growth is drawn with its exponent."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import __main__ as command
from bench.__main__ import BENCHES, main
from bench.pictures import Curve, svg
from bench.report import BEGIN, END
from bench.results import Measured, ResultFile

P10 = {"rounds": 1, "packs": 4, "seconds": 1.5, "each": [1.5]}


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page of its own, and pictures beside it."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(command, "PAGE", page)
    monkeypatch.setattr(command, "PICTURES", tmp_path)
    return page


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the benches that were run, in place of their running."""
    ran: list[str] = []

    def run(name: str) -> Callable[[object], dict[str, object]]:
        return lambda _asked: ran.append(name) or P10  # type: ignore[func-returns-value,return-value]

    stands = {name: replace(BENCHES[name], run=run(name)) for name in ("start",)}
    monkeypatch.setattr(command, "BENCHES", {**BENCHES, **stands})
    return ran


def test_results_come_back_as_they_were_kept(tmp_path: Path) -> None:
    """A bench that is measured again takes the place of its earlier result, and of no other's."""
    path = tmp_path / "results.json"
    kept = Measured(P10, "python -m bench start", "2 cores", 1.0)
    ResultFile(path).keep("start", kept)
    ResultFile(path).keep("flow", kept)
    ResultFile(path).keep("start", replace(kept, seconds=2.0))
    assert ResultFile(path).found == {"flow": kept, "start": replace(kept, seconds=2.0)}


def test_a_measurement_is_kept_and_resumed(tmp_path: Path, page: Path, measured: list[str]) -> None:
    """What the file has already is passed over where that is asked for, and measured anew where it is not."""
    words = ["start", "--results", str(tmp_path / "results.json")]
    for more in ([], ["--resume"], []):
        assert main([*words, *more]) == 0
    assert measured == ["start", "start"]
    assert "old" in page.read_text(encoding="utf-8")


def test_the_page_is_written_from_what_was_kept(tmp_path: Path, page: Path, measured: list[str]) -> None:
    """Nothing is measured for it; each part says how and on what it was made; the words around stay."""
    results = tmp_path / "results.json"
    ResultFile(results).keep("start", Measured(P10, "python -m bench start", "2 cores", 1.0))
    assert main(["--page", "--results", str(results)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "| P10 | first case within 2 s of the start | 1.5 s | yes |" in text
    assert "`python -m bench start` on 2 cores." in text
    assert measured == []


@pytest.mark.parametrize("exponent", [0.0, 1.0, 1.5])
def test_a_curve_says_by_which_power_it_grows(exponent: float) -> None:
    """Whatever the factor before it; and the picture is SVG that says so."""
    points = [(size, 3.0 * size**exponent) for size in (1_000.0, 10_000.0, 70_000.0)]
    curve = Curve("a.svg", "A thing", "size", "cost", points)
    assert curve.exponent == pytest.approx(exponent, abs=1e-9)
    drawn = ElementTree.fromstring(svg(curve))
    assert f"A thing: exponent {exponent:.2f}" in "".join(drawn.itertext())
    circles = [each for each in drawn.iter() if each.tag.endswith("circle")]
    assert len(circles) == len(points)
