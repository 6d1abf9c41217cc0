"""Every code that intake refuses with has its words; that requests are answered as described: `tests/fuzz`."""

from pathlib import Path

from services.intake.domain import refusal
from shared.web.catalogue import Catalogue


def test_every_refusal_has_its_words() -> None:
    """Each code that intake's code refuses with stands in a catalogue, with status, cause and remedy in both
    languages."""
    words = Catalogue.of("services.intake.domain")
    root = Path(refusal.__file__).parents[1]
    text = "".join(path.read_text() for path in root.rglob("*.py"))
    for code in words.codes:
        status = words.status(code)
        assert status is not None
        assert 400 <= status < 500
        assert f'"{code}"' in text or code.startswith("unknown-") or code in FACT_ERRORS, (
            f"{code} is never used"
        )


FACT_ERRORS = {"wrong-type", "not-finite", "given-twice", "text-too-long"}
