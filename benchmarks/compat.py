"""The few things that differ between SQLAlchemy 0.9 and 2.1."""

import re
from collections import namedtuple

import sqlalchemy


def version_numbers(version):
    """``"2.1.0b1"`` as ``(2, 1, 0)``: enough to tell which series a release belongs to."""
    return tuple(int(digits) for digits in re.findall(r"\d+", version)[:3])


RELEASE = version_numbers(sqlalchemy.__version__)

# Why a style that iterates a result of Core skips 0.9.
NO_ITERATION = "iterating a result raises RuntimeError in 0.9 on Python 3.7 and newer (PEP 479)"

Wrong = namedtuple("Wrong", "first fixed why")
Wrong.__doc__ = """A style's answer is wrong from the release ``first`` until ``fixed``, and why."""

# They took an object for one that had been there before when it got the freed one's address.
LOST_ROWS = Wrong("1.4.0", "1.4.6", "Query.yield_per loses rows (sqlalchemy issue 6206)")

if RELEASE < (1, 4):

    def select(*columns):
        """``select(a, b)`` as 1.4 and newer write it."""
        return sqlalchemy.select(columns)

    def get(session, entity, key):
        """``session.get(entity, key)`` as 1.4 and newer write it."""
        return session.query(entity).get(key)

else:
    select = sqlalchemy.select

    def get(session, entity, key):
        """``session.get(entity, key)``."""
        return session.get(entity, key)
