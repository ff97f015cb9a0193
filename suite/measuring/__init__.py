"""Getting figures: installations of releases, the processes that measure, what is stored."""
