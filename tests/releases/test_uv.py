"""What uv is started with."""

from pathlib import Path

import pytest

from suite.releases import uv


def test_pyenv_pythons_answer_newest_first(tmp_path: Path) -> None:
    for version in ("2.7.18", "3.8.18", "3.11.7", "pypy3.10-7.3.15", "mine"):
        (tmp_path / "versions" / version).mkdir(parents=True)
    environment = {"PYENV_ROOT": str(tmp_path)}
    uv.select_pyenv_pythons(environment)
    assert environment["PYENV_VERSION"] == "3.11.7:3.8.18:2.7.18"


def test_a_users_choice_of_pyenv_python_stands(tmp_path: Path) -> None:
    (tmp_path / "versions" / "3.11.7").mkdir(parents=True)
    environment = {"PYENV_ROOT": str(tmp_path), "PYENV_VERSION": "3.12.1"}
    uv.select_pyenv_pythons(environment)
    assert environment["PYENV_VERSION"] == "3.12.1"


def test_uv_is_told_what_pip_is_configured_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://example.org/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path} /none https://example.org/wheels")
    environment: dict[str, str] = {}
    uv.set_variables(environment)
    assert environment["UV_DEFAULT_INDEX"] == "https://example.org/simple"
    assert environment["UV_FIND_LINKS"] == f"{tmp_path},https://example.org/wheels"
    own = {"UV_INDEX_URL": "https://example.com", "UV_FIND_LINKS": "/mine"}
    uv.set_variables(own)
    assert "UV_DEFAULT_INDEX" not in own
    assert own["UV_FIND_LINKS"] == "/mine"


def test_a_folder_that_cannot_be_entered_counts_as_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    barred = "/" + 300 * "x"  # raises where Path is asked, also for root
    monkeypatch.setenv("PIP_FIND_LINKS", barred)
    environment = {"PYENV_ROOT": barred}
    uv.set_variables(environment)
    assert not {"PYENV_VERSION", "UV_FIND_LINKS"} & environment.keys()
