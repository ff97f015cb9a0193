"""scripts/study NAME: experiments, one module each."""

import click

from suite.commands import groups

LINES = {
    "article": "The experiment of 2015, run again and compared.",
    "ten-years": "The article's two styles on ten years of releases.",
    "changes": "Every change in memory over many releases, with its release.",
    "museum": "Changes that the change log names, found without being told.",
    "lines": "A style's source with the memory after each of its lines.",
    "noise": "How far figures of one release differ on this machine.",
    "known-truth": "How far each instrument is from a size that is known.",
    "drivers": "One task by every driver: what each holds, and which stream.",
    "outside": "Net peaks beside those of a script that uses nothing of this project.",
    "false-alarms": "How often the check finds a release worse than itself.",
    "traces": "Resident memory over time while each style runs.",
    "page-speed": "How soon the published page shows its figures.",
    "seed-speed": "How fast fixtures are built, beside two other ways.",
}


@click.group(cls=groups.Group, package=__name__, lines=LINES)
@click.pass_context
def main(context: click.Context) -> None:
    """Run an experiment beside the main job; scripts/study NAME --help says more of it.

    Exit codes: those of the experiment, 0 for this list, 2 no such name.
    """
    groups.listed(context)
