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
from asv.repo import get_repo

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

    It deletes the published pages before it finds that a range is none, and writes its index after
    all publishers were called. Unnecessary once `run` and `publish` can name different branches,
    and a publisher is called at the end.
    """

    def with_one_branch(cls: type, conf: Any, *arguments: Any, **options: Any) -> Any:
        from suite.site import asv_pages

        if (range_spec := arguments[0] if arguments else options.get("range_spec")) is not None:
            get_repo(conf).get_hashes_from_range(range_spec)
        conf.branches = [HISTORY]
        ended = run_publish.__func__(cls, conf, *arguments, **options)  # type: ignore[attr-defined]
        asv_pages.write_scripts(Path(conf.html_dir))
        return ended

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

        def warn(message: str) -> None:
            cls.reader.report(Path(message.partition(".json: ")[0] + ".json"), message)

        figures = [f for f in results.read(results_dir, warn, warn) if f.release in revisions]
        watched = [t for t in traces.read(results_dir, log.warning) if t.release in revisions]
        judged_by = limits.load()
        page.write(html_dir, figures, watched, results_dir, judged_by)
        conf.regressions_thresholds.update(changes.regressions_thresholds(figures, judged_by))
        conf.regressions_first_commits.update(changes.regressions_first_commits(judged_by))
        labels.put_in_place_of_names(benchmarks)
        if (missing := asv_pages.adapt(html_dir)) is not None:
            log.warning(missing)
