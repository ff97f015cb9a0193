"""The comparison as JSON, for programs: every figure, in bytes or seconds.

docs/using/upgrade.md describes the fields.
"""

import json
import math
from dataclasses import asdict
from typing import Any

from suite.figures.amounts import is_seconds
from suite.figures.scaling import UNLIMITED
from suite.upgrade import wording
from suite.upgrade.comparison import Change, Comparison, StyleSummary

FORMAT = 1


def render(comparison: Comparison) -> str:
    """The whole comparison; strict JSON, without NaN or Infinity."""
    content = {
        "format": FORMAT,
        "old": comparison.old,
        "new": comparison.new,
        "exit_code": comparison.exit_code,
        "verdict": wording.headline(comparison),
        "budget": comparison.budget,
        "limits": {metric: asdict(limit) for metric, limit in comparison.limits.items()},
        "notes": wording.notes(comparison),
        "covered": comparison.covered,
        "process_before": comparison.start_before,
        "process_after": comparison.start_after,
        "measured_with": dict(comparison.measured_with),
        "styles": [_style(summary, comparison) for summary in comparison.styles.values()],
        "changes": [_change(change) for change in sorted(comparison.changes, key=_order)],
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _order(change: Change) -> tuple[int, float]:
    return change.order


def _style(summary: StyleSummary, comparison: Comparison) -> dict[str, Any]:
    content = asdict(summary)
    content["verdict"] = comparison.style_verdicts[summary.task, summary.style]
    for side in ("before", "after"):
        fit = content.pop(f"fit_{side}")
        content[f"rows_in_budget_{side}"] = "any" if fit == UNLIMITED else fit
    return content


def facts_of(change: Change) -> dict[str, Any]:
    """A change's figures, in bytes or seconds, and what it is."""
    return {
        "task": change.task,
        "style": change.style,
        "label": change.label,
        "rows": change.rows,
        "metric": change.metric,
        "verdict": change.verdict,
        "before": change.before,
        "after": change.after,
        "factor": _finite(change.factor),
    }


def _change(change: Change) -> dict[str, Any]:
    accepted = change.accepted
    return {
        **facts_of(change),
        "bytes_a_row_before": change.a_row_before if not is_seconds(change.metric) else None,
        "bytes_a_row_after": change.a_row_after if not is_seconds(change.metric) else None,
        "reason": change.reason,
        "accepted": accepted and {**asdict(accepted), "since": str(accepted.since)},
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
