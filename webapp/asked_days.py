"""Days in the addresses of lists: typed as people write them, and said to be wrong."""

from dataclasses import dataclass, field
from datetime import date

from flask import g, request
from marshmallow import ValidationError

from forms.fields import Day
from forms.messages import code, sentence
from webapp.clock import show_day

LONGEST_DAY = 40
"""Characters that are read."""


@dataclass
class AskedDays:
    """The days of an address: what was typed, what it means, and what is wrong with it."""

    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def get(self, name: str) -> date | None:
        """Return the day that the address gives for ``name``; none where it is not one."""
        text = request.args.get(name, "").strip()[:LONGEST_DAY]
        self.typed[name] = text
        if not text:
            return None
        try:
            day: date = Day().deserialize(text)
        except ValidationError as error:
            self.errors[name] = [sentence(str(line), g.language) for line in error.messages]
            return None
        return day

    def period(self, first: str, last: str) -> tuple[date | None, date | None]:
        """Return two days, and say so at ``last`` where it lies before ``first``."""
        began, ended = self.get(first), self.get(last)
        if began and ended and ended < began:
            found = code("ends_before_it_begins", show_day(ended), show_day(began))
            self.errors[last] = [sentence(found, g.language)]
        return began, ended
