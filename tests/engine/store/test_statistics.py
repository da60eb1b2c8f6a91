"""The figures that a database plans by."""

from engine.store.statistics import refresh_statistics
from tests.walk import Walk, on_sqlite

COUNTED = "SELECT stat FROM sqlite_stat1 WHERE idx = 'ix_user_tasks_inbox'"


@on_sqlite
def test_what_has_grown_is_counted_and_nothing_written_again(database, ward):
    refresh_statistics(database)  # of tables without cases
    walk = Walk(database, ward)
    for _ in range(20):
        walk.open()
    refresh_statistics(database)
    beside = database.raw_connection().driver_connection  # without a transaction
    ((stat,),) = beside.execute(COUNTED).fetchall()
    assert stat.startswith("20 ")
    written = beside.execute("PRAGMA data_version").fetchall()
    refresh_statistics(database)
    assert beside.execute("PRAGMA data_version").fetchall() == written


def test_it_does_no_harm_anywhere(database, ward):
    Walk(database, ward).open()
    refresh_statistics(database)
    refresh_statistics(database)
