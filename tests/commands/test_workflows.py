"""The workflows: linted, pinned, and with the steps that keep results run for real."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from suite.project import ROOT
from suite.upgrade import accepted

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
PINNED = re.compile(r"uses: [\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
NAMES = [path.name for path in WORKFLOWS]


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name(name)), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def load(path: Path) -> dict[str, Any]:
    workflow: dict[str, Any] = YAML(typ="safe").load(path)
    return workflow


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in load(path)["jobs"].values() for step in job["steps"]]


def test_no_workflow_is_overlooked() -> None:
    assert NAMES == ["test.yml", "weekly.yml"]
    assert all(steps(path) for path in WORKFLOWS)


def test_zizmor_finds_nothing() -> None:
    linted = tool("zizmor", "--offline", "--persona", "pedantic", str(GITHUB / "workflows"))
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=NAMES)
def test_the_form_is_right(path: Path) -> None:
    checked = tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(path))
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=NAMES)
def test_every_action_is_pinned_by_digest_with_its_release(path: Path) -> None:
    used = [line for line in path.read_text().splitlines() if "uses:" in line]
    assert used
    assert [line for line in used if not PINNED.search(line)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=NAMES)
def test_permissions_are_given_by_job(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=NAMES)
def test_no_exit_code_is_lost(path: Path) -> None:
    """No pipe, no `|| true`, no continue-on-error."""
    assert not [job for job in load(path)["jobs"].values() if "continue-on-error" in job]
    for step in steps(path):
        assert "continue-on-error" not in step
        # That git found nothing is what the lines below it ask for.
        run = step.get("run", "").replace("|| code=$?", "")
        assert "|" not in run, run
        assert "set +e" not in run, run


@pytest.mark.parametrize("path", WORKFLOWS, ids=NAMES)
def test_what_is_called_exists(path: Path) -> None:
    called = [
        name for step in steps(path) for name in re.findall(r"scripts/[\w-]+", step.get("run", ""))
    ]
    assert called
    assert [name for name in called if not os.access(ROOT / name, os.X_OK)] == []


def test_the_accepted_changes_can_be_read() -> None:
    accepted.load(GITHUB / "accepted.toml")


def test_every_task_is_checked() -> None:
    (check,) = [
        step["run"]
        for step in steps(GITHUB / "workflows" / "weekly.yml")
        if "check-upgrade" in step.get("run", "")
    ]
    assert "--all" in check.split()


def test_results_are_kept_from_week_to_week(tmp_path: Path) -> None:
    """The steps that take and keep results, against a repository in a folder."""
    (tmp_path / "owner").mkdir()
    remote = tmp_path / "owner" / "project"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    (tmp_path / "bin").mkdir()
    gh = tmp_path / "bin" / "gh"
    gh.write_text("#!/bin/sh\n")
    gh.chmod(0o755)
    jobs = load(GITHUB / "workflows" / "weekly.yml")["jobs"]
    (take,) = [s["run"] for s in jobs["measure"]["steps"] if s.get("name", "").startswith("Take")]
    (keep,) = [step["run"] for step in jobs["keep"]["steps"] if "run" in step]
    environment = {
        "PATH": f"{gh.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "GITHUB_SERVER_URL": str(tmp_path),
        "GITHUB_REPOSITORY": "owner/project",
        "GITHUB_RUN_ID": "1",
    }

    def run(script: str, week: Path) -> subprocess.CompletedProcess[str]:
        shell = ["bash", "-e", "-o", "pipefail", "-c", script]
        return subprocess.run(
            shell, cwd=week, env=environment, capture_output=True, text=True, check=False
        )

    for number in range(3):
        week = tmp_path / f"week{number}"
        (week / "measured" / "runner").mkdir(parents=True)
        taken = run(take, week)
        assert taken.returncode == 0, taken.stderr
        found = sorted(path.name for path in (week / "results").rglob("*.json"))
        assert found == [f"2.0.{earlier}.json" for earlier in range(min(number, 2))]
        for result in (week / "results").rglob("*.json"):
            (week / "measured" / "runner" / result.name).write_bytes(result.read_bytes())
        # The third week brings nothing new.
        if number < 2:
            (week / "measured" / "runner" / f"2.0.{number}.json").write_text("{}")
        kept = run(keep, week)
        assert kept.returncode == 0, kept.stderr
    assert "Nothing new" in kept.stdout
    environment["GITHUB_REPOSITORY"] = "owner/none"
    assert run(take, tmp_path / "bin").returncode != 0
