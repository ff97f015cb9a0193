"""Which of the caller's environment variables reach a process that measures."""

import re

# Where libraries are found, what moves the allocators (recorded with every figure), and what
# SQLAlchemy and this suite are told by a variable.
HANDED_ON = re.compile(
    r"MALLOC_.*|PYTHONMALLOC|GLIBC_TUNABLES|LD_.*|DYLD_.*"
    r"|DISABLE_SQLALCHEMY_CEXT.*|SQLALCHEMY_ASV_INSTRUMENT"
)
OF_ALLOCATORS = re.compile(r"MALLOC_.*|PYTHONMALLOC|GLIBC_TUNABLES|LD_PRELOAD")


def fixed(variables):
    """What a process that measures starts with: what is handed on, and the same for everybody."""
    kept = {name: value for name, value in variables.items() if HANDED_ON.fullmatch(name)}
    return dict(kept, PYTHONHASHSEED="0", LANG="C.UTF-8")


def of_allocators(variables):
    """The variables that move Python's and the C library's allocators."""
    return {name: value for name, value in variables.items() if OF_ALLOCATORS.fullmatch(name)}
