"""How many statements a query needs: lists must not ask once per row."""

from contextlib import contextmanager

from sqlalchemy import event


@contextmanager
def counted(database):
    """Give a list that fills with the statements of the block."""
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(database, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database, "before_cursor_execute", note)
