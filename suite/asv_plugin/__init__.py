"""asv as a client: what it asks of this suite, and what of it had to be adapted."""

PARENT = "SQLALCHEMY_ASV_PARENT"
"""The variable that names a file descriptor, whose end tells asv that the command has ended."""

QUIET = "SQLALCHEMY_ASV_QUIET"
"""The variable that says that what asv prints is not shown, but its warnings and errors."""
