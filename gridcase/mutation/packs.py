"""A town's pack as its text gives it under other readings and choices; each is read once.

Must not know what is altered in a pack that was read.
"""

from collections.abc import Mapping
from dataclasses import replace

from gridcase.mutation.readings import WHEN_READ
from gridcase.scenarios.stage import varied
from gridcase.variants import with_readings
from shared.kernel.canonical import content_hash
from shared.rules.pack.build.templates import TemplateCache
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_pack
from shared.rules.scenario.model import Other


class PackVariants:
    """The packs of one town.

    Args:
        files: as `load_files` gives them.
    """

    def __init__(self, files: Mapping[str, str], town: str) -> None:
        self.files = dict(files)
        self.town = town
        self._templates = TemplateCache()
        self._read: dict[str, Pack] = {}  # by what was asked for

    def read_with(self, readings: Mapping[str, str], other: Other | None = None) -> Pack:
        """Return the town's pack under other readings, and under the readings and choices of a variant.

        Raises:
            PackErrors: the pack can't stand under them.
        """
        if other is None:
            return self._read_as(readings, other)
        # What a reading means is asked for when a case is played, but for those that are settled by the text.
        turned = {**readings, **other.readings}
        text = {name: value for name, value in turned.items() if name in WHEN_READ}
        pack = self._read_as(text, replace(other, readings={}))
        return replace(
            pack, edition=content_hash([pack.edition, turned]), readings={**pack.readings, **turned}
        )

    def _read_as(self, readings: Mapping[str, str], other: Other | None) -> Pack:
        choices = (other.office_hours, other.acceptance) if other else (None, None)
        key = repr((sorted(readings.items()), choices))
        if key not in self._read:
            files = with_readings(self.files, self.town, readings) if readings else self.files
            files = files if choices == (None, None) or other is None else varied(files, self.town, other)
            self._read[key] = build_pack(files, self.town, self._templates)
        return self._read[key]
