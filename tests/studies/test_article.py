"""The article's figures and ours: steps of a profile, the search for the rows, findings."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from suite.commands.study.article import main
from suite.studies import article
from suite.studies.article import ARTICLE, Reproduction, find_rows, findings, steps
from suite.studies.lines import Afterwards, Line, LineProfile, NoProfileError
from suite.terminal.errors import UserMistake

MEBIBYTE = 2**20


def profile(style: str, rows: int, *figures: tuple[str, float, float]) -> LineProfile:
    """A profile from (source, memory, increment) in MiB; the first line is the start."""
    lines = [
        Line(number, source, round(memory * MEBIBYTE), round(increment * MEBIBYTE), 1)
        for number, (source, memory, increment) in enumerate(figures, 1)
    ]
    start = lines[0].memory or 0
    return LineProfile(
        "0.9.9",
        "3.8",
        "bounced_addresses",
        style,
        rows,
        start,
        (*lines, Line(99, "")),
        Afterwards(lines[-1].memory or 0, start, None, None),
    )


PRINTED = {
    "full_entity": profile(
        "full_entity",
        1000,
        ("def f():", 46.0, 0.0),
        ("    bounced = bounced.filter(...)", 48.3, 2.2),
        ("    emails = query.all()", 372.1, 323.9),
        ("    found = {}", 372.1, 0.0),
        ("    for email in emails:", 374.1, 2.0),
        ("        found[email.address] = True", 374.1, 0.0),
        ("    del emails", 314.9, -59.2),
    ),
    "columns": profile(
        "columns",
        1000,
        ("def f():", 46.0, 0.0),
        ("    bounced = bounced.filter(...)", 47.1, 1.1),
        ("    emails = query.all()", 81.2, 34.1),
        ("    for email in emails:", 84.2, 3.0),
        ("    del emails", 65.9, -18.2),
    ),
}


@pytest.mark.parametrize("style", article.STYLES)
def test_the_article_s_own_lines_give_the_article_s_steps(style: str) -> None:
    read = steps(PRINTED[style])
    for name in ("start", "query", "fill", "deleted", "rise", "stays"):
        # The article rounds each reading to 0.1 MiB.
        assert getattr(read, name) == pytest.approx(
            getattr(ARTICLE[style], name), abs=0.11 * MEBIBYTE
        )


def test_the_article_s_factor_and_shares() -> None:
    assert article.factor(ARTICLE) == pytest.approx(9.5, abs=0.05)
    assert ARTICLE["full_entity"].share == pytest.approx(0.82, abs=0.005)
    assert ARTICLE["columns"].share == pytest.approx(0.52, abs=0.005)


def test_a_style_without_the_article_s_lines_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no \.all\(\) and del"):
        steps(profile("yield_per", 10, ("def f():", 40.0, 0.0), ("    return 1", 41.0, 1.0)))


def grown(rows: int, fixed: float, each: float) -> LineProfile:
    """A profile whose query adds ``fixed`` MiB, and ``each`` bytes for every row."""
    added = fixed + rows * each / MEBIBYTE
    return profile(
        "full_entity",
        rows,
        ("def f():", 30.0, 0.0),
        ("    emails = query.all()", 30.0 + added, added),
        ("    del emails", 30.0 + added / 2, -added / 2),
    )


@given(fixed=st.floats(0, 30), each=st.floats(50, 50_000))
def test_the_rows_are_found_where_memory_grows_with_them(fixed: float, each: float) -> None:
    found = find_rows(lambda rows: grown(rows, fixed, each))
    wanted = ARTICLE["full_entity"].query
    assert abs(steps(found).query - wanted) <= 0.01 * wanted


@pytest.mark.parametrize("each", [0.0, -5.0])
def test_the_search_ends_where_memory_does_not_grow(each: float) -> None:
    with pytest.raises(NoProfileError, match="no number of rows"):
        find_rows(lambda rows: grown(rows, 0.0, each))


def test_the_search_stops_after_a_few_runs() -> None:
    runs = []

    def erratic(rows: int) -> LineProfile:
        runs.append(rows)
        return grown(rows, 0.0, 2000 if len(runs) % 2 else 4000)

    with pytest.raises(NoProfileError):
        find_rows(erratic)
    assert len(runs) == article.MOST_RUNS


def test_the_article_s_own_lines_agree_with_its_figures() -> None:
    printed = {style: steps(one) for style, one in PRINTED.items()}
    found = findings(printed)
    assert len(found) == 3 * len(article.STYLES) + 1
    assert [finding.text for finding in found if not finding.agrees] == []


def test_each_figure_that_differs_is_named_with_both_values() -> None:
    full = replace(ARTICLE["full_entity"], stays=round(164 * MEBIBYTE))
    columns = replace(ARTICLE["columns"], query=round(44.3 * MEBIBYTE))
    differing = [
        finding.text
        for finding in findings({"full_entity": full, "columns": columns})
        if not finding.agrees
    ]
    assert differing == [
        "full entity, share of the rise that stays after del: 50%, article 82%",
        "column only, the query: 44.3 MiB, article 34.1 MiB",
        "factor between the two queries: 7.3, article 9.5",
    ]


@pytest.mark.parametrize(("stays", "where"), [(50.0, "outside of"), (320.0, "between")])
def test_the_reasons_say_whether_the_allocators_span_the_article(stays: float, where: str) -> None:
    low = profile(
        "full_entity",
        1000,
        ("def f():", 30.0, 0.0),
        ("    emails = query.all()", 360.0, 330.0),
        ("    del emails", 130.0, -230.0),
    )
    lines = (*low.lines[:2], replace(low.lines[2], memory=round((30 + stays) * MEBIBYTE)))
    by_malloc = {**PRINTED, "full_entity": replace(low, lines=lines)}
    reproduction = Reproduction({**PRINTED, "full_entity": low}, by_malloc, 30 * MEBIBYTE)
    assert f"the article's 82% lies {where}" in article.reasons(reproduction)[0]


def test_rows_that_were_not_searched_are_not_called_chosen() -> None:
    chosen = "full entity, the query (the number of rows was chosen for it): "
    assert any(one.text.startswith(chosen) for one in findings(ARTICLE))
    assert not any("chosen" in one.text for one in findings(ARTICLE, searched=False))


def test_allocators_that_do_not_differ_are_no_reason() -> None:
    same = article.reasons(Reproduction(PRINTED, PRINTED, 30 * MEBIBYTE))
    assert "at most 0% of the rise apart here" in same[2]
    assert not any("depends on the allocator" in reason for reason in same)
    kept = replace(PRINTED["columns"].lines[-2], memory=round(84 * MEBIBYTE))
    lines = (*PRINTED["columns"].lines[:-2], kept)
    by_malloc = {**PRINTED, "columns": replace(PRINTED["columns"], lines=lines)}
    apart = article.reasons(Reproduction(PRINTED, by_malloc, 30 * MEBIBYTE))
    assert apart[2].startswith("So how much stays depends on the allocator")


@pytest.mark.parametrize(
    ("freed", "held", "said", "unsaid"),
    [
        (150.0, 100.0, ["150.0 MiB were free memory", "100.0 MiB go with the dict"], []),
        (150.0, 20.0, ["150.0 MiB were free memory"], ["go with the dict"]),
        (10.0, 100.0, ["100.0 MiB go with the dict"], ["free memory"]),
        (10.0, 20.0, [], ["free memory", "go with the dict"]),
        (None, None, [], ["free memory", "go with the dict"]),
    ],
)
def test_what_held_the_memory_is_said_where_a_large_part_of_it_went(
    freed: float | None, held: float | None, said: list[str], unsaid: list[str]
) -> None:
    """Of 268.9 MiB that stay; each in turn is given back."""
    full = PRINTED["full_entity"]
    now = full.afterwards.collected
    trimmed = None if freed is None else now - round(freed * MEBIBYTE)
    dropped = None if trimmed is None or held is None else trimmed - round(held * MEBIBYTE)
    after = Afterwards(now, now, trimmed, dropped)
    profiles = {**PRINTED, "full_entity": replace(full, afterwards=after)}
    reasons = " ".join(article.reasons(Reproduction(profiles, PRINTED, 30 * MEBIBYTE)))
    assert all(words in reasons for words in said)
    assert not any(words in reasons for words in unsaid)


def test_a_dict_that_holds_no_more_than_it_took_keeps_nothing_else() -> None:
    columns = PRINTED["columns"]
    now = columns.afterwards.collected
    profiles = {
        **PRINTED,
        "columns": replace(
            columns, afterwards=Afterwards(now, now, now, now - round(5.5 * MEBIBYTE))
        ),
    }
    assert article.LARGE_PART * 19.9 < 5.5
    reasons = " ".join(article.reasons(Reproduction(profiles, PRINTED, 30 * MEBIBYTE)))
    assert "go with the dict" not in reasons


@pytest.mark.parametrize(("one_column", "grows"), [(100.0, True), (310.0, False), (400.0, False)])
def test_the_columns_are_a_reason_where_fewer_cost_less(one_column: float, grows: bool) -> None:
    said = article.reasons(Reproduction(PRINTED, PRINTED, one_column * MEBIBYTE))[3]
    assert said.startswith("The factor grows with the columns of the class") == grows
    assert said.startswith("The number of columns does not explain the factor") != grows
    assert f"{one_column / 38.2:.1f} times with one of its 8 columns loaded" in said


@pytest.mark.parametrize("added", [0.0, -1.0])
def test_rows_too_few_to_read_a_rise_are_refused(added: float) -> None:
    few = profile(
        "columns",
        1000,
        ("def f():", 30.0, 0.0),
        ("    emails = query.all()", 30.0 + added, added),
        ("    del emails", 30.0, -added),
    )
    with pytest.raises(UserMistake, match="at 1,000 rows the query adds nothing"):
        article.require_readable(few)
    article.require_readable(PRINTED["columns"])


def test_tables_hold_every_step_also_where_malloc_trim_is_missing() -> None:
    here = {style: steps(one) for style, one in PRINTED.items()}
    assert len(article.comparison_table(here).rows) == 7
    table = article.remainder_table(Reproduction(PRINTED, PRINTED, MEBIBYTE))
    assert len(table.rows) == 5
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_bad_input_ends_with_2() -> None:
    for arguments, words in (
        (["--rows", "10"], "not in the range"),
        (["--python", "3.11"], "does not run on Python 3.11"),
        (["--release", "nosuch"], "neither a release nor a file"),
    ):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 2, result.output
        assert words in result.output
