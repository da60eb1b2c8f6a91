"""The resume form: a nomination on hold is examined again (xét tiếp)."""

from forms.definition import Bilingual, Field, FormContext, FormDefinition, Kind, Section
from forms.fields import NOTE, FormSchema, LongText


class ResumeSchema(FormSchema):
    """Version 1 of the resume form."""

    note = LongText(required=True)


def define(about: FormContext) -> FormDefinition:
    """Return what the resume form asks."""
    title = Bilingual("Xét tiếp", "Resume")
    note = Field(
        "note",
        Kind.TEXTAREA,
        Bilingual("Vì sao xét tiếp", "Why it goes on"),
        Bilingual(
            "Nêu kết quả xem xét vụ việc đã làm tạm dừng hồ sơ.",
            "Say what came of the matter for which it was held.",
        ),
        required=True,
        limit=NOTE,
    )
    return FormDefinition("resume.v1", title, (Section("resume", title, (note,)),))
