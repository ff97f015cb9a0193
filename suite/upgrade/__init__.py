"""What an upgrade of SQLAlchemy costs: a comparison of two releases, and how it is shown."""
