"""What cameras write beside a picture goes; the picture stays as it is."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.files.pictures import STRIPPED, BrokenPicture, stripped
from tests.occurrences.pictures import LOOK, PLACE, exif, jpeg, png, webp


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("turned", [3, 6, 8])
def test_a_jpeg_keeps_which_way_up_it_is(turned: int, order: str) -> None:
    """Of all that a camera wrote only that: colours and data stay byte for byte."""
    kept = stripped(jpeg(turned, order), "image/jpeg")
    assert PLACE not in kept
    assert LOOK in kept
    assert b"ICC_PROFILE" in kept
    assert kept.count(b"Exif\0\0") == 1
    assert kept[kept.index(b"\x01\x12\0\x03\0\0\0\x01") + 9] == turned
    assert stripped(kept, "image/jpeg") == kept


@pytest.mark.parametrize("turned", [None, 1, 9])
def test_an_upright_jpeg_says_nothing(turned: int | None) -> None:
    """What needs no turning, or can't be turned so, has no Exif at all."""
    assert b"Exif" not in stripped(jpeg(turned), "image/jpeg")


def test_a_second_picture_behind_the_first_goes() -> None:
    """Telephones put previews and depth behind a picture's end, each with a place of its own."""
    assert stripped(jpeg(behind=jpeg()), "image/jpeg") == stripped(jpeg(), "image/jpeg")


def test_a_png_keeps_what_it_is_shown_with() -> None:
    """Texts, times and Exif go, and what follows its end."""
    told = png((b"tEXt", PLACE), (b"eXIf", exif(6)), (b"tIME", PLACE), (b"sRGB", b"\0"))
    assert stripped(told + PLACE, "image/png") == png((b"sRGB", b"\0"))


def test_a_webp_says_no_more_that_something_follows() -> None:
    """Exif and XMP go, with the word in its head that they are there; its transparency stays."""
    told = webp((b"VP8X", b"\x1c" + b"\0" * 9), (b"VP8L", b"odd"), (b"EXIF", exif(6)), (b"XMP ", PLACE))
    assert stripped(told, "image/webp") == webp((b"VP8X", b"\x10" + b"\0" * 9), (b"VP8L", b"odd"))


WHOLE = {
    "image/jpeg": jpeg(6),
    "image/png": png((b"tEXt", PLACE)),
    "image/webp": webp((b"VP8X", b"\x08" + b"\0" * 9), (b"VP8 ", b"look"), (b"EXIF", PLACE)),
}


@pytest.mark.parametrize("kind", STRIPPED)
@given(data=st.data())
def test_a_picture_that_ends_too_early_is_refused(kind: str, data: st.DataObject) -> None:
    """What can't be read to its end can't be said to hold no place."""
    whole = WHOLE[kind]
    short = whole[: data.draw(st.integers(12, len(whole) - 1))]
    with pytest.raises(BrokenPicture):
        stripped(short, kind)


@pytest.mark.parametrize("kind", STRIPPED)
@given(data=st.data())
def test_nothing_else_is_raised_and_nothing_is_put_in(kind: str, data: st.DataObject) -> None:
    """Of whatever somebody sends: it is refused, or comes out no longer than it went in but for which way up."""
    whole = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(12, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(BrokenPicture):
        assert len(stripped(bytes(whole), kind)) <= len(whole) + 36
