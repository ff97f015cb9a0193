"""Driver by driver: what a style holds while rows are dropped as they come, and does it stream?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from suite.figures import streaming
from suite.figures.amounts import GROWTH, in_column, in_unit
from suite.figures.identity import Platform
from suite.figures.limits import Limit
from suite.figures.streaming import METRIC, TASK, Verdict
from suite.measuring import results, sound, store
from suite.measuring.results import Figure, find
from suite.measuring.sound import UnreadableError
from suite.reports import platforms
from suite.reports.tables import Column, Table

TIME = "time_query"
HOW = f"scripts/bench --database postgresql+psycopg2 --bench {TASK}"

# The styles of each table where nobody names others; async ones where a driver has them.
HELD = (
    "core_fetchall",
    "core_iterated",
    "core_stream",
    "orm_all",
    "orm_yield_per",
    "async_core_stream",
    "async_stream_scalars",
)
STREAMED = (
    "core_iterated",
    "core_stream",
    "orm_yield_per",
    "server_cursor",
    "async_core_stream",
    "async_stream_scalars",
)
TIMED = ("core_fetchall", "core_stream", "orm_all", "orm_yield_per")

# Headings whose lines are so short that all of them fit a terminal.
TITLES = {
    "core_fetchall": "Core\nfetch\nall",
    "core_iterated": "Core\niterated",
    "core_stream": "Core\nstream",
    "orm_all": "ORM\n.all()",
    "orm_yield_per": "ORM\nyield_per",
    "server_cursor": "server\ncursor",
    "async_core_stream": "async\nCore",
    "async_stream_scalars": "async\nORM",
}
ASYNC = "async: AsyncConnection.stream, AsyncSession.stream_scalars with yield_per"
CANNOT, FAILED, NOT_MEASURED = "can't", "failed", "-"

# Why a style was skipped, by platform, release, task and style.
Skips = Mapping[tuple[Platform, str, str, str], str]


@dataclass(frozen=True)
class Answer:
    """What is known of one style with one driver.

    ``peak`` is in bytes; ``skipped`` and ``failed`` say why there is none.
    """

    peak: float | None = None
    seconds: float | None = None
    verdict: Verdict | None = None
    skipped: str | None = None
    failed: str | None = None

    @property
    def missing(self) -> str:
        """What stands in the place of a figure."""
        return FAILED if self.failed else CANNOT if self.skipped else NOT_MEASURED

    @property
    def why(self) -> str | None:
        """The reason for what is missing, or for a verdict that is."""
        return self.failed or self.skipped or (self.verdict.why if self.verdict else None) or None


@dataclass(frozen=True)
class DriverReport:
    """The task at ``rows`` rows on one release: by database, in order, and style.

    ``elsewhere`` are databases that were measured on other releases only, and on which.
    """

    release: str
    rows: int
    lines: dict[str, dict[str, Answer]]
    elsewhere: dict[str, list[str]]

    def answer(self, database: str, style: str) -> Answer:
        """What is known of a pair."""
        return self.lines[database].get(style, Answer())

    def measured(self, styles: Iterable[str]) -> list[str]:
        """Those of the styles that any driver has run, or tried to."""
        return [
            style
            for style in styles
            if any(
                answer.verdict is not None or answer.seconds is not None
                for answer in (self.answer(database, style) for database in self.lines)
            )
        ]


def skips(results_dir: Path) -> dict[tuple[Platform, str, str, str], str]:
    """Why styles of the task were skipped, as the records of all machines have it."""
    found = {}
    for path in sorted(results_dir.glob("*/*.records")):
        skipped = {
            (unit.task, unit.style): str(record["skipped"])
            for unit, record in store.read_records(path).items()
            if unit.task == TASK and "skipped" in record
        }
        if not skipped:
            continue
        try:
            # Which platform and release it was is written in asv's own file of the same name.
            stored = sound.load(path.with_suffix(".json"))
        except UnreadableError:
            continue  # named by what reads the figures
        platform = results.platform_of(stored)
        for (task, style), why in skipped.items():
            found[platform, str(stored.commit_hash), task, style] = why
    return found


def written(
    figures: Iterable[Figure],
    skipped: Skips,
    rows: int,
    noise: Limit,
    results_dir: Path,
    release: str | None = None,
    styles: Sequence[str] = (),
) -> list[Table]:
    """The tables of each machine and Python; ``styles`` are theirs instead of the usual ones.

    Of the newest release, each, where none is named.
    """
    groups: dict[platforms.Installation, list[Figure]] = {}
    for figure in _of_single_runs(figures):
        groups.setdefault(platforms.installation(figure.platform), []).append(figure)
    named = {
        installation: platforms.installation_words(groups[installation][0].platform, results_dir)
        for installation in sorted(groups)
    }
    tables = []
    for installation, words in named.items():
        alike = list(named.values()).count(words) > 1
        where = f"{words} ({installation[0]})" if alike else words
        made = report(groups[installation], skipped, rows, noise, release)
        if made is not None:
            tables += render(made, where if len(groups) > 1 else "", styles)
    return tables


def report(
    figures: Iterable[Figure],
    skipped: Skips,
    rows: int,
    noise: Limit,
    release: str | None = None,
) -> DriverReport | None:
    """The report of one machine and Python; None where nothing was measured at that size.

    Raises ValueError for figures of several.
    """
    found = _of_single_runs(figures)
    installations = {platforms.installation(figure.platform) for figure in found}
    if len(installations) > 1:
        raise ValueError(f"figures of several machines or Pythons: {sorted(installations)}")
    releases = {figure.release for figure in found if figure.rows == rows}
    chosen = release or max(releases, key=Version, default=None)
    if chosen is None or chosen not in releases:
        return None
    wanted = {
        key: why
        for key, why in skipped.items()
        if platforms.installation(key[0]) in installations and key[2] == TASK
    }
    of_release = {figure.platform for figure in found if figure.release == chosen}
    of_release |= {platform for platform, name, _, _ in wanted if name == chosen}
    lines = {
        platform.database: _answers(find(found, platform=platform, release=chosen), rows, noise)
        for platform in sorted(of_release, key=platforms.order)
    }
    for (platform, name, _, style), why in wanted.items():
        if name == chosen:
            lines[platform.database].setdefault(style, Answer(skipped=why))
    elsewhere = {
        platform.database: sorted({f.release for f in find(found, platform=platform)}, key=Version)
        for platform in sorted({f.platform for f in found} - of_release, key=platforms.order)
    }
    return DriverReport(chosen, rows, lines, elsewhere)


def _answers(figures: list[Figure], rows: int, noise: Limit) -> dict[str, Answer]:
    """By style, from the figures of one platform and release."""
    answers = {}
    for style in dict.fromkeys(figure.style for figure in figures):
        peaks = {f.rows: f for f in find(figures, style=style, metric=METRIC)}
        seconds = [f.value for f in find(figures, style=style, metric=TIME, rows=rows)]
        peak = peaks.get(rows)
        failed = (peak.failed or "failed") if peak is not None and peak.value is None else None
        verdict = streaming.verdict({size: f.value for size, f in peaks.items()}, noise)
        answers[style] = Answer(
            peak.value if peak else None, seconds[0] if seconds else None, verdict, failed=failed
        )
    return answers


def render(made: DriverReport, where: str = "", styles: Sequence[str] = ()) -> list[Table]:
    """The tables: what is held, whether it streams, and the seconds; then why not, if so."""
    of = f"SQLAlchemy {made.release}, {made.rows:,} rows, none kept{f'; {where}' if where else ''}"
    held = list(styles) or made.measured(HELD)
    streamed = list(styles) or made.measured(STREAMED)
    timed = list(styles) or made.measured(TIMED)
    tables = [
        _table(made, f"Net peak in MiB by driver: {of}", held, _held, _notes(made, held)),
        _table(
            made,
            f"Does it stream? SQLAlchemy {made.release}: memory that does not grow between the two"
            f" largest sizes{f'; {where}' if where else ''}",
            streamed,
            _streams,
            "no: with the bytes that one more row takes",
        ),
        _table(made, f"Seconds by driver: {of}", timed, _timed),
    ]
    reasons = _reasons(made, dict.fromkeys([*held, *streamed, *timed]))
    return [*tables, reasons] if reasons.rows else tables


def _table(
    made: DriverReport,
    title: str,
    styles: list[str],
    cell: Callable[[Answer], str],
    caption: str = "",
) -> Table:
    return Table(
        title,
        [Column("driver", "name"), *(Column(style_words(style)) for style in styles)],
        [
            [
                platforms.driver_words(database),
                *(cell(made.answer(database, style)) for style in styles),
            ]
            for database in made.lines
        ],
        caption,
    )


def style_words(style: str) -> str:
    """A heading for a style: its name as words where there is no better one."""
    return TITLES.get(style, style.replace("_", "\n"))


def _held(answer: Answer) -> str:
    return answer.missing if answer.peak is None else in_column(METRIC, answer.peak)


def _streams(answer: Answer) -> str:
    verdict = answer.verdict
    if verdict is None or answer.failed:
        return answer.missing
    if verdict.streams is None:
        return "?"
    return "yes" if verdict.streams else f"no {verdict.bytes_a_row:.0f}"


def _timed(answer: Answer) -> str:
    return answer.missing if answer.seconds is None else in_unit(TIME, answer.seconds)


def _notes(made: DriverReport, styles: list[str]) -> str:
    notes = [ASYNC] if {"async_core_stream", "async_stream_scalars"} & {*styles} else []
    elsewhere = [
        f"{platforms.driver_words(database)} ({', '.join(releases)})"
        for database, releases in made.elsewhere.items()
    ]
    if elsewhere:
        notes.append(f"measured on other releases only: {', '.join(elsewhere)}")
    if len(made.lines) < 2:
        notes.append(f"other drivers: {HOW}")
    return "; ".join(notes)


def _reasons(made: DriverReport, styles: Iterable[str]) -> Table:
    """Each reason once, with the drivers that it holds for."""
    found: dict[tuple[str, str], list[str]] = {}
    for style in styles:
        for database in made.lines:
            if why := made.answer(database, style).why:
                words = " ".join(style_words(style).split())
                found.setdefault((words, why), []).append(platforms.driver_words(database))
    return Table(
        f"What {CANNOT}, {FAILED} and ? stand for",
        [Column("style", "name"), Column("why", "text", 0), Column("drivers", "text", 0)],
        [[style, why, ", ".join(drivers)] for (style, why), drivers in found.items()],
    )


def _of_single_runs(figures: Iterable[Figure]) -> list[Figure]:
    """Those of the task: all but its growth, which has rows of its own."""
    return [figure for figure in find(figures, task=TASK) if figure.metric not in GROWTH]


def nothing(stored: Iterable[Figure], release: str | None, rows: int, results_dir: Path) -> str:
    """Why there is no table, and what to run."""
    found = _of_single_runs(stored)
    if not found:
        return f"no figure of the task {TASK} is stored in {results_dir}: measure with {HOW}"
    of_release = [figure for figure in found if release in (None, figure.release)]
    if not of_release:
        there = ", ".join(sorted({figure.release for figure in found}, key=Version))
        lacking, known = f"of SQLAlchemy {release}", f"of {there}"
    else:
        sizes = ", ".join(f"{size:,}" for size in sorted({figure.rows for figure in of_release}))
        lacking, known = f"at {rows:,} rows", f"at {sizes}"
    return (
        f"no figure of the task {TASK} is stored {lacking}, but {known}: name one of these, or"
        f" measure with {HOW}"
    )
