"""One unit of work from the command line: ``python -m benchmarks TASK STYLE ROWS MEASURES``.

Prints the record as a line of JSON. ``MEASURES`` is ``resident``, ``heap`` or ``time``. This is
what a script calls in a release's environment where no asv result is wanted.
"""

import json
import sys


def main(arguments):
    """Measure, print, and return the exit code: 0, 2 for wrong words, 3 for a skip."""
    from benchmarks import beside, catalogue, measuring, unit

    beside.end_with_parent()
    try:
        task_name, style_name, rows, measures = arguments
        task = catalogue.load(task_name)
        style, rows = task.styles[style_name], int(rows)
        measuring.INSTRUMENTS[measures]
    except (KeyError, ValueError):
        sys.stderr.write("usage: python -m benchmarks TASK STYLE ROWS resident|heap|time\n")
        return 2
    try:
        style.require()
    except NotImplementedError as reason:
        sys.stderr.write("skipped: %s\n" % reason)
        return 3
    json.dump(unit.describe(unit.measure(style, task.name, rows, measures)), sys.stdout)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
