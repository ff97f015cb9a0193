"""The question that most tasks ask, in each of the languages that a style may be written in."""

from benchmarks.compat import select
from fixtures.mailing.models import EmailAddress, send_history

addresses = EmailAddress.__table__


def bounced(query):
    """``query`` of an ORM session, for the addresses that bounced."""
    return query.join(send_history, send_history.c.email_id == EmailAddress.id).filter(
        send_history.c.bounce == True  # noqa: E712 - compiled to SQL
    )


def select_bounced(*what):
    """A SELECT of columns, or from 1.4 on of entities, for the addresses that bounced."""
    return (
        select(*what)
        .select_from(addresses.join(send_history, send_history.c.email_id == addresses.c.id))
        .where(send_history.c.bounce == True)  # noqa: E712 - compiled to SQL
    )


def text_bounced(*columns):
    """SQL that selects columns of the addresses that bounced, by name."""
    # `bounce` is a boolean where a database has booleans, and 0 or 1 elsewhere.
    return """
        SELECT %s
        FROM email_address JOIN send_history ON send_history.email_id = email_address.id
        WHERE send_history.bounce
    """ % ", ".join("email_address." + name for name in columns)
