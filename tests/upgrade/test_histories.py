"""`gridcase verify` on houses of versions before: their plain histories are verified, sealed once, and go on keyed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from gridcase.cli.root import cli
from services.intake.store import tables
from tests.upgrade.conftest import opened
from tests.upgrade.upgraded import Upgraded, kept_houses


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Upgraded]:
    """A house of a version before that nobody has started yet."""
    version, kind = request.param
    with opened(request, version, kind, tmp_path) as found:
        yield found


def verify(house: Upgraded, code: int, language: str = "en") -> str:
    """Verify its histories by the command; return what was printed."""
    store = house.house.stores["intake"].engine.url
    url = store.render_as_string(hide_password=False).replace("intake.db", "{service}.db")
    env = {
        "GRIDCASE_SECRET": house.fixture.secret.decode(),
        "GRIDCASE_LANG": language,
        "GRIDCASE_FILES": str(house.files),
    }
    result = CliRunner(env=env).invoke(cli, ["verify", "--store-url", url], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.stdout


@pytest.mark.parametrize("house", kept_houses(), indirect=True)
def test_a_house_of_before_is_verified_and_a_forgery_found(house: Upgraded) -> None:
    """Before its first start it says that it has no keys yet, after it everything is whole; then a text is changed,
    another dropped, and the command names case, entry and what differs, in both languages."""
    assert verify(house, 1).splitlines()[0].startswith("the store does not say since when")
    house.come_up()
    whole = verify(house, 0)
    assert "whole: " in whole
    assert "every entry since" in whole
    store = house.house.stores["intake"]
    history, cases = tables.history, tables.cases
    with store.engine.begin() as conn:
        wanted = sa.select(history.c.case_id, history.c.n, cases.c.number).join(
            cases, cases.c.id == history.c.case_id
        )
        plain = conn.execute(wanted.where(history.c.texts.is_not(None), history.c.key.is_(None))).first()
        assert plain is not None
        one = sa.and_(history.c.case_id == plain.case_id, history.c.n == plain.n)
        conn.execute(sa.update(history).where(one).values(texts=None))
    assert f"{plain.number} entry {plain.n}: a text is gone" in verify(house, 1)
    with store.engine.begin() as conn:
        conn.execute(sa.update(history).where(one).values(what="forged"))
    assert f"{plain.number} 第 {plain.n} 条：时间、经办人、内容或摘要被改动" in verify(house, 1, "zh")
