"""SQLAlchemy's releases: which exist, in which order, and what a name, range or file means."""
