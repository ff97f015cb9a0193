"""What importing, mapping, first statements and caches cost an application once."""

# How often classes are made and dropped, for what one round leaves.
ROUNDS = 10
