"""Days, people, absences, codes and tokens from the command line, on one folder of stores."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridcase.cli.root import cli
from shared.web.callers import hash_token

TOWN = "t-vtc"
CENTRE = f"{TOWN}/town-grid-centre"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English, whatever machine this is."""
    monkeypatch.setenv("GRIDCASE_LANG", "en")
    monkeypatch.delenv("GRIDCASE_SECRET", raising=False)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A registry with one town, its secret beside it."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "secret").write_bytes(b"a secret of at least sixteen bytes")
    at = f"sqlite:///{folder}/{{service}}.db"
    assert run("db", "upgrade", "registry", "--store-url", at).exit_code == 0
    assert run("publish", f"rules/{TOWN}", "--store-url", at).exit_code == 0
    return at


def run(*words: str) -> Result:
    """Run the command with its arguments."""
    return CliRunner().invoke(cli, list(words), catch_exceptions=False)


def good(*words: str) -> str:
    """Run the command, which succeeds, and return what it printed."""
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_a_calendar_is_amended_and_shown(url: str) -> None:
    """Each amendment is a revision; days with kind and name; the same again changes nothing."""
    assert "no days of its own" in good("calendar", "show", TOWN, "--store-url", url)
    amend = (
        "calendar",
        "amend",
        TOWN,
        "--holiday",
        "2027-01-01=元旦",
        "--make-up",
        "2027-01-03=调休",
        "--year",
        "2027",
    )
    assert "revision 1" in good(*amend, "--store-url", url)
    assert "unchanged" in good(*amend, "--store-url", url)
    shown = good("calendar", "show", TOWN, "--store-url", url).splitlines()
    assert "complete years: 2027" in shown[0]
    assert [line.split() for line in shown[2:]] == [
        ["2027-01-01", "day", "off", "元旦"],
        ["2027-01-03", "working", "day", "调休"],
    ]
    assert "revision 2" in good("calendar", "amend", TOWN, "--ordinary", "2027-01-01", "--store-url", url)
    assert "元旦" not in good("calendar", "show", TOWN, "--store-url", url)


@pytest.mark.parametrize("day", ["yesterday=x", "2027-13-01=x"])
def test_a_wrong_day_is_explained(url: str, day: str) -> None:
    """What is no day is answered with how days are written."""
    result = run("calendar", "amend", TOWN, "--holiday", day, "--store-url", url)
    assert result.exit_code == 2
    assert "2027-01-01" in result.output


def test_members_come_and_go(url: str) -> None:
    """The new person's reference is printed; names and addresses never are; who left is not listed."""
    add = ("member", "add", TOWN, CENTRE, "--name", "王小明", "--address", "mail=wang@example.org")
    person = good(*add, "--store-url", url)
    listed = good("member", "list", TOWN, "--unit", CENTRE, "--store-url", url)
    assert listed.splitlines()[0].split() == ["unit", "role", "person", "since"]
    assert person in listed
    assert "王小明" not in listed
    assert good("member", "remove", TOWN, CENTRE, person, "--store-url", url)
    assert person not in good("member", "list", TOWN, "--store-url", url)
    again = run("member", "remove", TOWN, CENTRE, person, "--store-url", url)
    assert again.exit_code == 1
    assert "does not hold" in again.output


def test_names_are_not_sealed_with_a_secret_of_the_moment(tmp_path: Path) -> None:
    """Without the house's secret a member is refused: nobody could ever open the address."""
    url = f"sqlite:///{tmp_path}/{{service}}.db"
    good("db", "upgrade", "registry", "--store-url", url)
    good("publish", f"rules/{TOWN}", "--store-url", url)
    result = run("member", "add", TOWN, CENTRE, "--name", "王小明", "--store-url", url)
    assert result.exit_code == 2
    assert "GRIDCASE_SECRET" in result.output


def test_an_absence_is_entered_listed_and_taken_back(url: str) -> None:
    """Days are the town's, the last one included; a substitute of another unit is refused with the reason."""
    away, stand_in, stranger = (
        good("member", "add", TOWN, unit, "--store-url", url)
        for unit in (CENTRE, CENTRE, f"{TOWN}/land-office")
    )
    enter = (
        "absence",
        "add",
        TOWN,
        away,
        "--from",
        "2999-07-01",
        "--until",
        "2999-07-05",
        "--store-url",
        url,
    )
    refused = run(*enter, "--substitute", stranger)
    assert refused.exit_code == 2
    assert "same unit" in refused.output
    absence = good(*enter, "--substitute", stand_in)
    shown = good("absence", "list", TOWN, "--store-url", url)
    for said in (absence, away, stand_in, "2999-07-01 00:00", "2999-07-06 00:00"):
        assert said in shown
    assert good("absence", "remove", TOWN, absence, "--store-url", url)
    assert "nobody is away" in good("absence", "list", TOWN, "--store-url", url)
    assert absence in good("absence", "list", TOWN, "--all", "--store-url", url)


def test_a_wrong_instant_is_explained(url: str) -> None:
    """What is no instant is answered with how instants are written."""
    result = run("absence", "add", TOWN, "p", "--from", "soon", "--until", "later", "--store-url", url)
    assert result.exit_code == 2
    assert "2026-07-01" in result.output


@pytest.mark.parametrize(
    "words", [("calendar", "show"), ("member", "list"), ("absence", "list"), ("calendar", "amend")]
)
def test_an_unknown_town_is_said(url: str, words: tuple[str, ...]) -> None:
    """Nothing is entered for a town that nobody knows."""
    result = run(*words, "atlantis", "--store-url", url)
    assert result.exit_code == 2
    assert "atlantis" in result.output


def test_codes_of_grids(url: str) -> None:
    """S-075: three examples; 巷 is asked about; a code that is taken is refused."""
    assert good("grid-code", "琅琊街道", "花园街", "1") == "lyhyj01"
    assert good("grid-code", "东门", "卫民", "3") == "dmwm03"
    assert good("grid-code", "北门", "太平桥", "12", "--separator", "-") == "bm-tpq-12"
    asked = run("grid-code", "南门", "高巷", "1")
    assert asked.exit_code == 2
    assert "hàng / xiàng" in asked.output
    assert good("grid-code", "南门", "高巷", "1", "--reading", "巷=x") == "nmgx01"
    keep = ("grid-code", "东门", "卫民", "3", "--town", TOWN, "--store-url", url)
    assert good(*keep) == "dmwm03"
    taken = run(*keep)
    assert taken.exit_code == 2
    assert "taken" in taken.output


def test_tokens_are_listed_with_header_and_label(url: str) -> None:
    """Columns have names, and a label tells one token from another."""
    token = good(
        "token", "issue", "operator", "--town", TOWN, "--label", "for the town hall", "--store-url", url
    )
    listed = good("token", "list", "--store-url", url)
    head, row = listed.splitlines()[0], next(line for line in listed.splitlines() if "town hall" in line)
    assert head.startswith("reference")
    assert row.index("for the town hall") == head.index("label")
    assert row.endswith("valid")
    assert token not in listed


def test_what_is_on_record_is_shown(url: str) -> None:
    """Tokens issued and revoked, newest first, the command line as '–'; and readings of identities."""
    token = good("token", "issue", "operator", "--town", TOWN, "--days", "3", "--store-url", url)
    reference = hash_token(token)[:16]
    good("token", "revoke", reference, "--store-url", url)
    head, *lines = good("audit", "tokens", "--limit", "2", "--store-url", url).splitlines()
    assert "by token" in head
    assert [line.split()[2:4] for line in lines] == [["revoked", reference], ["issued", reference]]
    assert token not in "".join(lines)
    assert "nothing is on record" in good("audit", "identities", "--store-url", url)


def test_a_token_lives_no_longer_than_the_house_says(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """GRIDCASE_TOKEN_DAYS bounds the command line too; without `--days` a token ends then."""
    monkeypatch.setenv("GRIDCASE_TOKEN_DAYS", "10")
    refused = run("token", "issue", "operator", "--town", TOWN, "--days", "11", "--store-url", url)
    assert (refused.exit_code, "would live too long" in refused.output) == (2, True)
    good("token", "issue", "operator", "--town", TOWN, "--label", "short", "--store-url", url)
    (line,) = [each for each in good("token", "list", "--store-url", url).splitlines() if "short" in each]
    end = datetime.fromisoformat(" ".join(re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", line)))
    assert timedelta(days=9) < end - datetime.now(UTC).replace(tzinfo=None) <= timedelta(days=10)
    monkeypatch.setenv("GRIDCASE_TOKEN_DAYS", "forever")
    assert (
        "GRIDCASE_TOKEN_DAYS" in run("token", "issue", "operator", "--town", TOWN, "--store-url", url).output
    )


def test_accounts_are_given_listed_reset_and_shut(url: str) -> None:
    """A first password is printed alone and once; a name is no part of any list; a second town adds its role."""
    at = ("--store-url", url)
    first = good("account", "add", "Lan", "--role", "operator", "--town", TOWN, "--name", "兰", *at)
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", first)
    joined = good("account", "add", "lan", "--role", "operator", "--town", "t-zq", *at)
    assert "keeps its password" in joined
    listed = good("account", "list", *at)
    assert first not in listed
    assert "兰" not in listed
    assert [line.split()[:3] for line in listed.splitlines()[1:]] == [
        ["lan", "operator", TOWN],
        ["lan", "operator", "t-zq"],
    ]
    assert len(good("account", "list", "--town", "t-zq", *at).splitlines()) == 2
    assert good("account", "reset", "lan", *at) != first
    good("account", "disable", "lan", *at)
    assert "shut" in good("account", "list", *at)
    good("account", "disable", "lan", "--again", *at)
    assert "first password" in good("account", "list", *at)
    record = good("audit", "accounts", *at)
    assert record.index("account opened") < record.index("account shut") < record.index("password reset")
    assert run("account", "reset", "nobody", *at).exit_code == 2
    assert run("account", "add", "x", "--role", "unit_staff", "--town", TOWN, *at).exit_code == 2


def test_a_name_of_an_account_is_not_sealed_with_a_secret_of_the_moment(tmp_path: Path) -> None:
    """Without the house's own secret nobody could ever read it: the command refuses."""
    at = ("--store-url", f"sqlite:///{tmp_path}/{{service}}.db")
    assert run("db", "upgrade", "registry", *at).exit_code == 0
    refused = run("account", "add", "lan", "--role", "operator", "--town", TOWN, "--name", "兰", *at)
    assert refused.exit_code == 2
    assert good("account", "add", "lan", "--role", "operator", "--town", TOWN, *at)
