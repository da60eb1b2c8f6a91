"""What people read about time limits."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from engine.deadlines.limits import late_from, working_days_between
from engine.office import day_in_vietnam
from forms.vocabulary import Counting
from webapp.clock import now, show_day


def not_set() -> str:
    """Return that no rule of the system says so."""
    return str(_("Chưa có quy định trong hệ thống"))


def counting_words(counting: Counting) -> str:
    """Return how days are counted, as a choice."""
    if counting is Counting.WORKING:
        return str(_("Ngày làm việc"))
    return str(_("Ngày liên tục, kể cả ngày nghỉ"))


def days_words(days: int, counting: Counting) -> str:
    """Return a number of days: ``5 ngày làm việc``."""
    if counting is Counting.WORKING:
        return str(ngettext("%(num)d ngày làm việc", "%(num)d ngày làm việc", days))
    return str(ngettext("%(num)d ngày", "%(num)d ngày", days))


def is_late(due_at: datetime | None) -> bool:
    """Whether the last day is past by the clock of the application."""
    late = late_from(due_at)
    return late is not None and late <= now()


def left_words(due_at: datetime) -> str:
    """Return how long there still is: ``còn 2 ngày làm việc``, ``quá hạn 3 ngày làm việc``.

    Days of a year whose days off are not known are counted through, and said so.
    """
    last, day = day_in_vietnam(due_at), day_in_vietnam(now())
    if last == day:
        return str(_("hết hạn trong hôm nay"))
    start, end = min(last, day), max(last, day)
    working = working_days_between(start, end)
    counting = Counting.CALENDAR if working is None else Counting.WORKING
    days = days_words((end - start).days if working is None else working, counting)
    return str(_("còn %(days)s", days=days) if day < last else _("quá hạn %(days)s", days=days))


def due_words(due_at: datetime | None) -> str:
    """Return by when a step is due and how long there still is, or that no rule says so."""
    if due_at is None:
        return not_set()
    return f"{show_day(due_at)}, {left_words(due_at)}"
