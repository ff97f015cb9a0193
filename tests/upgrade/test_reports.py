"""What the upgrade check prints of results that are made up, in every format."""

import json
import math
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from suite.figures.amounts import mebibytes, readable
from suite.figures.tasks import tasks
from suite.terminal import consoles
from tests.upgrade import upgrade_project
from tests.upgrade.upgrade_project import (
    FORMATS,
    REPEATED,
    SIZES,
    TASK,
    UpgradeProject,
)

OLD, NEW = "2.0.57", "2.0.58"
KIB, MIB = 2**10, 2**20
STYLES = len(tasks()[TASK].styles)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UpgradeProject:
    return upgrade_project.create(tmp_path, monkeypatch, [OLD, NEW])


def test_the_worst_style_comes_first_with_what_to_write_instead(project: UpgradeProject) -> None:
    project.scale(NEW, "columns", 1.1)
    project.scale(NEW, "full_entity", 1.3)
    project.scale(NEW, "dbapi_iterated", 1.4, rows=[100000])
    report = json.loads(project.check(OLD, NEW, "--format", "json").stdout)
    worse = [change for change in report["changes"] if change["verdict"] == "worse"]
    factors = [change["factor"] for change in worse]
    assert factors == sorted(factors, reverse=True)
    summaries = {summary["style"]: summary for summary in report["styles"]}
    # One that gives the same: whoever wants objects is not told to do without SQLAlchemy.
    assert summaries["full_entity"]["gives"] == "objects"
    assert summaries["full_entity"]["instead"]["style"] == "yield_per"
    assert summaries["columns"]["gives"] == "values"
    assert summaries[summaries["columns"]["instead"]["style"]]["gives"] == "values"
    assert summaries["iterated"]["instead"] is None
    for kind in ("table", "markdown"):
        text = project.check(OLD, NEW, "--format", kind).stdout
        assert text.index("+40%") < text.index("+30%") < text.index("+10%")


@pytest.mark.parametrize("metrics", [["track_heap", "track_peak"], ["track_heap"]])
def test_what_to_write_instead_is_told_with_its_net_peak(
    project: UpgradeProject, metrics: list[str]
) -> None:
    project.scale(NEW, "full_entity", 1.5, ["track_heap"], rows=[10000])
    project.scale(NEW, "full_entity", 1.2, metrics, rows=[100000])
    figure = readable("track_peak", project.get(NEW, "yield_per", "track_peak", 100000))
    for kind in ("table", "junit"):
        text = project.check(OLD, NEW, "--format", kind).stdout
        assert f"full entity, yield_per(1000) {figure}" in text


def test_every_format_has_the_same_figures(project: UpgradeProject) -> None:
    project.scale(NEW, "full_entity", 1.3)
    formats = {kind: project.check(OLD, NEW, "--format", kind).stdout for kind in FORMATS}
    found = {
        (change["style"], change["metric"], change["rows"]): change
        for change in json.loads(formats["json"])["changes"]
    }
    change = found["full_entity", "track_peak", 100000]
    before, after = (readable("track_peak", change[side]) for side in ("before", "after"))
    number = before.removesuffix(" MiB")
    for kind in ("table", "markdown", "junit"):
        text = formats[kind].replace("\u00a0", " ")
        told = f"{number} → {after if kind == 'junit' else after.removesuffix(' MiB')}"
        lines = [line for line in text.splitlines() if told in line]
        assert any("+30" in line for line in lines), kind


def test_junit_has_a_test_case_for_each_figure(project: UpgradeProject) -> None:
    project.scale(NEW, "full_entity", 1.1, ["track_heap"])
    project.set_fact(NEW, "note", "\x07 <&>")
    root = ElementTree.fromstring(project.check(OLD, NEW, "--format", "junit").stdout)
    cases = root.findall("./testsuite/testcase")
    report = json.loads(project.check(OLD, NEW, "--format", "json").stdout)
    assert len(cases) == len(report["changes"]) == int(root.attrib["tests"])
    assert len({(case.attrib["classname"], case.attrib["name"]) for case in cases}) == len(cases)
    failed = [case for case in cases if case.find("failure") is not None]
    assert {case.attrib["classname"] for case in failed} == {"bounced_addresses.full_entity"}
    assert len(failed) == int(root.attrib["failures"]) == 2


def test_markdown_shows_labels_as_they_are(project: UpgradeProject) -> None:
    project.scale(NEW, "full_entity", 1.1)
    source = project.check(OLD, NEW, "--format", "markdown").stdout
    html = MarkdownIt("commonmark").enable("table").render(source)
    assert "<td>full entity, .all()</td>" in html
    titles = [line for line in source.splitlines() if "| style | name |" in line]
    assert html.count("<table>") == len(titles) > 1
    assert source.splitlines()[0].startswith("## ❌")


# What stands in the default report, so that it can't pass for being empty.
LABELS = ("full entity, .all()", "DBAPI, iterated", "entity with load_only(one column), .all()")


@pytest.mark.parametrize("columns", [80, 100, 140, None])
def test_no_name_and_no_figure_is_cut_at_any_width(
    project: UpgradeProject, monkeypatch: pytest.MonkeyPatch, columns: int | None
) -> None:
    """None is a pipe where no terminal is."""
    if columns:
        monkeypatch.setenv("COLUMNS", str(columns))
    _change_some(project)
    report = json.loads(project.check(OLD, NEW, "--format", "json").stdout)
    printed = project.check(OLD, NEW, "-v").stdout
    lines = printed.splitlines()
    assert max(map(len, lines)) <= (columns or consoles.WIDTH_OF_A_FILE)
    verdicts = {style["label"]: style["verdict"] for style in report["styles"]}
    assert {verdicts[label] for label in LABELS} == {"worse", "better", "same"}
    for label, verdict in verdicts.items():
        (first,) = (number for number, line in enumerate(lines) if f" {label}  " in f"{line}  ")
        assert lines[first].startswith(verdict)
        (peak,) = (
            change
            for change in report["changes"]
            if (change["label"], change["metric"], change["rows"]) == (label, "track_peak", 100000)
        )
        before, after = (mebibytes(peak[side]).removesuffix(" MiB") for side in ("before", "after"))
        assert f" {before} → {after} " in " ".join(lines[first : first + 2]) + " "
    instead = "write instead: " if columns == 80 else ""
    assert f"{instead}full entity, yield_per(1000) " in printed
    hidden = "Not shown at" in printed
    for title in ("name", "rows in 512 MiB"):
        assert any(title in line for line in lines if hidden or "style" in line)


def _change_some(project: UpgradeProject) -> None:
    project.scale(NEW, "full_entity", 1.3)
    project.scale(NEW, "load_only_column", 0.7)
    project.set(NEW, "full_entity", 18646, "track_growth", [REPEATED])


def test_styles_that_are_the_same_are_counted_and_shown_on_demand(project: UpgradeProject) -> None:
    _change_some(project)
    brief, whole = (project.check(OLD, NEW, *words).stdout for words in ((), ("-v",)))
    assert f"same {STYLES - 2} styles" in brief
    assert "-v shows every style" in brief
    assert "DBAPI, iterated" not in brief
    assert "DBAPI, iterated" in whole
    assert f"same {STYLES - 2} styles" not in whole


def test_the_answer_comes_last_with_the_command_that_finds_the_release(
    project: UpgradeProject,
) -> None:
    _change_some(project)
    printed = project.check(OLD, NEW)
    assert printed.stdout.splitlines()[-3:] == [
        f"SQLAlchemy {OLD} → {NEW}: worse",
        "Which release?",
        f"scripts/find-regression bounced_addresses.full_entity {OLD} {NEW}",
    ]
    assert "Which release?" not in project.check(NEW, OLD, "--style", "full_entity").stdout
    smaller = project.check(OLD, NEW, "--rows", "10000").stdout
    assert smaller.endswith(f"{OLD} {NEW} --rows 10000\n")


def test_what_every_process_costs_more_is_said_where_nothing_is_worse(
    project: UpgradeProject,
) -> None:
    assert "Every process starts as big as before. None of" in project.check(OLD, NEW).stdout
    for style in tasks()[TASK].styles:
        for rows in SIZES:
            whole = project.get(OLD, style, "peakmem_process", rows)
            project.set(NEW, style, whole + 3.9 * MIB, "peakmem_process", [rows])
    for kind in FORMATS:
        checked = project.check(OLD, NEW, "--format", kind)
        assert checked.exit_code == 0
        if kind == "json":
            report = json.loads(checked.stdout)
            more = report["process_after"] - report["process_before"]
            assert more == pytest.approx(3.9 * MIB)
        else:
            said = " ".join(checked.stdout.replace("\\", "").split())
            assert "Every process starts 3.90 MiB bigger (imports and mapping). " in said
            assert f"of {STYLES} styles fit fewer rows in 512 MiB, by up to 0." in said


def test_the_budget_decides_how_many_rows_fit(project: UpgradeProject) -> None:
    fits = []
    for budget in ("256MiB", "1GiB"):
        checked = project.check(OLD, NEW, "--format", "json", "--budget", budget)
        (style,) = [
            style
            for style in json.loads(checked.stdout)["styles"]
            if style["style"] == "full_entity"
        ]
        fits.append(style["rows_in_budget_after"])
    slope = project.get(OLD, "full_entity", "track_peak", 100000) / 100000
    expected = (256 * MIB - upgrade_project.PROCESS) / slope
    assert fits[0] == pytest.approx(expected, rel=0.01)
    assert fits[1] > 4 * fits[0]
    assert math.isfinite(fits[1])
