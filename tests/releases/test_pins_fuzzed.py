"""What no table foresees: pip's own parser as the judge, and any bytes at all."""

import re
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pip._internal.exceptions import PipError
from pip._internal.network.session import PipSession
from pip._internal.req import parse_requirements
from pip._internal.req.constructors import install_req_from_parsed_requirement

from tests.releases.pin_files import DATA, ask

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
RELEASE = re.compile(r"(\d+!)?\d+\.\d+\.\d+\w*(\.\w+)*")
TOOLS = sorted(DATA.glob("*/*"))


def mostly(usual: list[str], unusual: list[str]) -> st.SearchStrategy[str]:
    """Texts that pip takes, and now and then one that it may not."""
    return st.sampled_from(usual * (1 + 4 * len(unusual) // len(usual)) + unusual)


names = mostly(["sqlalchemy", "SQLAlchemy", "SqlAlchemy"], ["flask-sqlalchemy", "sqlalchemy_utils"])
versions = mostly(["2.0.48", "2.0.48.0"], ["2.0", "1.4.54", "2.0.0rc1", "2.0.*"])
clauses = st.builds("{}{}".format, mostly(["==", "===", "== "], [">=", "<", "~=", "!="]), versions)
requirements = st.builds(
    "{}{}{}{}{}{}{}".format,
    mostly(["", "  "], ["-e ", "git+https://x/y.git#egg=", "./"]),
    names,
    mostly(["", "[asyncio]", " [a, b] "], ["[", "-1.0.tar.gz"]),
    st.lists(clauses, min_size=1, max_size=2).map(",".join),
    mostly(
        ["", f"; python_version == '{PYTHON}'", "\\\n"],
        [' ; python_version < "3"', "; 'x' in x", " @ https://x/y"],
    ),
    mostly(
        ["", " --hash=sha256:" + "a" * 64, " \\\n    --hash=sha256:" + "b" * 64], ["\t--hash=a"]
    ),
    mostly(["", " # why", " #\\"], ["# why", "\\"]),
)
others = mostly(
    ["", "# sqlalchemy==9.9.9", "-r other.txt", "-cother.txt", "--pre", "flask==3.0", "x; y=='z'"],
    ["a b", "-r", "\f", "${X}"],
)
files = st.lists(requirements | others, max_size=3).map("\n".join)


def found_by_pip(path: Path) -> set[str] | None:
    """The releases that pip finds pinned for this Python; None where it rejects the file."""
    try:
        with warnings.catch_warnings(action="ignore"):
            parsed = list(parse_requirements(str(path), session=PipSession()))
            installed = [install_req_from_parsed_requirement(each) for each in parsed]
        mine = [
            r for r in installed if (r.name or "").lower() == "sqlalchemy" and r.match_markers()
        ]
    except (PipError, ValueError, KeyError):
        return None
    if any(requirement.link for requirement in mine):
        return set()
    pinned = [s for r in mine for s in r.specifier if s.operator in ("==", "===")]
    return {each.version for each in pinned if not each.version.endswith(".*")}


def plain(release: str) -> str:
    """A release as it is called, with three numbers."""
    numbers, rest = re.fullmatch(r"([\d.]+)(.*)", release).groups()  # type: ignore[union-attr]
    return ".".join([*numbers.split("."), "0", "0"][:3]) + rest if not rest else release


@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=files, other=files)
def test_what_pip_finds_pinned_is_found(content: str, other: str, tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(content)
    (tmp_path / "other.txt").write_text(other if "other.txt" not in other else "")
    expected = found_by_pip(path)
    answer = ask(path, PYTHON)
    if expected is not None and answer.release is not None and not answer.notes:
        assert {plain(release) for release in expected} == {answer.release}
    if expected is not None and len({plain(release) for release in expected}) == 1:
        assert answer.release or re.search("contradicts|not a requirement|line", answer.refused)


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary() | st.text().map(str.encode), name=st.sampled_from(TOOLS))
def test_no_bytes_end_in_a_traceback(content: bytes, name: Path, tmp_path: Path) -> None:
    path = tmp_path / name.name
    path.write_bytes(content)
    assert ask(path).release is None or b"lchemy" in content.lower()


@settings(
    deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_no_damaged_file_ends_in_a_traceback(data: st.DataObject, tmp_path: Path) -> None:
    source = data.draw(st.sampled_from(TOOLS))
    content = source.read_bytes()
    start = data.draw(st.integers(0, len(content)))
    end = start + data.draw(st.integers(0, 40))
    inserted = data.draw(
        st.binary(max_size=20) | st.sampled_from([b"[", b"}", b'"', b"\n", b"[]", b"1"])
    )
    path = tmp_path / source.name
    path.write_bytes(content[:start] + inserted + content[end:])
    answer = ask(path)
    assert answer.release is None or RELEASE.fullmatch(answer.release)


@given(
    pinned=st.lists(st.from_regex(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}", fullmatch=True)),
    other=st.text(alphabet=st.characters(categories=("L", "N"), max_codepoint=127), min_size=1),
)
def test_only_its_own_name_counts(
    tmp_path_factory: pytest.TempPathFactory, pinned: list[str], other: str
) -> None:
    path = tmp_path_factory.mktemp("pins") / "requirements.txt"
    lines = [f"{other}-sqlalchemy=={version}" for version in pinned]
    path.write_text("\n".join([*lines, "sqlalchemy==2.0.58"]))
    assert ask(path).release == "2.0.58"
