"""A plan of areas as a picture: outlines with their names, for papers that know no SVG."""

from collections.abc import Sequence
from importlib.resources import as_file, files
from io import BytesIO

from msgspec import Struct
from PIL import Image, ImageDraw, ImageFont

_FONTS, _FACE = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
_DOTS, _LETTERS, _LINE = 1.4, 30, 3  # a unit of the sheet in dots; the size of letters and of lines
Spot = tuple[float, float]


class DrawnArea(Struct, frozen=True):
    """One area: its rings, and its name with the spot where it stands."""

    rings: tuple[tuple[Spot, ...], ...]
    name: str
    label: Spot


def plan_of(areas: Sequence[DrawnArea], width: float, height: float) -> bytes:
    """Return a plan as PNG."""
    sheet = Image.new("RGB", (int(width * _DOTS), int(height * _DOTS)), "white")
    pen = ImageDraw.Draw(sheet)
    with as_file(files(_FONTS).joinpath(_FACE)) as path:
        face = ImageFont.truetype(str(path), _LETTERS)
    for area in areas:
        for ring in area.rings:
            pen.polygon([(x * _DOTS, y * _DOTS) for x, y in ring], outline="black", width=_LINE)
    for area in areas:
        pen.text((area.label[0] * _DOTS, area.label[1] * _DOTS), area.name, "black", face, anchor="mm")
    out = BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()
