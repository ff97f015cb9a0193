"""The data file, the cache of looked-up releases, the package index, and refreshing."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.version import Version

from suite.commands.show.releases import main
from suite.releases import catalogue, package_index
from suite.releases.catalogue import DATA_FILE, Catalogue, read_releases, refresh, write_releases
from suite.releases.timeline import ask
from suite.terminal.errors import UserMistake
from tests.environments import run_command
from tests.package_index import CLOSED_PORT, Index, sdist

pytestmark = pytest.mark.usefixtures("offline")


@pytest.fixture
def data_file(tmp_path: Path) -> Path:
    """A copy of the catalogue's data."""
    path = tmp_path / "releases.json"
    path.write_bytes(DATA_FILE.read_bytes())
    return path


def test_the_data_is_ordered_one_release_a_line_and_normal() -> None:
    releases = read_releases(DATA_FILE)
    assert [r.parsed for r in releases] == sorted({r.parsed for r in releases})
    assert all(str(Version(r.version)) == r.version for r in releases)
    assert len(DATA_FILE.read_text().splitlines()) == len(releases) + 2
    assert releases[0].version == "0.9.0"


def test_writing_what_was_read_changes_nothing(data_file: Path) -> None:
    write_releases(data_file, reversed(read_releases(data_file)))
    assert data_file.read_bytes() == DATA_FILE.read_bytes()
    assert list(data_file.parent.iterdir()) == [data_file]


def test_asv_can_tell_the_releases_result_files_apart() -> None:
    """asv names a result file by the first eight characters of its revision."""
    prefixes = [r.version[:8] for r in Catalogue.load()]
    assert len(set(prefixes)) == len(prefixes)


def test_facts_of_a_release() -> None:
    known = Catalogue.load()
    release = known.get("2.0.58")
    assert release is not None
    assert release.series == "2.0"
    assert not release.is_prerelease
    assert known.get("2.1b1") == known.get("2.1.0b1")
    assert known.get("9.9.9") is None
    assert known.get("banana") is None
    assert release.uploaded.tzinfo is UTC


@pytest.mark.parametrize(
    ("version", "python", "runs"),
    [
        ("2.1.9", "3.8", False),
        ("2.1.9", "3.11", True),
        ("2.0.58", "3.8", True),
        ("2.0.30", "3.13", False),
        ("2.0.0b4", "3.13", False),
        ("2.0.31", "3.13", True),
        ("1.4.54", "3.13", True),
        ("1.2.13", "3.11", True),
        ("1.2.12", "3.11", False),
        ("0.9.9", "3.11", False),
        ("0.9.9", "3.8", True),
    ],
)
def test_pythons(version: str, python: str, runs: bool) -> None:
    release = Catalogue.load().get(version)
    assert release is not None
    assert release.supports(python) is runs


def test_a_known_release_needs_no_index() -> None:
    assert ask(Catalogue.load(), lambda known: known.named("2.0.58")).version == "2.0.58"


def test_an_unknown_release_without_network_is_one_line() -> None:
    with pytest.raises(UserMistake) as raised:
        ask(Catalogue.load(), lambda known: known.named("9.9.9"))
    message = raised.value.message
    assert "9.9.9" in message
    assert "127.0.0.1" in message
    assert "not reachable" in message
    assert "connect, or name a known release" in message
    assert "\n" not in message


def test_a_looked_up_release_is_kept(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    index.files = [sdist("2.1.77", "2026-12-24T18:00:00.5Z", ">=3.10"), sdist("2.1.76")]
    release = ask(Catalogue.load(), lambda known: known.named("2.1.77"))
    assert release.uploaded == datetime(2026, 12, 24, 18, tzinfo=UTC)
    assert release.requires_python == ">=3.10"
    assert index.asked == ["/simple/sqlalchemy/"]
    monkeypatch.setenv("PIP_INDEX_URL", CLOSED_PORT)
    again = Catalogue.load()
    assert again.get("2.1.77") == release
    assert [r.version for r in again][-2:] == ["2.1.76", "2.1.77"]
    assert ask(again, lambda known: known.named("2.1")) == release


def test_a_range_to_an_unknown_release_holds_what_lies_between(index: Index) -> None:
    index.files = [sdist("2.1.77"), sdist("2.1.76"), sdist("2.1.78")]
    selected = ask(Catalogue.load(), lambda known: known.select("2.1.9..2.1.77"))
    assert [r.version for r in selected] == ["2.1.76", "2.1.77"]


def test_a_release_that_the_index_lacks_too(index: Index) -> None:
    index.files = [sdist("2.0.58")]
    with pytest.raises(UserMistake, match=r"9\.9\.9: no such release"):
        ask(Catalogue.load(), lambda known: known.named("9.9.9"))
    assert len(index.asked) == 1


def test_a_look_up_leaves_known_releases_as_they_are(index: Index) -> None:
    known = Catalogue.load()
    before = known.get("2.0.58")
    index.files = [sdist("2.0.58", "2099-01-01T00:00:00Z", yanked=True)]
    known.look_up("9.9.9")
    assert known.get("2.0.58") == before


def test_a_release_without_upload_time_is_named(index: Index) -> None:
    index.files = [sdist("2.1.77", uploaded=None)]
    with pytest.raises(UserMistake, match=r"2\.1\.77: .* without an upload time \(PEP 700\)"):
        ask(Catalogue.load(), lambda known: known.named("2.1.77"))


@pytest.mark.parametrize("damage", [b"", b"[{", b"[1]", b'[{"version": "x"}]', b"\xff"])
def test_a_damaged_cache_is_ignored_with_a_warning(
    offline: Path, damage: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    offline.parent.mkdir()
    offline.write_bytes(damage)
    known = Catalogue.load()
    assert len(known) == len(read_releases(DATA_FILE))
    assert f"{offline} is damaged" in capsys.readouterr().err


@pytest.mark.parametrize("empty", ["[]", "{}"])
def test_an_empty_cache_needs_no_words(
    offline: Path, empty: str, capsys: pytest.CaptureFixture[str]
) -> None:
    offline.parent.mkdir()
    offline.write_text(empty)
    assert len(Catalogue.load()) == len(read_releases(DATA_FILE))
    assert capsys.readouterr().err == ""


def test_a_damaged_cache_is_replaced_by_the_next_look_up(offline: Path, index: Index) -> None:
    offline.parent.mkdir()
    offline.write_bytes(b"[{")
    index.files = [sdist("2.1.77")]
    Catalogue.load().look_up("2.1.77")
    assert [r.version for r in read_releases(offline)] == ["2.1.77"]


def test_a_cache_that_cannot_be_written_costs_only_a_warning(
    offline: Path, index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    offline.parent.write_text("a file where the folder should be")
    index.files = [sdist("2.1.77")]
    known = Catalogue.load()
    known.look_up("2.1.77")
    assert known.get("2.1.77") is not None
    assert "not kept" in capsys.readouterr().err


def test_damaged_data_is_one_line(data_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data_file.write_text("<<<<<<< ours")
    monkeypatch.setattr(catalogue, "DATA_FILE", data_file)
    with pytest.raises(UserMistake, match="restore it with git checkout"):
        Catalogue.load()


def test_the_index_is_that_of_the_installer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = http://127.0.0.1:1/from-pip/\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    assert package_index.index_url() == "http://127.0.0.1:1/from-pip/"
    config.write_text("[install]\nindex-url = http://127.0.0.1:1/from-pip-install/\n")
    assert package_index.index_url() == "http://127.0.0.1:1/from-pip-install/"
    monkeypatch.setenv("UV_INDEX_URL", "http://127.0.0.1:1/old-uv/")
    assert package_index.index_url() == "http://127.0.0.1:1/old-uv/"
    monkeypatch.setenv("UV_DEFAULT_INDEX", "our_own=http://127.0.0.1:1/uv/?a=b")
    assert package_index.index_url() == "http://127.0.0.1:1/uv/?a=b"
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/pip/")
    assert package_index.index_url() == "http://127.0.0.1:1/pip/"


def test_credentials_are_sent_and_not_shown(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("//", "//me:secret@"))
    index.status = 403
    with pytest.raises(UserMistake, match="answered 403") as raised:
        Catalogue.load().look_up("9.9.9")
    expected = base64.b64encode(b"me:secret").decode()
    assert index.authorization == [f"Basic {expected}"]
    assert "secret" not in raised.value.message


@pytest.mark.parametrize(
    ("status", "body", "part"),
    [
        (404, None, "has no sqlalchemy"),
        (503, None, "answered 503"),
        (200, "<html>", "cannot be used as a package index"),
        (200, "[]", "cannot be used as a package index"),
        (200, '{"meta": {"api-version": "9.0"}, "name": "x", "files": []}', "not a package index"),
    ],
)
def test_an_index_that_answers_something_else(
    index: Index, status: int, body: str | None, part: str
) -> None:
    index.status, index.body = status, body
    with pytest.raises(UserMistake) as raised:
        refresh()
    assert part in raised.value.message
    assert "\n" not in raised.value.message


@pytest.mark.parametrize("url", ["file:///nowhere/simple", "nonsense", "http://[::1"])
def test_an_index_url_that_cannot_be_used(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", url)
    with pytest.raises(UserMistake, match="cannot be used as a package index"):
        refresh()


def test_certificates_are_those_of_the_installer(
    index: Index, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CERT", str(tmp_path / "absent.pem"))
    monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("http://", "https://"))
    with pytest.raises(UserMistake, match=r"absent\.pem"):
        refresh()


def test_refresh_reports_and_writes_only_what_changed(index: Index, data_file: Path) -> None:
    index.files = [
        sdist("2.1.77", "2026-12-24T18:00:00Z", ">=3.10"),
        sdist("2.1.78", uploaded=None),
        sdist("2.0.58", "2099-01-01T00:00:00Z", ">=3.7", yanked="broken"),
        sdist("2.0.5", requires_python=">=3.7"),
        sdist("0.8.7"),
        sdist("nonsense"),
    ]
    result = CliRunner().invoke(main, ["--refresh", "--file", str(data_file)])
    assert result.exit_code == 0
    total = len(read_releases(DATA_FILE)) + 1
    shown = result.output.splitlines()
    assert shown[:3] == ["Added: 2.1.77", "Newly yanked: 2.0.58", "No longer yanked: 2.0.5"]
    assert shown[3].startswith("Left out")
    assert shown[3].endswith("2.1.78")
    assert shown[4].startswith(f"{total} releases")
    old, new = DATA_FILE.read_text().splitlines(), data_file.read_text().splitlines()
    assert {json.loads(line.rstrip(","))["version"] for line in set(new) - set(old) - {"]"}} == {
        "2.1.77",
        "2.0.58",
        "2.0.5",
        # The line that was the last one has a comma now.
        read_releases(DATA_FILE)[-1].version,
    }
    written = {r.version: r for r in read_releases(data_file)}
    assert written["2.0.58"].uploaded.year != 2099


def test_refresh_twice_changes_nothing_the_second_time(index: Index, data_file: Path) -> None:
    index.files = [sdist("2.1.77")]
    refresh(data_file)
    written = data_file.stat().st_mtime_ns
    again = refresh(data_file)
    assert (again.added, again.yanked, again.restored) == ([], [], [])
    assert data_file.stat().st_mtime_ns == written


def test_a_release_is_yanked_only_when_all_its_files_are(index: Index, data_file: Path) -> None:
    wheel = sdist("2.1.77", "2026-12-23T18:00:00Z") | {
        "filename": "sqlalchemy-2.1.77-py3-none-any.whl"
    }
    index.files = [sdist("2.1.77", "2026-12-23T18:00:01Z", yanked=True), wheel]
    refresh(data_file)
    added = {r.version: r for r in read_releases(data_file)}["2.1.77"]
    assert not added.yanked
    assert added.uploaded == datetime(2026, 12, 23, 18, tzinfo=UTC)


def test_refresh_from_an_index_without_upload_times_says_so(index: Index, data_file: Path) -> None:
    index.files = [sdist("2.1.77", uploaded=None), sdist("2.0.58", uploaded=None)]
    result = CliRunner().invoke(main, ["--refresh", "--file", str(data_file)])
    assert result.exit_code == 2
    assert "gives no upload times (PEP 700)" in result.output
    assert data_file.read_bytes() == DATA_FILE.read_bytes()


def test_refresh_without_network_is_one_line_and_exit_code_2() -> None:
    done = run_command("show", "releases", "--refresh")
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "not reachable" in done.stderr
