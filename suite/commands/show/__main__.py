"""scripts/show."""

from suite.commands.show import main

main(prog_name="scripts/show")
