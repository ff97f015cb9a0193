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

    It deletes the published pages first, whatever comes of the new ones, and writes its index after
    all publishers were called. Unnecessary once `run` and `publish` can name different branches,
    pages are replaced when they are whole, and a publisher is called at the end.
    """

    def with_one_branch(cls: type, conf: Any, *arguments: Any, **options: Any) -> Any:
        from suite.site import asv_pages, whole

        html_dir = Path(conf.html_dir).resolve()
        if Path(conf.results_dir).resolve().is_relative_to(html_dir):
            raise UserError(f"{html_dir} is replaced, and holds the results: name another html_dir")
        conf.branches = [HISTORY]
        try:
            with whole.made_beside(html_dir) as made:
                conf.html_dir = str(made)
                run_publish.__func__(cls, conf, *arguments, **options)  # type: ignore[attr-defined]
                asv_pages.write_scripts(made)
        finally:
            conf.html_dir = str(html_dir)

    return classmethod(with_one_branch)


class QueryStyles(OutputPublisher):  # type: ignore[misc]
    """The page "Query styles", and what asv's own pages need to work beside it."""

    name = "query-styles"
    button_label = "Query styles"
    description = "What each way of querying costs in memory"
    order = FIRST
    reader: Any = None

    @classmethod
    def publish(
        cls, conf: Any, repo: Any, benchmarks: Any, graphs: Any, revisions: dict[str, int]
    ) -> None:
        """Write the page into ``conf.html_dir``, and adapt the pages that asv copied there."""
        from suite.figures import limits
        from suite.measuring import results, traces
        from suite.site import asv_pages, changes, labels, page

        html_dir, results_dir = Path(conf.html_dir), Path(conf.results_dir)

        figures = []
        for stored in results.files(results_dir):
            if (words := stored.trouble or stored.superseded) is not None:
                cls.reader.report(stored.path, words)
            figures += [figure for figure in stored.figures if figure.release in revisions]
        watched = [t for t in traces.read(results_dir, log.warning) if t.release in revisions]
        judged_by = limits.chosen(limits.load())
        page.write(html_dir, figures, watched, results_dir, judged_by)
        conf.regressions_thresholds.update(changes.regressions_thresholds(figures, judged_by))
        conf.regressions_first_commits.update(changes.regressions_first_commits(judged_by))
        labels.put_in_place_of_names(benchmarks)
        if (missing := asv_pages.adapt(html_dir)) is not None:
            log.warning(missing)
