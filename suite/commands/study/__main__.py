"""scripts/study."""

from suite.commands.study import main

main(prog_name="scripts/study")
