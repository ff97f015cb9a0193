"""How asv calls things: a metric of a task, a style as a parameter, an environment."""

from dataclasses import dataclass
from typing import Any

from asv.environment import get_env_name

from benchmarks.metrics import BY_NAME, Metric
from suite.database import SQLITE

# asv's own word for how an environment is made; see suite.asv_plugin.environment.
ENVIRONMENT_TYPE = "engine"
# asv's variable of an environment that names the database; without it, SQLite.
DATABASE = "DATABASE"
# The requirement under which asv keeps sampled figures apart from exact ones.
SAMPLED_REQUIREMENT = {"instrument": "sampled"}


@dataclass(frozen=True)
class BenchmarkName:
    """A task's metric."""

    task: str
    metric: Metric


def parse(benchmark: str) -> BenchmarkName | None:
    """The task and metric of "tasks.TASK.Styles.METRIC"; None for what measures no style."""
    folder, _, rest = benchmark.partition(".")
    task, _, method = rest.partition(".")
    owner, _, metric = method.partition(".")
    if (folder, owner) != ("tasks", "Styles") or metric not in BY_NAME:
        return None
    return BenchmarkName(task, BY_NAME[metric])


def build(task: str, metric: str) -> str:
    """The name that asv knows a task's metric by."""
    return f"tasks.{task}.Styles.{metric}"


def style_name(parameter: str) -> str:
    """The style that a parameter names, which asv writes as Python does: with quotes."""
    return parameter.strip("'\"")


def environment(python: str, requirements: dict[str, str], database: str = SQLITE.name) -> str:
    """The name that asv knows an environment by, which is part of the name of its results."""
    tagged = {("nobuild", name): value for name, value in variables_of(database).items()}
    return str(get_env_name(ENVIRONMENT_TYPE, python, requirements, tagged))


def variables_of(database: str) -> dict[str, str]:
    """asv's variables of an environment that measures a database."""
    return {} if database == SQLITE.name else {DATABASE: database}


def described(task: Any) -> dict[str, dict[str, Any]]:
    """What asv would discover of a task (a suite.figures.tasks.Task), by name."""
    styles = [repr(style) for style in task.styles]
    return {
        build(task.name, metric.name): {
            "code": f"{task.name}: {metric.about}",
            "name": build(task.name, metric.name),
            "param_names": ["style", "rows"],
            "params": [styles, [str(rows) for rows in task.sizes(metric.instrument)]],
            "pretty_name": metric.label,
            "timeout": 600,
            "type": metric.name.partition("_")[0],
            "unit": metric.unit,
            "version": metric.version,
        }
        for metric in BY_NAME.values()
    }
