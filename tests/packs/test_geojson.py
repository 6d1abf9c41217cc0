"""Files of areas are read within bounds, and every fault says where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.language.errors import Complaints
from shared.rules.pack import geometry
from shared.rules.pack.build.areas import MOST_POINTS
from shared.rules.pack.build.geojson import features_of
from shared.rules.pack.model import Polygon

HEAD = '{"type": "FeatureCollection", "features": ['


def read(text: str) -> tuple[list[tuple[int, int, object]], list[tuple[str, int]]]:
    """The features with number and line, and the faults with code and line."""
    complaints = Complaints()
    found = features_of(text, "t/grids.geojson", complaints)
    return (
        [(one.number, one.where.line, one.content) for one in found],
        [(fault.code, fault.line) for fault in complaints.found],
    )


def test_each_feature_knows_its_line() -> None:
    """Features are numbered from 1 and begin on the line where their brace stands, wherever members stand."""
    text = '\n{"name": "x",\n "features": [\n  {"a": 1},\n\n  {"b": [1, {}]}, null], "type": "FeatureCollection"}\n'
    assert read(text) == ([(1, 4, {"a": 1}), (2, 6, {"b": [1, {}]}), (3, 6, None)], [])
    assert read(HEAD + "]}") == ([], [])


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "not-feature-collection", 1),
        ("[]", "not-feature-collection", 1),
        ("{}", "not-feature-collection", 1),
        ('{"type": "FeatureCollection"}', "not-feature-collection", 1),
        ('{"type": "Feature", "features": []}', "not-feature-collection", 1),
        ('{"type": "FeatureCollection", "features": {}}', "not-feature-collection", 1),
        ("town: t-x", "not-json", 1),
        (HEAD, "not-json", 1),
        (HEAD + "\n{},\n]}", "not-json", 2),
        (HEAD + "\n{}\n{}]}", "not-json", 3),
        (HEAD + "{}] \"x\": 1}", "not-json", 1),
        (HEAD + "{}]} \n x", "not-json", 1),
        ("{" + '"a": ' + "[" * 100_000, "not-json", 1),
        (HEAD + "1" * 100_000 + "]}", "not-json", 1),
        (HEAD + " " * 1_000_000, "file-too-large", 1),
    ],
)  # fmt: skip
def test_what_is_no_collection_is_refused(text: str, code: str, line: int) -> None:
    """Broken JSON, other JSON, endless nesting and endless numbers each end in one fault."""
    assert read(text) == ([], [(code, line)])


@given(st.text(alphabet='{}[]",: 1ae\n', max_size=60))
def test_any_text_ends_in_features_or_a_fault(text: str) -> None:
    """Whatever stands there, the answer is features or exactly one fault."""
    found, faults = read(HEAD + text)
    assert len(faults) <= 1
    assert not (found and faults)


def comb(teeth: int, upright: bool) -> tuple[Polygon, ...]:
    """An area with so many teeth that it meets a comb across it everywhere."""
    points = [point for n in range(teeth) for point in ((n / teeth, 0.0), ((n + 0.4) / teeth, 1.0))]
    points += [(1.0, -0.01), (0.0, -0.01)]
    ring = [(x, y) if upright else (y, x) for x, y in points]
    return (((*ring, ring[0]),),)


def test_areas_drawn_to_be_slow_are_not() -> None:
    """Two outlines that cross a million times are told apart without drawing what they share."""
    teeth = (MOST_POINTS - 3) // 2
    areas = [comb(teeth, True), comb(teeth, False)]
    assert [geometry.fault_of(area) for area in areas] == [None, None]
    assert list(geometry.overlapping(areas, lambda *_: True)) == [(0, 1)]


def test_only_pairs_that_are_asked_for_are_looked_at() -> None:
    """Whoever says that two areas may overlap is not told that they do."""
    areas = [comb(4, True), comb(4, False)]
    assert list(geometry.overlapping(areas, lambda *_: False)) == []
