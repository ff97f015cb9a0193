"""The README's pictures: what they say, and what they hold."""

from pathlib import Path

from suite.figures import tasks
from suite.figures.identity import Platform
from suite.measuring.results import Figure
from suite.reports import pictures
from tests import fake_results
from tests.environments import run_command

TASK = "bounced_addresses"
OLD, NEW = "1.4.54", "2.1.9"


def test_pictures_say_what_they_were_measured_with(tmp_path: Path) -> None:
    folder = fake_results.write(tmp_path / "results", [OLD, NEW])
    fake_results.watch(folder, NEW, "columns", "yield_per")
    where = ["--results", str(tmp_path / "results"), "--output", str(tmp_path / "pictures")]
    ended = run_command("show", "pictures", *where)
    assert ended.returncode == 0, ended.stderr
    heat = (tmp_path / "pictures" / "heat-table.svg").read_text()
    over_time = (tmp_path / "pictures" / "memory-over-time.svg").read_text()
    for picture in (heat, over_time):
        assert "Fake Processor, 2 cores" in picture
        assert "Python 3.11" in picture
        assert fake_results.MACHINE not in picture
    assert f"SQLAlchemy {OLD}, {NEW}" in heat
    assert fake_results.MEASURED in over_time


def test_pictures_without_results_say_what_to_do(tmp_path: Path) -> None:
    ended = run_command("show", "pictures", "--results", str(tmp_path))
    assert ended.returncode == 2
    assert "scripts/bench" in ended.stderr
    assert "scripts/study traces" in ended.stderr


def test_a_picture_holds_each_figure_as_text() -> None:
    figures = [
        figure(style, release, value)
        for style, value in (("columns", 30.0), ("yield_per", 1.25))
        for release in (OLD, "2.1.8", NEW)
    ]
    drawn = pictures.heat_table(figures, tasks.tasks()[TASK], "a processor")
    assert drawn.count(">30.0<") == 2  # one for each series
    assert drawn.count(">1.25<") == 2
    assert "2.1.8" not in drawn


def figure(style: str, release: str, mebibytes: float) -> Figure:
    return Figure(
        platform=Platform("quiet", "3.11"),
        release=release,
        task=TASK,
        style=style,
        rows=1000,
        metric="track_peak",
        value=mebibytes * 2**20,
        version="1",
        measured_at=1.7e12,
    )
