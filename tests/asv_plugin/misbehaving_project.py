"""A scratch asv project whose benchmarks/ has one more task: styles that fail, each in its way."""

import shutil
from pathlib import Path
from typing import Any

from suite.project import ROOT
from tests.asv_plugin import asv_project
from tests.asv_plugin.asv_project import AsvProject

TASK = '''
"""Styles that fail, each in its way, and one that does not."""

import os
import time
from contextlib import closing

from benchmarks.declared import DeclaredStyles
from benchmarks.registry import Task

task = Task("misbehaving", "What a failure looks like", rows=(1000,))


def _is_warm_up(engine):
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute("SELECT count(*) FROM send_history WHERE bounce")
        return cursor.fetchone()[0] == 1


@task.style()
def behaves(engine):
    """holds 5 MiB"""
    held = b"x" * 5 * 2**20
    return len(held)


@task.style()
def crashes(engine):
    """ends the interpreter"""
    if not _is_warm_up(engine):
        os._exit(139)


@task.style()
def crashes_while_traced(engine):
    """ends the interpreter where tracemalloc is on"""
    import tracemalloc

    if tracemalloc.is_tracing():
        os._exit(139)


@task.style()
def hungry(engine):
    """allocates without end"""
    held = []
    while not _is_warm_up(engine):
        held.append(b"x" * 2**20)


@task.style()
def raises(engine):
    """raises"""
    if not _is_warm_up(engine):
        raise ValueError("no such luck")


@task.style()
def sleeps(engine):
    """sleeps for ever"""
    while not _is_warm_up(engine):
        time.sleep(1)


@task.style()
def talks(engine):
    """prints without end"""
    while not _is_warm_up(engine):
        print("x" * 10000, flush=True)


class Styles(DeclaredStyles):
    """What asv measures of this task."""

    task = task
'''


def create(folder: Path, **changes: Any) -> AsvProject:
    """Copy what runs inside a release into ``folder``, and add the task."""
    for name in ("benchmarks", "fixtures"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    package = folder / "benchmarks"
    (package / "tasks" / "misbehaving.py").write_text(TASK.lstrip())
    return asv_project.create(folder, benchmark_dir=str(package), branches=["2.1"], **changes)
