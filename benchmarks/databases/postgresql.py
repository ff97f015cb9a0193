"""PostgreSQL: each fixture in a schema of its own."""

from contextlib import closing

from benchmarks.databases import base

DRIVERS = (
    base.Driver("postgresql+psycopg2", "PostgreSQL, psycopg2", group="psycopg2"),
    base.Driver("postgresql+psycopg", "PostgreSQL, psycopg", group="psycopg", since="2.0.0"),
    base.Driver(
        "postgresql+psycopg_async",
        "PostgreSQL, psycopg async",
        group="psycopg",
        since="2.0.0",
        is_async=True,
    ),
    base.Driver("postgresql+pg8000", "PostgreSQL, pg8000", group="pg8000", since="1.4.0"),
    base.Driver(
        "postgresql+asyncpg",
        "PostgreSQL, asyncpg",
        group="asyncpg",
        since="1.4.0",
        is_async=True,
    ),
)

# The name of the socket in its folder, and the port where none is named.
SOCKET = "%s/.s.PGSQL.%d"
PORT = 5432


class Database(base.ServerDatabase):
    """A database of a PostgreSQL server."""

    take_schema = "SET search_path TO %s"

    def connect_arguments(self):
        """psycopg2 and psycopg say "dbname"; pg8000 wants the socket itself, others its folder."""
        address, group = self.address, self.driver.group
        port = address.get("port")
        arguments = {
            "user": address.get("user"),
            "password": address.get("password"),
            "port": port,
            "dbname" if group in ("psycopg2", "psycopg") else "database": address.get("database"),
        }
        if address.get("socket") and group == "pg8000":
            return dict(arguments, port=None, unix_sock=SOCKET % (address["socket"], port or PORT))
        return dict(arguments, host=address.get("socket") or address.get("host"))

    def rows_from_server(self, connection, statement, size):
        """By SQL, which every driver sends."""
        with closing(connection.cursor()) as cursor:
            cursor.execute("DECLARE by_hand NO SCROLL CURSOR FOR " + statement)
            while True:
                cursor.execute("FETCH %d FROM by_hand" % size)
                rows = cursor.fetchall()
                if not rows:
                    return
                yield rows
