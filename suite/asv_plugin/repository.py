"""SQLAlchemy's releases as asv's revisions: a revision's id is the version itself.

asv loads this module as the plugin ".suite.asv_plugin.repository" and picks it by "dvcs": "pypi".
Branches are series ("2.0"), and HISTORY is the branch that holds every release.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from asv.console import log
from asv.repo import NoSuchNameError, Repo
from asv.util import UserError, datetime_to_js_timestamp
from packaging.version import InvalidVersion, Version

from suite.releases.catalogue import Catalogue
from suite.releases.timeline import HISTORY, Timeline, ask
from suite.terminal.errors import UserMistake

__all__ = ["HISTORY", "NoSuchReleaseError", "Releases"]

Answer = TypeVar("Answer")


class NoSuchReleaseError(NoSuchNameError, UserError):  # type: ignore[misc]
    """A name that stands for no release that can be measured.

    asv handles the first base where it expects names that do not exist, and prints the second as
    one line everywhere else.
    """


class AskedByAsv(str):
    """A range that asv itself puts together from results: it may be empty or run backwards."""


class Releases(Repo):  # type: ignore[misc]
    """The catalogue of releases, as asv asks for it. Nothing here needs a clone or a network."""

    dvcs = "pypi"
    _default_branch = HISTORY

    def __init__(self, url: str, mirror_path: str) -> None:
        try:
            self.catalogue = Catalogue.load()
        except UserMistake as error:
            raise UserError(error.message) from error

    @classmethod
    def url_match(cls, url: str) -> bool:
        """No address says that it is a package: asv.conf.json has to set dvcs."""
        return False

    def pull(self) -> None:
        """Do nothing: an unknown release is looked up when it is named."""

    def checkout(self, path: str, commit_hash: str) -> None:
        """Make the folder that asv builds in; the release itself comes from the package index."""
        Path(path).mkdir(parents=True, exist_ok=True)

    def get_range_spec(self, commit_a: str, commit_b: str) -> str:
        """The range after one release, up to and with another."""
        return AskedByAsv(f"{commit_a}..{commit_b}")

    def get_new_range_spec(self, latest_result: str, branch: str | None = None) -> str:
        """The range after one release, up to and with the newest of a branch."""
        return AskedByAsv(f"{latest_result}..{self.get_hash_from_name(branch)}")

    def get_date(self, commit: str) -> int:
        """The time of the upload, in milliseconds since 1970. Raises UserError."""
        release = self.catalogue.get(commit)
        if release is None:
            self._ask(lambda timeline: timeline.named(commit))
            return self.get_date(commit)
        return int(datetime_to_js_timestamp(release.uploaded))

    def get_date_from_name(self, name: str) -> int:
        """The time of the upload of the release that a name stands for."""
        return self.get_date(self.get_hash_from_name(name))

    def get_hashes_from_range(self, range_spec: str) -> list[str]:
        """The releases that a name, a range or a specifier selects, newest first."""
        if isinstance(range_spec, AskedByAsv):
            after, until = (Version(name) for name in range_spec.split(".."))
            selected = Timeline(self.catalogue).between(after, until)
        else:
            selected = self._ask(lambda timeline: timeline.select(range_spec))
        return [release.version for release in reversed(selected)]

    def get_hash_from_name(self, name: str | None) -> str:
        """The release that a version, a series or HISTORY stands for. Raises NoSuchReleaseError."""
        return self._ask(lambda timeline: timeline.named(name or HISTORY).version)

    def get_hash_from_parent(self, name: str) -> str:
        """The release that stands before another one. Raises NoSuchReleaseError."""
        return self._ask(lambda timeline: timeline.before(name).version)

    def get_name_from_hash(self, commit: str) -> None:
        """A version is its own name, so there is none beside it."""
        return

    def get_decorated_hash(self, commit: str, hash_length: int = 8) -> str:
        """The version, whole; for a series, that of its newest release. Raises NoSuchReleaseError.

        `asv show` prints this of what the user typed, and would print an unknown name as a result
        that is merely empty.
        """
        release = self.catalogue.get(commit)
        if release is not None and release.version == commit:
            return commit
        return self.get_hash_from_name(commit)

    def get_tags(self) -> dict[str, str]:
        """The first release of each series, oldest first: asv labels its graphs with them."""
        return {
            release.version: release.version
            for release in self.catalogue
            if release.parsed.micro == 0 and not release.is_prerelease and not release.yanked
        }

    def get_branch_commits(self, branch: str | None) -> list[str]:
        """The releases of a series, or of the whole history, newest first.

        A series holds what is measured unasked. The history holds all, so that a pre-release that
        was named, or a release that was yanked later, keeps its place on the graphs.
        """
        if branch in (None, HISTORY):
            return [release.version for release in self.catalogue][::-1]
        return [release.version for release in Timeline(self.catalogue).series(str(branch))][::-1]

    def get_revisions(self, commits: set[str]) -> dict[str, int]:
        """The position of each release in the history. Raises UserError for what is no version."""
        self._look_up_missing(commits)
        try:
            versions = {commit: Version(commit) for commit in commits}
        except InvalidVersion as error:
            raise UserError(
                f"the results hold a revision that is no release: {error}; remove it with asv rm"
            ) from error
        history = sorted({release.parsed for release in self.catalogue} | set(versions.values()))
        position = {version: place for place, version in enumerate(history)}
        return {commit: position[version] for commit, version in versions.items()}

    def _look_up_missing(self, commits: set[str]) -> None:
        missing = sorted(commit for commit in commits if self.catalogue.get(commit) is None)
        if missing:
            try:
                self.catalogue.look_up(missing[0])
            except UserMistake as error:
                log.warning(error.message)

    def _ask(self, question: Callable[[Timeline], Answer]) -> Answer:
        try:
            return ask(self.catalogue, question)
        except UserMistake as error:
            raise NoSuchReleaseError(error.message) from error
