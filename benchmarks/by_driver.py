"""SQL with parameters as a driver takes it, for styles that use the driver alone."""


def statement(dialect, sql, names):
    """``sql`` with a placeholder for each ``{name}``, which stand in it in the order of ``names``.

    Comes with a function that makes of a dict the parameters that belong to it.
    """
    style = dialect.paramstyle
    if style == "pyformat":
        return sql.format(**{name: "%%(%s)s" % name for name in names}), dict
    if style == "numeric_dollar":
        made = {name: "$%d" % place for place, name in enumerate(names, 1)}
    else:
        made = dict.fromkeys(names, "?" if style == "qmark" else "%s")
    return sql.format(**made), lambda values: tuple(values[name] for name in names)


def insertion(dialect, table, names):
    """The same for an INSERT of these columns."""
    listed = ", ".join("{%s}" % name for name in names)
    sql = "INSERT INTO %s (%s) VALUES (%s)" % (table, ", ".join(names), listed)
    return statement(dialect, sql, names)
