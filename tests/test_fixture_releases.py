"""The fixture under other Pythons, and its models under old and new SQLAlchemy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures import cache, identity
from suite import measuring_environment
from suite.asv_commands import ROOT
from tests import environments
from tests.test_fixture import DIGESTS

ROWS = 1_000

DIGEST = """
import sys
from fixtures import cache, sqlite_file
path = cache.ensure_at(sys.argv[1], int(sys.argv[2]))
print("%d.%d" % sys.version_info[:2], sqlite_file.describe(path).digest)
"""

# Compares the models with the file, and reads one row of each table with its types.
MODELS = """
import datetime, sys, warnings
import sqlalchemy
from sqlalchemy.orm import sessionmaker
for warning in (sqlalchemy.exc.SAWarning, sqlalchemy.exc.SADeprecationWarning):
    warnings.simplefilter("error", warning)
from fixtures.models import Base, EmailAddress, send_history

def shape(engine):
    connection = engine.raw_connection()
    def rows(sql):
        return [tuple(row) for row in connection.cursor().execute(sql).fetchall()]
    shape = []
    for table in ("email_address", "send_history"):
        shape.append(rows("PRAGMA table_info(%s)" % table))
        shape.append([row[2:5] for row in rows("PRAGMA foreign_key_list(%s)" % table)])
        for _, name, unique, origin, _ in rows("PRAGMA index_list(%s)" % table):
            shape.append((name, unique, origin, rows("PRAGMA index_info(%s)" % name)))
    return shape

ours = sqlalchemy.create_engine("sqlite://")
Base.metadata.create_all(ours)
theirs = sqlalchemy.create_engine("sqlite:///" + sys.argv[1])
assert shape(ours) == shape(theirs), (shape(ours), shape(theirs))

session = sessionmaker(bind=theirs)()
row = session.query(EmailAddress).order_by(EmailAddress.id).first()
assert [type(getattr(row, name)) for name in EmailAddress.__table__.columns.keys()] == [
    int, str, str, str, str, int, datetime.datetime, bool]
sent = session.query(send_history).first()
assert [type(value) for value in sent] == [int, str, datetime.datetime, bool]
bounced = (
    session.query(EmailAddress.address)
    .join(send_history, send_history.c.email_id == EmailAddress.id)
    .filter(send_history.c.bounce)
)
print(sqlalchemy.__version__, bounced.count())
"""


@pytest.mark.network
@pytest.mark.parametrize("python", ["3.8", "3.13"])
def test_another_python_in_another_folder_builds_the_same_rows(python: str, tmp_path: Path) -> None:
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    measuring_environment.set_variables(variables)
    uv = [str(Path(sys.executable).with_name("uv")), "run", "--quiet", "--no-project", "--isolated"]
    faker = ["--python", python, "--with", f"Faker=={identity.FAKER}"]
    process = subprocess.run(
        [*uv, *faker, "python", "-c", DIGEST, "fixture.db", str(ROWS)],
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if "No interpreter found" in process.stderr:
        pytest.skip(f"Python {python} is not installed")
    assert process.returncode == 0, process.stderr
    assert process.stdout.split() == [python, DIGESTS[ROWS, identity.SEED]]
    assert (tmp_path / "fixture.db").exists()


@pytest.mark.network
@pytest.mark.parametrize(
    ("release", "python"),
    [
        ("0.9.10", "3.8"),
        ("1.3.24", "3.8"),
        ("1.4.54", "3.11"),
        ("2.0.58", "3.11"),
        ("2.1.9", "3.11"),
    ],
)
def test_the_models_describe_the_file_in_every_series(
    release: str, python: str, tmp_path: Path
) -> None:
    path = cache.ensure_at(str(tmp_path / "fixture.db"), ROWS)
    process = environments.run(environments.environment(release, python), "-c", MODELS, path)
    assert process.returncode == 0, process.stderr
    assert process.stdout.split() == [release, str(ROWS)]
