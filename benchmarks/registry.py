"""The registry: a task is a question put to the database, a style is one way of answering it."""

import functools
import importlib
import inspect
import os
import pkgutil

from benchmarks.compat import RELEASE, version_numbers
from benchmarks.metrics import REPEATING

# What a style gives its caller: mapped objects, values of them, or values without SQLAlchemy.
OBJECTS, VALUES, DBAPI = GIVEN = ("objects", "values", "dbapi")


class Style(object):
    """One way of answering a task.

    ``label`` is the first line of the function's docstring, and what people see. ``since`` is the
    first version of SQLAlchemy that can run it, ``why`` the reason where that is not a missing API.
    ``wrong`` is a benchmarks.compat.Wrong: the releases whose answer is wrong. One that is
    ``nested`` asks again while the rows of its first question are still being read. One whose
    function is a coroutine ``is_async``, and runs with async drivers only. One that ``takes_rows``
    has a second argument, and is told the number of rows. ``gives`` is one of GIVEN.
    """

    def __init__(self, function, gives, since, why, wrong, nested):
        self.function = function
        self.gives = gives
        self.name = function.__name__
        self.label = function.__doc__.strip().splitlines()[0].rstrip(".")
        self.since = since
        self.why = why
        self.wrong = wrong
        self.nested = nested
        self.is_async = inspect.iscoroutinefunction(function)
        self.takes_rows = "rows" in inspect.signature(function).parameters

    def at(self, rows, function=None):
        """What is called with an engine to run the style, or ``function`` in its place."""
        function = function or self.function
        return functools.partial(function, rows=rows) if self.takes_rows else function

    def require(self):
        """Raise NotImplementedError, which asv takes as a skip, where this release can't run it."""
        if self.since and RELEASE < version_numbers(self.since):
            reason = self.why or "the API came with %s" % self.since
            raise NotImplementedError(
                "%s needs SQLAlchemy %s: %s" % (self.name, self.since, reason)
            )
        if self.wrong and version_numbers(self.wrong.first) <= RELEASE < version_numbers(
            self.wrong.fixed
        ):
            raise NotImplementedError(
                "%s gives a wrong answer from SQLAlchemy %s until %s: %s"
                % (self.name, self.wrong.first, self.wrong.fixed, self.wrong.why)
            )


class Task(object):
    """A question, with its styles in the order in which graphs and tables show them.

    ``rows`` are the numbers of rows that it is measured at, smallest first, of a ``dataset`` of
    fixtures/; ``repeated`` is the number at which it is run again and again, for its growth, and
    ``warm_up`` the one at which every statement of its styles is executed beforehand. Styles of one
    that ``writes`` get a copy of the data for themselves.
    """

    def __init__(
        self, name, question, rows, dataset="mailing", repeated=20, warm_up=1, writes=False
    ):
        self.name = name
        self.question = question
        self.rows = tuple(rows)
        self.dataset = dataset
        self.repeated = repeated
        self.warm_up = warm_up
        self.writes = writes
        self.styles = {}
        self.is_declared = False

    def sizes(self, instrument):
        """The numbers of rows at which an instrument measures it."""
        return (self.repeated,) if instrument == REPEATING else self.rows

    def style(self, function=None, gives=OBJECTS, since=None, why=None, wrong=None, nested=False):
        """Register the function below as a style: called with an engine, it returns the answer.

        One with a second argument, ``rows``, is told the number of rows that it is measured at. A
        coroutine function is called with an async engine, and is awaited. ``gives`` says what the
        caller gets of it: objects that SQLAlchemy has mapped, values, or values without SQLAlchemy.
        ``@task.style`` and ``@task.style(since="1.4")`` both do. Raises TypeError and ValueError
        for what would else be passed over.
        """

        def register(function):
            self._refuse_what_would_be_lost(function)
            if gives not in GIVEN:
                raise ValueError("gives=%r is none of %s" % (gives, ", ".join(GIVEN)))
            self.styles[function.__name__] = Style(function, gives, since, why, wrong, nested)
            return function

        return register if function is None else register(function)

    def _refuse_what_would_be_lost(self, function):
        if not inspect.isroutine(function):
            raise TypeError("%s: @task.style goes above a function" % self.name)
        name = "%s.%s" % (self.name, function.__name__)
        if inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function):
            raise TypeError("%s yields: a style is called with an engine, and returns" % name)
        if function.__name__ in self.styles:
            raise ValueError("%s is there already: give the function another name" % name)
        if not (function.__doc__ or "").strip():
            raise ValueError("%s has no docstring, whose first line is its label" % name)
        if self.is_declared:
            raise ValueError("%s stands below the task's Styles: move it above" % name)


def task_names():
    """The name of every task, which is that of its module, in the order of pages and tables."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tasks")
    return sorted(module.name for module in pkgutil.iter_modules([folder]))


def load(name):
    """The task called ``name``; KeyError where there is none."""
    if name not in task_names():
        raise KeyError(name)
    return importlib.import_module("benchmarks.tasks." + name).task
