"""What is advised in place of a style."""

from hypothesis import given
from hypothesis import strategies as st

from suite.figures import advice, limits
from suite.figures.tasks import FIRST_TASK, tasks

TASK = tasks()[FIRST_TASK]
LIMIT = limits.load()["track_peak"]
MEBIBYTE = 2.0**20


def mebibytes(**values: float) -> dict[str, float]:
    return {style: value * MEBIBYTE for style, value in values.items()}


def test_it_gives_the_same_however_cheap_another_kind_is() -> None:
    values = mebibytes(full_entity=167, yield_per=18, columns=28, dbapi_iterated=15)
    assert advice.instead(TASK, "full_entity", values, LIMIT) == "yield_per"
    assert advice.instead(TASK, "full_entity", values, LIMIT, gives="values") == "columns"


def test_of_those_that_save_about_as_much_it_is_the_one_with_the_most_similar_code() -> None:
    values = mebibytes(full_entity=167, scalars=167, keyset=17, yield_per=18, scalars_yield_per=19)
    assert advice.instead(TASK, "full_entity", values, LIMIT) == "yield_per"
    assert advice.instead(TASK, "scalars", values, LIMIT) == "scalars_yield_per"
    assert advice.instead(TASK, "yield_per", {**values, "keyset": 2 * MEBIBYTE}, LIMIT) == "keyset"


def test_nothing_is_advised_where_none_needs_less_than_noise() -> None:
    values = mebibytes(full_entity=167, yield_per=18.5, expunge=18.0)
    assert advice.instead(TASK, "yield_per", values, LIMIT) is None
    assert advice.instead(TASK, "expunge", values, LIMIT) is None
    assert advice.instead(TASK, "bundle", values, LIMIT) is None


@given(st.dictionaries(st.sampled_from(sorted(TASK.styles)), st.floats(0, 1e9)))
def test_what_is_advised_needs_less_and_is_among_the_cheapest(values: dict[str, float]) -> None:
    for style in values:
        found = advice.instead(TASK, style, values, LIMIT)
        kind = TASK.styles[style].gives
        alike = [value for name, value in values.items() if TASK.styles[name].gives == kind]
        if found is None:
            assert not LIMIT.exceeded_by(values[style], min(alike))
        else:
            assert TASK.styles[found].gives == kind
            assert LIMIT.exceeded_by(values[style], values[found])
            assert values[style] - values[found] >= 0.9 * (values[style] - min(alike))


def test_code_is_what_stands_in_the_function() -> None:
    style = TASK.styles["columns_yield_per"]
    assert style.code.startswith("with closing(Session(bind=engine)) as session:\n    query = ")
    assert all(style.code for task in tasks().values() for style in task.styles.values())
    wide = tasks()["wide_rows"].styles["text_fetchall"]
    assert "fetchall" in wide.code
