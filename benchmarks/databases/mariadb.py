"""MariaDB and MySQL: each fixture in a database of its own."""

import importlib
from contextlib import closing

from benchmarks.databases import base

DRIVERS = (
    base.Driver(
        "mariadb+pymysql", "MariaDB, PyMySQL", "mysql+pymysql", group="pymysql", nests=False
    ),
    base.Driver(
        "mariadb+mysqldb",
        "MariaDB, mysqlclient",
        "mysql+mysqldb",
        group="mysqldb",
        since="1.0.0",
        nests=False,
    ),
    base.Driver(
        "mariadb+mysqlconnector",
        "MariaDB, MySQL Connector",
        "mysql+mysqlconnector",
        group="mysqlconnector",
    ),
    base.Driver(
        "mariadb+asyncmy",
        "MariaDB, asyncmy",
        "mysql+asyncmy",
        group="asyncmy",
        since="1.4.24",
        is_async=True,
        nests=False,
    ),
    base.Driver(
        "mariadb+aiomysql",
        "MariaDB, aiomysql",
        "mysql+aiomysql",
        group="aiomysql",
        since="1.4.0",
        is_async=True,
        nests=False,
    ),
)

# They write a password so, where servers read UTF-8.
PASSWORDS_IN_LATIN_1 = ("pymysql", "asyncmy", "aiomysql")
# Modules with a cursor whose rows stay on the server.
SERVER_CURSORS = {"pymysql": "pymysql.cursors", "mysqldb": "MySQLdb.cursors"}


class Database(base.ServerDatabase):
    """A MariaDB server, or one of MySQL."""

    take_schema = "USE %s"
    copy_needs = "GRANT ALL ON `sqlalchemy\\_asv\\_%`.* TO this user, or name another"
    make_schema = ("CREATE DATABASE {copy} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",)
    copy_table = ("CREATE TABLE {copy}.{table} LIKE {source}.{table}",)
    key_table = ("ALTER TABLE {copy}.{table} MODIFY id INTEGER NOT NULL AUTO_INCREMENT",)
    copy_rows = ("INSERT INTO {copy}.{table} SELECT * FROM {source}.{table}",)
    remove_schema = ("SET lock_wait_timeout = 5", "DROP DATABASE {copy}")

    def connect_arguments(self):
        """Every driver of them has the same names."""
        address, password = self.address, self.address.get("password")
        if password and self.driver.group in PASSWORDS_IN_LATIN_1:
            password = password.encode("utf-8").decode("latin-1")
        arguments = {
            "user": address.get("user"),
            "password": password,
            "charset": "utf8mb4",
        }
        if address.get("socket"):
            return dict(arguments, unix_socket=address["socket"])
        return dict(arguments, host=address.get("host"), port=address.get("port"))

    def rows_from_server(self, connection, statement, size):
        """By the driver's own kind of cursor: MariaDB has no SQL for it outside of procedures."""
        if self.driver.group == "mysqlconnector":
            made = connection.cursor(buffered=False)
        elif self.driver.group in SERVER_CURSORS:
            cursors = importlib.import_module(SERVER_CURSORS[self.driver.group])
            made = connection.cursor(cursors.SSCursor)
        else:
            raise NotImplementedError("%s has none for SQLAlchemy's engine" % self.driver.name)
        with closing(made) as cursor:
            cursor.execute(statement)
            rows = cursor.fetchmany(size)
            while rows:
                yield rows
                rows = cursor.fetchmany(size)
