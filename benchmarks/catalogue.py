"""Which tasks there are."""

import importlib

# Each is a module of this package with a `task`; the order is that of pages and tables.
TASKS = (
    "bounced_addresses",
    "chunk_size",
    "export",
    "history",
    "campaigns",
    "first_bounced",
    "how_many",
)


def load(name):
    """The task called ``name``; KeyError where there is none."""
    if name not in TASKS:
        raise KeyError(name)
    return importlib.import_module("benchmarks." + name).task
