"""Of whom it is asked: one module a family of databases."""
