"""What people are told: one row per event and person, in the transaction of the event.

What people read of it is made in :mod:`engine.notices.texts`; who wants e-mails gets them
from :mod:`engine.notices.mails` and :mod:`engine.notices.delivery`, afterwards.
"""

from engine.notices.telling import (
    call_session,
    overdue,
    remind,
    settle,
    tell,
    tell_assigned,
    tell_decided,
    tell_opened,
    tell_step,
)

__all__ = [
    "call_session",
    "overdue",
    "remind",
    "settle",
    "tell",
    "tell_assigned",
    "tell_decided",
    "tell_opened",
    "tell_step",
]
