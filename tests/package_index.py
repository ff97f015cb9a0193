"""A package index on the loopback interface that speaks PEP 691 JSON, for tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

CLOSED_PORT = "http://127.0.0.1:1/simple/"


def sdist(
    version: str,
    uploaded: str | None = "2026-11-01T10:00:00.123456Z",
    requires_python: str | None = None,
    yanked: bool | str = False,
) -> dict[str, Any]:
    """The index's entry for a release's source distribution."""
    entry: dict[str, Any] = {
        "filename": f"sqlalchemy-{version}.tar.gz",
        "url": f"https://files.invalid/sqlalchemy-{version}.tar.gz",
        "hashes": {},
        "yanked": yanked,
    }
    if uploaded:
        entry |= {"upload-time": uploaded, "size": 1}
    if requires_python:
        entry["requires-python"] = requires_python
    return entry


class Index:
    """What the served index lists, how it answers, and what it was asked."""

    def __init__(self) -> None:
        self.files: list[dict[str, Any]] = []
        self.status = 200
        self.body: str | None = None
        self.asked: list[str] = []
        self.authorization: list[str | None] = []
        self.url = ""

    def page(self) -> str:
        versions = sorted({file["filename"][11:-7] for file in self.files})
        return self.body or json.dumps(
            {
                "meta": {"api-version": "1.1"},
                "name": "sqlalchemy",
                "versions": versions,
                "files": self.files,
            }
        )


@contextmanager
def serve() -> Iterator[Index]:
    """Serve an index until the block ends."""
    index = Index()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.append(self.path)
            index.authorization.append(self.headers["Authorization"])
            body = index.page().encode()
            self.send_response(index.status)
            self.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        index.url = f"http://127.0.0.1:{server.server_port}/simple"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield index
        finally:
            server.shutdown()
            thread.join()
