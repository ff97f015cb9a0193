"""asv as a client: what it asks of this suite, and what of it had to be adapted."""
