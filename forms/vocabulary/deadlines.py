"""Words of time limits."""

from forms.vocabulary.word import Word


class Counting(Word):
    """The days in which a time limit is counted."""

    WORKING = "working", "ngày làm việc", "working days"
    CALENDAR = "calendar", "ngày", "days"
