"""Errors that a person can act on."""

import click


class UserMistake(click.ClickException):
    """One line that says what is wrong and what to do; the command ends with exit code 2."""

    exit_code = 2
