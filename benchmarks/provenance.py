"""What a figure was measured with. Asked for after the measurement, because it imports a lot."""

import os
import platform
import sqlite3
import sys

import sqlalchemy

from benchmarks import databases, variables
from benchmarks.unit import project_root
from fixtures import cache


def facts():
    """Everything that can change a figure, as plain data."""
    facts = {
        "sqlalchemy": sqlalchemy.__version__,
        "compiled_extensions": compiled_extensions(),
        "python": sys.version,
        "python_compiler": platform.python_compiler(),
        "libc": " ".join(platform.libc_ver()),
        "system": platform.platform(),
        "sqlite": sqlite3.sqlite_version,
        "packages": _packages(),
        "allocator": variables.of_allocators(os.environ),
        "hash_seed": os.environ.get("PYTHONHASHSEED", "random"),
        "address_space_randomised": _randomised(),
        "surroundings": surroundings(),
        "transparent_huge_pages": _read("/sys/kernel/mm/transparent_hugepage/enabled"),
    }
    server = databases.current().address.get("server")
    return dict(facts, server=server) if server else facts


def surroundings():
    """What moves the places of things in memory: sizes and lengths that the suite tries to fix.

    ``environment``: bytes of environment variables. ``paths``: the lengths of those of the
    environment, of its Python, of this project's code, of the working folder, and of the fixtures.
    ``stack``: its limit in bytes.
    """
    paths = (sys.prefix, sys.base_prefix, project_root(), os.getcwd(), cache.folder())
    return {
        "environment": sum(len(name) + len(value) + 2 for name, value in os.environ.items()),
        "paths": [len(path) for path in paths],
        "stack": _stack(),
    }


def compiled_extensions():
    """Names of SQLAlchemy's compiled modules that are loaded; an empty list where none are.

    1.3 and older compile theirs at installation where a compiler is present, and leave them out in
    silence where not.
    """
    return sorted(
        name
        for name, module in list(sys.modules.items())
        if name.startswith("sqlalchemy.")
        and str(getattr(module, "__file__", "")).endswith((".so", ".pyd"))
    )


def _packages():
    from importlib.metadata import distributions

    return {dist.metadata["Name"]: dist.version for dist in distributions()}


def _stack():
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrlimit(resource.RLIMIT_STACK)[0]


def _randomised():
    """Whether this process' address space is randomised: personality(2), bit ADDR_NO_RANDOMIZE."""
    persona = _read("/proc/self/personality")
    if persona is None:
        return None
    return not int(persona, 16) & 0x0040000


def _read(path):
    try:
        with open(path) as stream:
            return stream.read().strip()
    except OSError:
        return None
