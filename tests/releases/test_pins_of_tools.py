"""Files that the tools themselves made, against what the tools installed from them."""

from pathlib import Path

import pytest

from tests.releases.pin_files import DATA, ask

# What `pip list`, `poetry show` and so on said of the same projects, on Python 3.11 and 3.12.
EXPECTED = {
    "conda-lock/conda-lock.yml": ("2.0.48", "2.0.48"),
    "cyclonedx-py/bom.json": ("2.0.48", "2.0.48"),
    "pdm/pdm.lock": ("2.0.48", "2.0.48"),
    "pdm/pylock.toml": ("2.0.48", "2.0.48"),
    "pdm/requirements.txt": ("2.0.48", "2.0.48"),
    "pip-tools/requirements.txt": ("2.0.48", "2.0.48"),
    "pip/freeze.txt": ("2.0.48", "2.0.48"),
    "pip/inspect.json": ("2.0.48", "2.0.48"),
    "pip/list-freeze.txt": ("2.0.48", "2.0.48"),
    "pip/list.json": ("2.0.48", "2.0.48"),
    "pip/list.txt": ("2.0.48", "2.0.48"),
    "pip/report.json": ("2.0.48", "2.0.48"),
    "pipenv/Pipfile": ("2.0.48", "2.0.48"),
    "pipenv/Pipfile.lock": ("2.0.48", "2.0.48"),
    "poetry/poetry.lock": ("1.4.54", "2.0.48"),
    "poetry/pyproject.toml": ("1.4.54", "2.0.48"),
    "poetry/requirements.txt": ("1.4.54", "2.0.48"),
    "uv/list.txt": ("2.0.48", "2.0.48"),
    "uv/pylock.toml": ("1.4.54", "2.0.48"),
    "uv/requirements.txt": ("1.4.54", "2.0.48"),
    "uv/uv.lock": ("1.4.54", "2.0.48"),
    # On 3.12 it is a range.
    "uv/pyproject.toml": ("1.4.54", None),
    # Its components have no markers.
    "uv/cyclonedx.json": (None, None),
    "pdm/pyproject.toml": (None, None),
    "pip-tools/requirements.in": (None, None),
} | {
    # SQLAlchemy 2.0.48 built from git, from a folder, and from a folder that can be edited.
    f"{tool}/{origin}-{file}": (None, None)
    for origin in ("git", "path", "editable")
    for tool, file in (
        ("pip", "freeze.txt"),
        ("pip", "inspect.json"),
        ("pip", "report.json"),
        ("cyclonedx-py", "cyclonedx.json"),
        *([("pip", "list.txt"), ("pip", "list.json")] if origin == "editable" else []),
    )
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_answer_is_the_tool_s_own(name: str) -> None:
    answers = [ask(DATA / name, python) for python in ("3.11", "3.12")]
    assert tuple(answer.release for answer in answers) == EXPECTED[name]
    if len(set(EXPECTED[name])) == 2 and None not in EXPECTED[name]:
        assert all(len(answer.notes) == 1 for answer in answers)


def test_every_stored_file_is_asked() -> None:
    stored = {path.relative_to(DATA).as_posix() for path in Path(DATA).glob("*/*")}
    assert stored == set(EXPECTED)
