"""What the commands share that run one style in this process and print JSON."""

import json
import sys


def run_one(usage, arguments, run):
    """Print ``run(task_name, style, rows)`` for the words TASK STYLE ROWS; returns the exit code.

    0: done; 2: wrong words, answered by ``usage``; 3: this release can't run the style.
    """
    from benchmarks import catalogue

    try:
        task, style_name, rows = arguments
        style, rows = catalogue.load(task).styles[style_name], int(rows)
    except (KeyError, ValueError):
        sys.stderr.write("usage: %s\n" % usage)
        return 2
    try:
        style.require()
    except NotImplementedError as reason:
        sys.stderr.write("skipped: %s\n" % reason)
        return 3
    json.dump(run(task, style, rows), sys.stdout)
    sys.stdout.write("\n")
    return 0
