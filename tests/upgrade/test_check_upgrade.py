"""The upgrade check on results that are made up: verdicts, formats, exit codes, bad input."""

import json
import math
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from suite.figures.amounts import mebibytes, readable
from suite.figures.tasks import tasks
from suite.terminal import consoles
from tests import fake_results
from tests.upgrade import upgrade_project
from tests.upgrade.upgrade_project import (
    FORMATS,
    MEMORY,
    REPEATED,
    SIZES,
    TASK,
    UpgradeProject,
    entry,
)

OLD, NEW = "2.0.57", "2.0.58"
KIB, MIB = 2**10, 2**20
STYLES = len(tasks()[TASK].styles)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> UpgradeProject:
    return upgrade_project.create(tmp_path, monkeypatch, [OLD, NEW])


def verdicts(project: UpgradeProject, style: str, *arguments: str) -> dict[tuple[str, int], str]:
    """By metric and rows, what the JSON says of one style."""
    report = json.loads(project.check(OLD, NEW, "--format", "json", *arguments).stdout)
    return {
        (change["metric"], change["rows"]): change["verdict"]
        for change in report["changes"]
        if change["style"] == style
    }


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_worse_ends_with_0(project: UpgradeProject, kind: str) -> None:
    checked = project.check(OLD, NEW, "--format", kind)
    assert checked.exit_code == 0, checked.output
    assert "nothing worse" in checked.stdout


@pytest.mark.parametrize("kind", FORMATS)
def test_worse_ends_with_1(project: UpgradeProject, kind: str) -> None:
    project.scale(NEW, "full_entity", 1.1)
    checked = project.check(OLD, NEW, "--format", kind)
    assert checked.exit_code == 1, checked.output
    assert f"SQLAlchemy {OLD} → {NEW}: worse" in checked.stdout


@pytest.mark.parametrize("kind", FORMATS)
def test_not_comparable_ends_with_2(project: UpgradeProject, kind: str) -> None:
    project.set_fact(NEW, "compiled_extensions", False)
    checked = project.check(OLD, NEW, "--format", kind)
    assert checked.exit_code == 2, checked.output
    assert "could not be judged" in checked.stdout


@pytest.mark.parametrize(
    ("metric", "factor", "verdict"),
    [
        ("track_heap", 1.01, "worse"),
        ("track_heap", 0.99, "better"),
        ("track_heap", 1.001, "same"),
        ("track_peak", 1.03, "worse"),
        ("track_peak", 0.97, "better"),
        ("track_peak", 1.005, "same"),
        ("peakmem_process", 2.0, "not judged"),
    ],
)
def test_the_default_limits(
    project: UpgradeProject, metric: str, factor: float, verdict: str
) -> None:
    project.scale(NEW, "full_entity", factor, [metric], rows=[100000])
    found = verdicts(project, "full_entity")
    assert found[metric, 100000] == verdict
    others = {value for key, value in found.items() if key != (metric, 100000)}
    assert others == {"same", "not judged"}


def test_40_kib_never_fail(project: UpgradeProject) -> None:
    for style in ("full_entity", "columns", "dbapi_iterated"):
        for metric in MEMORY:
            for rows in SIZES:
                value = project.get(OLD, style, metric, rows)
                project.set(NEW, style, value + 40 * KIB, metric, [rows])
    assert project.check(OLD, NEW).exit_code == 0


def test_a_list_that_the_c_library_moves_never_fails(project: UpgradeProject) -> None:
    """It then lies in memory twice: 0.86 MiB for 100,000 rows and an eighth of spare places."""
    for style in ("full_entity", "columns", "dbapi_iterated"):
        value = project.get(OLD, style, "track_peak", 100000)
        project.set(NEW, style, value + 0.86 * MIB, "track_peak", [100000])
    assert project.check(OLD, NEW).exit_code == 0


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


def test_a_style_that_one_release_lacks_is_new_or_gone(project: UpgradeProject) -> None:
    project.skip(OLD, "scalars", "scalars needs SQLAlchemy 2.0.58")
    project.skip(NEW, "bundle", "Bundle was removed")
    for style, expected in (("scalars", "new"), ("bundle", "gone")):
        assert set(verdicts(project, style).values()) == {expected}
    checked = project.check(OLD, NEW)
    assert checked.exit_code == 0
    assert "Bundle was removed" in checked.stdout


def test_a_style_that_both_lack_is_left_out(project: UpgradeProject) -> None:
    for release in (OLD, NEW):
        project.skip(release, "scalars", "not yet")
    assert verdicts(project, "scalars") == {}


def test_where_nothing_is_left_the_reason_is_said(project: UpgradeProject) -> None:
    for release in (OLD, NEW):
        project.skip(release, "scalars", "not yet")
    checked = project.check(OLD, NEW, "--style", "scalars")
    assert checked.exit_code == 2
    assert checked.stderr == "Neither release can run it: not yet\n"
    assert not project.check(OLD, NEW, "--style", "columns").stderr


@pytest.mark.parametrize("none", [False, []])
@pytest.mark.parametrize("release", [OLD, NEW])
def test_compiled_and_not_compiled_are_not_compared(
    project: UpgradeProject, release: str, none: object
) -> None:
    project.set_fact(release, "compiled_extensions", none)
    checked = project.check(OLD, NEW)
    assert checked.exit_code == 2
    assert f"compiled extensions differ ({release} has none)" in checked.stdout


@pytest.mark.parametrize("content", ["{", "[]", None])
def test_a_configuration_that_is_none_gets_one_line(
    project: UpgradeProject, content: str | None
) -> None:
    project.configuration.unlink()
    if content is not None:
        project.configuration.write_text(content)
    checked = project.check(OLD, NEW)
    assert checked.exit_code == 2
    assert "is no configuration of asv" in checked.stderr
    assert len(checked.stderr.splitlines()) == 1


def test_a_downgrade_is_said_and_compared(project: UpgradeProject) -> None:
    project.scale(NEW, "full_entity", 1.1)
    checked = project.check(NEW, OLD)
    assert checked.exit_code == 0
    assert f"{NEW} is newer than {OLD}" in checked.stderr
    assert f"{NEW} → {OLD}" in checked.stdout
    assert f"1 better, {STYLES - 1} same" in checked.stdout


def test_files_that_pin_are_enough(project: UpgradeProject, tmp_path: Path) -> None:
    old, new = tmp_path / "requirements.txt", tmp_path / "uv.lock"
    old.write_text(f"flask\nSQLAlchemy[asyncio]=={OLD} \\\n    --hash=sha256:00\n")
    new.write_text(f'[[package]]\nname = "sqlalchemy"\nversion = "{NEW}"\n')
    checked = project.check(str(old), str(new))
    assert checked.exit_code == 0, checked.output
    assert f"{OLD} → {NEW}" in checked.stdout


def test_what_another_machine_measured_is_left_alone(project: UpgradeProject) -> None:
    """Results of several machines lie in one folder; the check compares those of this one."""
    before = project.check(OLD, NEW, "--format", "json").stdout
    folder = fake_results.write(project.results, [OLD, NEW], machine="other", sizes=SIZES)
    for path in folder.glob("2*.json"):
        stored = json.loads(path.read_text())
        for row in stored["results"].values():
            row[0] = [value * (9 if NEW in path.name else 1) for value in row[0]]
        path.write_text(json.dumps(stored))
    checked = project.check(OLD, NEW, "--format", "json")
    assert checked.exit_code == 0
    assert checked.stdout == before


def test_a_damaged_result_file_is_named_once_where_the_check_needs_it(
    project: UpgradeProject,
) -> None:
    for release in (OLD, NEW):
        # So that nothing is missing, which would be measured.
        project.skip(release, "scalars", "not yet")
    for release in (OLD, "2.0.1"):
        (project.results / "quiet" / f"{release}-engine-py3.11.json").write_text("{")
    checked = project.check(OLD, NEW, "--style", "scalars")
    assert "Traceback" not in checked.output
    assert checked.stderr.count(f"{OLD}-engine-py3.11.json can't be read") == 1
    assert "2.0.1-" not in checked.stderr


BAD = """
[limits]
heap = { share = "half", floor = 1 }
"""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2.0.x", NEW), '"2.0.x" is neither a release nor a file'),
        (("2.0.999", NEW), "2.0.999"),
        ((OLD, OLD), "no upgrade to check"),
        ((OLD,), "name two releases"),
        (("none.txt", NEW), "none.txt: cannot be read"),
        (("empty.txt", NEW), "empty.txt: is empty"),
        (("unpinned.txt", NEW), "not pinned to one release"),
        ((OLD, NEW, "--limits", "bad.toml"), "'half' is not a number"),
        ((OLD, NEW, "--limits", "empty.txt"), "empty.txt: no limits there"),
        ((OLD, NEW, "--limits", "none.toml"), "none.toml"),
        ((OLD, NEW, "--accept", "none.toml"), "none.toml"),
        ((OLD, NEW, "--accept", "incomplete.toml"), "accepted change 1: it lacks from"),
        ((OLD, NEW, "--style", "full_entty"), 'did you mean "full_entity"'),
        ((OLD, NEW, "--task", "exprt"), 'did you mean "export"'),
        ((OLD, NEW, "--rows", "77"), "1,000, 10,000, 100,000, and for growth at 20"),
        ((OLD, NEW, "--rows", "20", "--metric", "heap"), "heap is not measured at 20 rows"),
        ((OLD, NEW, "--rows", "1000", "--metric", "growth"), "growth is not measured at 1,000"),
        ((OLD, NEW, "--budget", "much"), "not an amount of memory"),
        (("1.0.0", NEW), "runs on Python"),
        ((OLD, "previous"), "can only be OLD"),
    ],
)
def test_bad_input_gets_one_line_and_2(
    project: UpgradeProject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "unpinned.txt").write_text("SQLAlchemy>=2.0\n")
    (tmp_path / "bad.toml").write_text(BAD)
    incomplete = entry("full_entity", 0.1).replace(f'from = "{NEW}"\n', "")
    (tmp_path / "incomplete.toml").write_text(incomplete)
    monkeypatch.chdir(tmp_path)
    before = sorted(path for path in (tmp_path / "results").rglob("*"))
    checked = project.check(*arguments)
    assert checked.exit_code == 2, checked.output
    assert not checked.stdout
    assert said in checked.stderr
    assert len(checked.stderr.strip().splitlines()) == 1
    assert sorted(path for path in (tmp_path / "results").rglob("*")) == before


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


@pytest.mark.parametrize("word", ["full_entity", "full entity, .all()", f"{TASK}.full_entity"])
def test_a_style_is_named_by_its_name_or_its_label(project: UpgradeProject, word: str) -> None:
    checked = project.check(OLD, NEW, "--style", word, "--format", "json")
    (style,) = json.loads(checked.stdout)["styles"]
    assert style["style"] == "full_entity"


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
