"""The site as a plugin of `asv publish`: see asv.conf.json.

asv imports this module for every command: what only publishing needs, such as the charts'
libraries, is imported inside the functions.

Two things of asv 0.6.6 are replaced, as it has no door for them: see `setup`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from asv.commands import publish
from asv.console import log
from asv.plugins import regressions
from asv.publishing import OutputPublisher
from asv.util import UserError

from suite.releases.timeline import HISTORY

# Before all of asv's own pages, so that they show the labels, and judge by the limits, too.
FIRST = -1
# What asv's pages link a release to.
RELEASE_URL = "../release.html#"


def setup() -> None:
    """Called by asv when it loads the plugin."""
    from suite.site.sound_results import Reader

    # asv ends with a traceback on a damaged file. Unnecessary once it passes over what it can't
    # publish, as it does with what is not JSON.
    reader = QueryStyles.reader = Reader()
    publish.iter_results = regressions.iter_results = reader.iter_results
    publish.iter_machine_files = reader.iter_machine_files
    publish.Publish.run = publish_one_history(publish.Publish.run)


def publish_one_history(run_publish: Callable[..., Any]) -> Any:
    """asv draws a graph, and lists a regression, for each branch; releases are one history.

    Its pages are the whole site, where here they lie in a folder of it. It deletes the published
    pages first, whatever comes of the new ones, and writes its index after all publishers were
    called. Unnecessary once `run` and `publish` can name different branches, pages are replaced
    when they are whole, and a publisher is called at the end.
    """

    def with_one_branch(cls: type, conf: Any, *arguments: Any, **options: Any) -> Any:
        from suite.site import asv_pages, feed, whole

        html_dir = Path(conf.html_dir).resolve()
        if Path(conf.results_dir).resolve().is_relative_to(html_dir):
            raise UserError(f"{html_dir} is replaced, and holds the results: name another html_dir")
        address = feed.address_of(getattr(conf, feed.SETTING, None))
        conf.branches = [HISTORY]
        conf.show_commit_url = RELEASE_URL
        try:
            with whole.made_beside(html_dir) as made:
                conf.html_dir = str(made / asv_pages.FOLDER)
                run_publish.__func__(cls, conf, *arguments, **options)  # type: ignore[attr-defined]
                if (missing := asv_pages.complete(made, address)) is not None:
                    log.warning(missing)
        finally:
            conf.html_dir = str(html_dir)

    return classmethod(with_one_branch)


class QueryStyles(OutputPublisher):  # type: ignore[misc]
    """The page "Query styles", beside asv's own pages."""

    name = "query-styles"
    button_label = "Query styles"
    description = "What each way of querying costs in memory"
    order = FIRST
    reader: Any = None

    @classmethod
    def publish(
        cls, conf: Any, repo: Any, benchmarks: Any, graphs: Any, revisions: dict[str, int]
    ) -> None:
        """Write the page beside asv's pages, and say what they show and judge by."""
        from suite.figures import limits
        from suite.measuring import results, traces
        from suite.site import labels, page
        from suite.site import regressions as judged

        site, results_dir = Path(conf.html_dir).parent, Path(conf.results_dir)

        figures = []
        for stored in results.files(results_dir):
            if (words := stored.trouble or stored.superseded) is not None:
                cls.reader.report(stored.path, words)
            figures += [figure for figure in stored.figures if figure.release in revisions]
        watched = [t for t in traces.read(results_dir, log.warning) if t.release in revisions]
        every = limits.load()
        page.write(site, figures, watched, results_dir, every)
        judged_by = limits.chosen(every)
        conf.regressions_thresholds.update(judged.thresholds(figures, judged_by))
        conf.regressions_first_commits.update(judged.unlisted(judged_by))
        labels.leave_out_unmeasured(benchmarks, graphs)
        labels.put_in_place_of_names(benchmarks)
