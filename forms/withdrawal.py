"""The withdrawal form: the proposer takes a nomination back before it is decided."""

from forms.definition import Bilingual, Field, FormContext, FormDefinition, Kind, Section
from forms.fields import NOTE, FormSchema, LongText


class WithdrawalSchema(FormSchema):
    """Version 1 of the withdrawal form."""

    reason = LongText(required=True)


def define(about: FormContext) -> FormDefinition:
    """Return what the withdrawal form asks."""
    title = Bilingual("Rút hồ sơ", "Withdraw")
    reason = Field(
        "reason",
        Kind.TEXTAREA,
        Bilingual("Lý do rút hồ sơ", "Why it is withdrawn"),
        required=True,
        limit=NOTE,
    )
    return FormDefinition("withdrawal.v1", title, (Section("withdrawal", title, (reason,)),))
