"""The experiment of 2015 that this suite began with, run again and compared.

"Examining SQLAlchemy Memory Usage", Ryan Day, 20 March 2015,
http://projects.curiousllc.com/examining-sqlalchemy-memory-usage.html. It names no versions, no
database and no number of rows. All sizes are in bytes.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

from fixtures.mailing.models import EmailAddress
from suite.figures.amounts import MEBIBYTE
from suite.reports.tables import Column, Table
from suite.studies.lines import Line, LineProfile, NoProfileError, size
from suite.terminal.errors import UserMistake

RELEASE = "0.9.9"  # the newest one on the day of the article
STYLES = ("full_entity", "columns")
ONE_COLUMN = "load_only_column"

# The search: how near to the article's figure is near enough, and from where to start.
TOLERANCE = 0.01
FIRST_GUESS = 100_000
MOST_RUNS = 6

# When two figures "agree": within this share of the article's; shares within so many points.
NEAR = 0.15
NEAR_POINTS = 0.10

# What of the memory that stays is worth a sentence.
LARGE_PART = 0.25


@dataclass(frozen=True)
class Steps:
    """The article's steps for one style. All but ``start`` are changes of resident memory."""

    start: int
    query: int
    fill: int
    deleted: int
    rise: int
    stays: int

    @property
    def share(self) -> float:
        """How much of the rise above the start stays after the result is deleted."""
        return self.stays / self.rise


def _in_mebibytes(
    start: float, query: float, fill: float, deleted: float, rise: float, stays: float
) -> Steps:
    return Steps(*(round(size * MEBIBYTE) for size in (start, query, fill, deleted, rise, stays)))


LABELS = {"full_entity": "full entity", "columns": "column only"}
STEP_LABELS = {
    "start": "before",
    "query": "the query with .all()",
    "fill": "filling the dict",
    "deleted": "del emails",
    "rise": "highest reading, above the start",
    "stays": "stays after del, above the start",
}
# Rows of the table of what stays after `del`.
TRIMMED, DROPPED = "given back by malloc_trim(3)", "given back when the dict goes"
# CPython's Objects/obmalloc.c, ARENA_SIZE.
ARENAS = {"3.8": "arenas of 256 KiB", "3.9": "arenas of 256 KiB"}

# As printed there. `rise` is the highest reading minus the start, `stays` the last one minus it.
ARTICLE = {
    "full_entity": _in_mebibytes(46.0, 323.9, 2.0, -59.2, 328.1, 268.9),
    "columns": _in_mebibytes(46.0, 34.1, 3.0, -18.2, 38.2, 19.9),
}


@dataclass(frozen=True)
class Reproduction:
    """The experiment as it came out: a profile of each style, and again with malloc alone.

    ``by_malloc`` are the same runs with PYTHONMALLOC=malloc: the C library serves every object.
    ``one_column`` is the net peak of the full entity with one of its columns loaded. ``searched``:
    the number of rows was chosen so that the full entity's query adds what it added there.
    """

    profiles: dict[str, LineProfile]
    by_malloc: dict[str, LineProfile]
    one_column: float
    searched: bool = True


@dataclass(frozen=True)
class Finding:
    """One figure against the article's; ``text`` says both."""

    agrees: bool
    text: str


def steps(profile: LineProfile) -> Steps:
    """The article's steps of a style that has them on lines of their own.

    Raises ValueError where the source has no line with `.all()` before one with `del`.
    """
    ran = [line for line in profile.lines if line.memory is not None]
    query = [line for line in ran if ".all()" in line.source]
    deleted = [line for line in ran if line.source.strip().startswith("del ")]
    if not query or not deleted:
        raise ValueError(f"{profile.style} has no .all() and del on lines of their own")
    before = list(takewhile(lambda line: line is not deleted[0], ran))
    between = [line for line in before if line.number > query[0].number]
    highest = max(_memory(line) for line in before)
    return Steps(
        start=profile.start,
        query=query[0].increment or 0,
        fill=sum(line.increment or 0 for line in between),
        deleted=deleted[0].increment or 0,
        rise=highest - profile.start,
        stays=_memory(deleted[0]) - profile.start,
    )


def require_readable(profile: LineProfile) -> None:
    """Raise UserMistake where the rows are too few for a rise that can be read."""
    made = steps(profile)
    if min(made.query, made.rise) <= 0:
        raise UserMistake(
            f"{LABELS[profile.style]}: at {profile.rows:,} rows the query adds nothing that can be"
            " read: name more with --rows"
        )


def _memory(line: Line) -> int:
    return line.memory or 0


def find_rows(
    profile_at: Callable[[int], LineProfile], wanted: int = ARTICLE["full_entity"].query
) -> LineProfile:
    """The profile whose query line adds ``wanted`` bytes, within TOLERANCE.

    Memory grows with the rows, so each run scales the number of rows of the one before, rounded to
    the power of ten that TOLERANCE allows. Raises NoProfileError where that leads nowhere.
    """
    rows = FIRST_GUESS
    for _ in range(MOST_RUNS):
        profile = profile_at(rows)
        added = steps(profile).query
        if abs(added - wanted) <= TOLERANCE * wanted:
            return profile
        if added <= 0:
            break
        within = TOLERANCE * wanted * rows / added
        step = 10 ** max(0, int(math.log10(within)))
        rows = max(step, round(rows * wanted / added / step) * step)
    raise NoProfileError(f"no number of rows was found at which the query adds {size(wanted)}")


def factor(of: dict[str, Steps]) -> float:
    """How many times as much the full entity's query adds as the column's."""
    return of["full_entity"].query / of["columns"].query


def findings(here: dict[str, Steps], searched: bool = True) -> list[Finding]:
    """The article's figures against those of here, both by style; see `Reproduction.searched`."""
    found = []
    for style in STYLES:
        ours, theirs, label = here[style], ARTICLE[style], LABELS[style]
        fitted = searched and style == STYLES[0]
        chosen = " (the number of rows was chosen for it)" if fitted else ""
        found += [
            _compared(f"{label}, the query{chosen}", ours.query, theirs.query),
            _compared(f"{label}, filling the dict", ours.fill, theirs.fill),
            Finding(
                abs(ours.share - theirs.share) <= NEAR_POINTS,
                f"{label}, share of the rise that stays after del: {ours.share:.0%},"
                f" article {theirs.share:.0%}",
            ),
        ]
    near = abs(factor(here) - factor(ARTICLE)) <= NEAR * factor(ARTICLE)
    text = f"factor between the two queries: {factor(here):.1f}, article {factor(ARTICLE):.1f}"
    return [*found, Finding(near, text)]


def _compared(what: str, ours: int, theirs: int) -> Finding:
    near = abs(ours - theirs) <= NEAR * theirs
    return Finding(near, f"{what}: {size(ours)}, article {size(theirs)}")


def reasons(reproduction: Reproduction) -> list[str]:
    """Why the shares that stay are what they are, as far as the figures beside them say so."""
    here, by_malloc = (
        {style: steps(profile) for style, profile in profiles.items()}
        for profiles in (reproduction.profiles, reproduction.by_malloc)
    )
    said = [_shares(style, here[style].share, by_malloc[style].share) for style in STYLES]
    said.append(_allocators(max(abs(here[one].share - by_malloc[one].share) for one in STYLES)))
    for style in STYLES:
        said += _remains(f"{LABELS[style]}, Python's allocator", reproduction.profiles[style])
        said += _remains(f"{LABELS[style]}, the C library's alone", reproduction.by_malloc[style])
    said.append(_columns(here, reproduction.one_column))
    said.append(
        "The article names neither its Python nor its C library, nor the database and the columns"
        " of its table."
    )
    return said


def _shares(style: str, here: float, by_malloc: float) -> str:
    """What stays with either allocator, and where the article's share lies."""
    theirs = ARTICLE[style].share
    between = min(here, by_malloc) <= theirs <= max(here, by_malloc)
    return (
        f"{LABELS[style]}: {here:.0%} stay with Python's allocator and {by_malloc:.0%} with the C"
        " library's alone (PYTHONMALLOC=malloc), with the same release, rows and code; the"
        f" article's {theirs:.0%} lies {'between the two' if between else 'outside of the two'}."
    )


def _allocators(apart: float) -> str:
    if apart > NEAR_POINTS:
        return (
            "So how much stays depends on the allocator: with nothing else changed, the two are up"
            f" to {apart:.0%} of the rise apart."
        )
    return (
        f"The two allocators are at most {apart:.0%} of the rise apart here, so they are not what"
        " decides how much stays."
    )


def _remains(what: str, profile: LineProfile) -> list[str]:
    """Where a large part of what stays was, as what gave it back shows; nothing where none did."""
    parts, made = _remainder(profile), steps(profile)
    free, with_dict = parts[TRIMMED] or 0, parts[DROPPED] or 0
    least = LARGE_PART * made.stays
    found = []
    if free > max(0, least):
        found.append(
            f"{size(free)} were free memory of the C library, which gives back the end of its heap"
            " unless malloc_trim(3) asks for all"
        )
    if with_dict > max(0, least, 2 * made.fill):
        found.append(
            f"{size(with_dict)} go with the dict, more than the {size(made.fill)} that filling it"
            f" took: what it holds keeps {ARENAS.get(profile.python, 'whole arenas')} around it"
        )
    said = f"{what}: of the {size(made.stays)} that stay, "
    return [said + "; ".join(found) + "."] if found else []


def _columns(here: dict[str, Steps], one_column: float) -> str:
    """How much of the factor comes from the columns of the class."""
    narrow = one_column / here["columns"].rise
    wide = here["full_entity"].rise / here["columns"].rise
    count = len(EmailAddress.__table__.columns)
    if narrow < (1 - NEAR) * wide:
        said = "The factor grows with the columns of the class"
    else:
        said = "The number of columns does not explain the factor"
    return (
        f"{said}: at its worst the full entity holds {wide:.1f} times as much as the column, and"
        f" {narrow:.1f} times with one of its {count} columns loaded ({ONE_COLUMN})."
    )


def comparison_table(here: dict[str, Steps]) -> Table:
    """The article's table beside ours."""
    shares = [(ARTICLE[style].share, here[style].share) for style in STYLES]
    columns = [Column(title) for style in STYLES for title in (f"{LABELS[style]}: article", "here")]
    return Table(
        "The article beside this machine",
        [Column("step", "text"), *columns],
        [
            *([label, *_pairs(name, here)] for name, label in STEP_LABELS.items()),
            ["share of it", *(f"{share:.0%}" for pair in shares for share in pair)],
        ],
    )


def _pairs(step: str, here: dict[str, Steps]) -> list[str]:
    return [size(getattr(of[style], step)) for style in STYLES for of in (ARTICLE, here)]


def remainder_table(reproduction: Reproduction) -> Table:
    """Where the memory is that stays after `del`: what frees it, step by step."""
    both = ((reproduction.profiles, ""), (reproduction.by_malloc, ", malloc"))
    columns = {
        LABELS[style] + word: _remainder(profiles[style])
        for style in STYLES
        for profiles, word in both
    }
    labels = next(iter(columns.values()))
    return Table(
        "What stays after del, and what frees it",
        [Column("", "text"), *map(Column, columns)],
        [[label, *(size(column[label]) for column in columns.values())] for label in labels],
    )


def _remainder(profile: LineProfile) -> dict[str, int | None]:
    after = profile.afterwards
    return {
        "stays after del": steps(profile).stays,
        "freed by the garbage collector": after.returned - after.collected,
        TRIMMED: _difference(after.collected, after.trimmed),
        DROPPED: _difference(after.trimmed, after.dropped),
        "still there": _difference(after.dropped, profile.start),
    }


def _difference(more: int | None, less: int | None) -> int | None:
    return None if more is None or less is None else more - less
