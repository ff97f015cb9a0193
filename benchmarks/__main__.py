"""One unit of work from the command line: ``python -m benchmarks TASK STYLE ROWS MEASURES``.

Prints the record as a line of JSON. ``MEASURES`` is ``resident``, ``heap`` or ``time``. This is
what a script calls in a release's environment where no asv result is wanted.
"""

import sys


def main(arguments):
    """Measure, print, and return the exit code of command_line.run_one."""
    from benchmarks import beside, command_line, measuring, unit

    beside.end_with_parent()
    measures = arguments[-1] if arguments else ""
    # Without an instrument there are too few words left, which run_one answers.
    words = arguments[:-1] if measures in measuring.INSTRUMENTS else []
    return command_line.run_one(
        "python -m benchmarks TASK STYLE ROWS resident|heap|time",
        words,
        lambda task, style, rows: unit.describe(unit.measure(style, task, rows, measures)),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
