"""asv's benchmarks of what an application pays once: imports, mapping, first statement, cache.

Each is what stays of a step in a process of its own, which has done nothing else before.
"""

import os
import subprocess
import sys

from benchmarks import variables
from benchmarks.startup import ROUNDS

CHILD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "child.py")


def measure(measures, step, argument=None):
    """Bytes that a step adds in a fresh process: ``measures`` is "resident" or "heap".

    Raises NotImplementedError where this system does not tell a process its resident size, and
    RuntimeError with the process' last words where the step fails.
    """
    if measures == "resident" and not os.path.exists("/proc/self/status"):
        raise NotImplementedError("resident memory of a step is read from /proc/self/status")
    options = ["-X", "tracemalloc"] if measures == "heap" else []
    words = [CHILD, measures, step] + ([str(argument)] if argument is not None else [])
    child = subprocess.run(
        [sys.executable] + options + words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Python keeps a copy of them, which is memory too.
        env=variables.fixed(os.environ),
    )
    if child.returncode != 0:
        raise RuntimeError((child.stderr.strip() or "ended without a word").splitlines()[-1])
    return int(child.stdout)


class _Startup(object):
    """What all start-up costs share; a subclass says which step its parameter is for.

    A step that does a thing ``times`` over gives the bytes of one.
    """

    timeout = 60
    times = 1

    def step(self, param):
        """The words for the child."""
        raise NotImplementedError

    def track_resident(self, param):
        """Resident memory that the step adds."""
        return measure("resident", *self.step(param)) // self.times

    def track_heap(self, param):
        """Bytes of Python's heap that the step adds."""
        return measure("heap", *self.step(param)) // self.times

    track_resident.version = track_heap.version = "2"
    track_resident.unit = track_heap.unit = "bytes"


class Imports(_Startup):
    """The interpreter alone, and what each import adds to it."""

    param_names = ["process"]
    params = ["interpreter alone", "import sqlalchemy", "import sqlalchemy.orm"]

    def step(self, param):
        """The interpreter, or an import by its statement."""
        return ("interpreter",) if param == "interpreter alone" else tuple(param.split())


class Mapping(_Startup):
    """What mapping classes adds to the imports."""

    param_names = ["classes"]
    params = [1, 10, 100]

    def step(self, param):
        """So many classes."""
        return ("mapping", param)


class MappingWithRelationships(_Startup):
    """What mapping classes adds that each have a relationship to the next one and back."""

    param_names = ["classes"]
    params = [10, 100]

    def step(self, param):
        """So many classes."""
        return ("mapping_with_relationships", param)


class MappingWithSubclasses(_Startup):
    """What mapping adds of classes that inherit from the first one, each with its own table."""

    param_names = ["classes"]
    params = [10, 100]

    def step(self, param):
        """So many classes."""
        return ("mapping_with_subclasses", param)


class DroppedClasses(_Startup):
    """What three classes leave that were made and dropped at run time, by how they are dropped."""

    param_names = ["how"]
    params = ["kept", "collector", "clear_mappers", "dispose"]
    times = ROUNDS

    def setup(self, param):
        """Skip what came with 1.4."""
        from benchmarks.compat import RELEASE

        if param == "dispose" and RELEASE < (1, 4):
            raise NotImplementedError("registry.dispose() came with 1.4")

    def step(self, param):
        """A way of dropping them."""
        return ("dropped_classes", param)


class FirstExecution(_Startup):
    """What the first execution of a statement adds, which every measurement does beforehand."""

    param_names = ["statement"]
    params = ["Core", "ORM"]

    def step(self, param):
        """A statement of Core or of the ORM."""
        return ("first_execution", param)


class StatementCache(_Startup):
    """What 500 distinct statements leave behind, by the size of the statement cache."""

    param_names = ["cache"]
    params = ["default", "small", "off"]

    def setup(self, param):
        """Skip what is no choice before 1.4, which has no such cache."""
        from benchmarks.compat import RELEASE

        if param != "default" and RELEASE < (1, 4):
            raise NotImplementedError("the statement cache came with 1.4")

    def step(self, param):
        """A size of the cache."""
        return ("statement_cache", param)


class OrmStatementCache(StatementCache):
    """What 500 distinct statements of the ORM leave, each for a whole entity, by the cache's size.

    Before 1.4, which has no such cache, what the session and its connection keep.
    """

    def step(self, param):
        """A size of the cache."""
        return ("orm_statement_cache", param)
