"""The site as a plugin of `asv publish`: see asv.conf.json.

asv imports this module in every process, also in those that measure, and ru_maxrss survives exec:
what is imported here would become a floor under `peakmem_process`. So the charts' libraries, and
all else that only publishing needs, are imported inside the functions.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from asv.commands import publish
from asv.console import log
from asv.plugins import regressions
from asv.publishing import OutputPublisher

# Before all of asv's own pages, so that they show the labels too.
FIRST = -1


def setup() -> None:
    """Called by asv when it loads the plugin."""
    from suite.site.sound_results import Reader

    reader = Reader()
    publish.iter_results = regressions.iter_results = reader.iter_results
    publish.iter_machine_files = reader.iter_machine_files
    QueryStyles.reader = reader
    publish.Publish.run = write_scripts_at_the_end(publish.Publish.run)


def write_scripts_at_the_end(run_publish: Callable[..., Any]) -> Any:
    """asv writes its index after all plugins were called."""

    def with_scripts(cls: type, conf: Any, *arguments: Any, **options: Any) -> Any:
        from suite.site import asv_pages

        ended = run_publish.__func__(cls, conf, *arguments, **options)  # type: ignore[attr-defined]
        asv_pages.write_scripts(Path(conf.html_dir))
        return ended

    return classmethod(with_scripts)


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
        from suite import results
        from suite.site import asv_pages, labels, page

        html_dir, results_dir = Path(conf.html_dir), Path(conf.results_dir)

        def warn(message: str) -> None:
            cls.reader.report(Path(message.partition(".json: ")[0] + ".json"), message)

        figures = [
            figure
            for figure in results.read(results_dir, warn, warn)
            if figure.release in revisions
        ]
        page.write(html_dir, figures, results_dir, conf.regressions_thresholds, log.warning)
        labels.put_in_place_of_names(benchmarks)
        if (missing := asv_pages.adapt(html_dir)) is not None:
            log.warning(missing)
