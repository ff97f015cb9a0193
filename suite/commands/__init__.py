"""One module per command of scripts/: parse, call, render."""
