"""The registry: a task is a question put to the database, a style is one way of answering it."""

from benchmarks.compat import RELEASE, version_numbers


class Style(object):
    """One way of answering a task.

    ``label`` is the first line of the function's docstring, and what people see. ``since`` is the
    first version of SQLAlchemy that can run it, ``why`` the reason where that is not a missing API.
    ``wrong`` is a benchmarks.compat.Wrong: the releases whose answer is wrong.
    """

    def __init__(self, function, since, why, wrong):
        self.function = function
        self.name = function.__name__
        self.label = function.__doc__.strip().splitlines()[0].rstrip(".")
        self.since = since
        self.why = why
        self.wrong = wrong

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
    """A question, with its styles in the order in which graphs and tables show them."""

    def __init__(self, name, question):
        self.name = name
        self.question = question
        self.styles = {}

    def style(self, since=None, why=None, wrong=None):
        """Register the function below as a style: called with an engine, it returns the answer."""

        def register(function):
            self.styles[function.__name__] = Style(function, since, why, wrong)
            return function

        return register
