"""Connects once: ``python -m benchmarks.databases SCHEMA`` ends well where a driver can.

So that what is wrong with an address is said once, before every style fails of it. A release that
does not speak to the driver ends well too: its styles are skipped.
"""

import sys

from benchmarks import databases


def main(schema):
    """Connect to the schema; raises what the driver raises."""
    database = databases.current()
    try:
        database.driver.require()
    except NotImplementedError:
        return
    database.open(database.make_engine([schema]))


if __name__ == "__main__":
    main(sys.argv[1])
