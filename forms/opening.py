"""The questions with which a nomination begins: which award, for whom, by which unit.

They are kept in the row of the case, not in its dossier, so this form has no version.
"""

from collections.abc import Iterable
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms.definition import (
    Bilingual,
    Choice,
    Field,
    FormDefinition,
    Kind,
    Section,
    choice_of,
)
from forms.fields import LINE, Chosen, FormSchema, Text
from forms.vocabulary import Award, SubjectKind

PERSON = "person-"
"""Begins the value of a chosen person; the id follows."""

UNIT = "unit-"
"""Begins the value of a chosen unit; the id follows."""


class OpeningSchema(FormSchema):
    """Award, kind and name of the subject, and who submits.

    ``known`` is a person or unit of the system; without one the name is needed.
    """

    award = Chosen(Award, required=True)
    subject_kind = Chosen(SubjectKind, required=True)
    known = Text(load_default="")
    subject_name = Text(load_default="")
    unit = Text(required=True)

    @validates_schema(skip_on_field_errors=False)
    def _check_subject(self, data: dict[str, Any], **kwargs: Any) -> None:
        known, kind = data.get("known"), data.get("subject_kind")
        if known == "" and data.get("subject_name") == "":
            raise ValidationError({"subject_name": ["required"]})
        if known and kind is not None:
            prefix = PERSON if kind is SubjectKind.INDIVIDUAL else UNIT
            if not known.startswith(prefix):
                raise ValidationError({"known": ["other_kind"]})


def define(
    awards: Iterable[Award],
    kinds: Iterable[SubjectKind],
    known: Iterable[tuple[str, str]],
    units: Iterable[tuple[int, str]],
) -> FormDefinition:
    """Return the questions.

    :param known: values (see ``PERSON`` and ``UNIT``) and names of possible subjects.
    :param units: ids and names of the units for which the person may submit.
    """
    known_choices = tuple(Choice(value, Bilingual(name, name)) for value, name in known)
    unit_choices = tuple(Choice(str(one), Bilingual(name, name)) for one, name in units)
    return FormDefinition(
        "opening",
        Bilingual("Lập đề nghị mới", "New nomination"),
        (
            Section(
                "opening",
                Bilingual("Đề nghị", "Nomination"),
                (
                    Field(
                        "award",
                        Kind.RADIO,
                        Bilingual("Hình thức khen thưởng cao nhất đề nghị", "Highest award"),
                        required=True,
                        choices=tuple(choice_of(award) for award in awards),
                    ),
                    Field(
                        "subject_kind",
                        Kind.RADIO,
                        Bilingual("Đề nghị cho", "For"),
                        required=True,
                        choices=tuple(choice_of(kind) for kind in kinds),
                    ),
                    _known_field(known_choices),
                    _NAME,
                    Field(
                        "unit",
                        Kind.SELECT,
                        Bilingual("Đơn vị đề nghị", "Submitting unit"),
                        required=True,
                        choices=unit_choices,
                    ),
                ),
            ),
        ),
    )


def _known_field(choices: tuple[Choice, ...]) -> Field:
    return Field(
        "known",
        Kind.SELECT,
        Bilingual("Người hoặc đơn vị đã có trong hệ thống", "Person or unit already known"),
        Bilingual(
            "Chọn ở đây, hoặc để trống và ghi tên ở ô dưới.",
            "Choose here, or leave blank and write the name below.",
        ),
        choices=choices,
    )


_NAME = Field(
    "subject_name",
    Kind.TEXT,
    Bilingual("Tên cá nhân, tập thể hoặc doanh nghiệp", "Name of the subject"),
    Bilingual(
        "Bỏ trống nếu đã chọn ở trên. Viết đúng như sẽ in trên quyết định.",
        "Leave blank if chosen above. Exactly as the decision will print it.",
    ),
    limit=LINE,
)
