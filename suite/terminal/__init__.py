"""Talking to a person: errors, Ctrl-C, progress, and where output goes."""
