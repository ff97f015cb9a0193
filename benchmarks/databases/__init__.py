"""Of whom it is asked: one module a database, with its drivers and how an engine is made.

A measuring process learns from the environment which one it is: see `current`.
"""

import importlib
import json
import os

# JSON: the name of a driver under "driver", and the fields of an address. Without it, SQLite.
VARIABLE = "SQLALCHEMY_ASV_ADDRESS"
NAMES = ("sqlite", "postgresql", "mariadb")


def drivers(database):
    """The drivers of a database by name, the default one first. KeyError where there is none."""
    return {driver.name: driver for driver in _module(database).DRIVERS}


def every_driver():
    """All drivers by name."""
    return {name: driver for database in NAMES for name, driver in drivers(database).items()}


def current():
    """The benchmarks.databases.base.Database that this process measures."""
    return of(json.loads(os.environ.get(VARIABLE) or "{}"))


def of(address):
    """The Database of what VARIABLE holds: the fields of an address, and its "driver"."""
    address = dict(address)
    name = address.pop("driver", "sqlite")
    database = name.partition("+")[0]
    return _module(database).Database(drivers(database)[name], address)


def _module(database):
    if database not in NAMES:
        raise KeyError(database)
    return importlib.import_module("benchmarks.databases." + database)
