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
from forms.fields import LINE, Chosen, FormSchema, LongText, Text
from forms.vocabulary import Award, MovementBasis, SubjectCategory, SubjectKind

PERSON = "person-"
"""Begins the value of a chosen person; the id follows."""

UNIT = "unit-"
"""Begins the value of a chosen unit; the id follows."""

RECORD = "record-"
"""Begins the value of a subject on record that is written alike; the id follows."""

NEW = "new"
"""The subject is none of those on record that are written alike."""


class AboutSubject(FormSchema):
    """Award, kind and name of the subject: what the rules are asked about.

    ``known`` is a person or unit of the system; without one the name is needed.
    ``subject`` is a subject on record, confirmed by the person who writes; ``NEW``: none.
    """

    award = Chosen(Award, required=True)
    subject_kind = Chosen(SubjectKind, required=True)
    known = Text(load_default="")
    subject_name = Text(load_default="")
    subject = Text(load_default="")
    category = Chosen(SubjectCategory, load_default=None)
    basis = Chosen(MovementBasis, load_default=MovementBasis.OWN)
    unit = Text(load_default="")

    @validates_schema(skip_on_field_errors=False)
    def _check_subject(self, data: dict[str, Any], **kwargs: Any) -> None:
        known, kind = data.get("known"), data.get("subject_kind")
        if known == "" and data.get("subject_name") == "":
            raise ValidationError({"subject_name": ["required"]})
        if known and kind is not None:
            prefix = PERSON if kind is SubjectKind.INDIVIDUAL else UNIT
            if not known.startswith(prefix):
                raise ValidationError({"known": ["other_kind"]})

    @validates_schema(skip_on_field_errors=False)
    def _check_category(self, data: dict[str, Any], **kwargs: Any) -> None:
        kind = data.get("subject_kind")
        if data.get("category") and kind not in (None, SubjectKind.INDIVIDUAL):
            raise ValidationError({"category": ["only_for_individuals"]})


TOLD = ("achieved_from", "achieved_to", "content", "managing_body")
"""What somebody told the page that asks the rules: the draft begins with it."""


class OpeningSchema(AboutSubject):
    """What the rules are asked about, who submits, and what was told already.

    The texts of ``TOLD`` are as they were typed: the form of the dossier checks them.
    """

    unit = Text(required=True)
    achieved_from = Text(load_default="")
    achieved_to = Text(load_default="")
    content = LongText(load_default="")
    managing_body = Text(load_default="")


def define(
    awards: Iterable[Award],
    kinds: Iterable[SubjectKind],
    known: Iterable[tuple[str, str]],
    units: Iterable[tuple[int, str]],
    bases: Iterable[MovementBasis] = (),
    alike: Iterable[tuple[str, str]] = (),
) -> FormDefinition:
    """Return the questions.

    :param known: values (see ``PERSON`` and ``UNIT``) and names of possible subjects.
    :param units: ids and names of the units for which the person may submit.
    :param bases: movements to choose from, where there is more than one.
    :param alike: values (see ``RECORD``) and names of subjects on record written alike.
    """
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
                    *subject_fields(kinds, known, alike),
                    *basis_fields(bases),
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


def subject_fields(
    kinds: Iterable[SubjectKind],
    known: Iterable[tuple[str, str]],
    alike: Iterable[tuple[str, str]] = (),
) -> tuple[Field, ...]:
    """Return the questions about the subject, for every form that asks about one."""
    return (
        Field(
            "subject_kind",
            Kind.RADIO,
            Bilingual("Đề nghị cho", "For"),
            required=True,
            choices=tuple(choice_of(kind) for kind in kinds),
        ),
        _known_field(tuple(Choice(value, Bilingual(name, name)) for value, name in known)),
        _NAME,
        *_alike_fields(tuple(Choice(value, Bilingual(name, name)) for value, name in alike)),
        _CATEGORY,
    )


def basis_fields(bases: Iterable[MovementBasis]) -> tuple[Field, ...]:
    """Return the question which movement is meant; none where there is one alone."""
    choices = tuple(choice_of(basis) for basis in bases)
    if len(choices) < 2:  # noqa: PLR2004
        return ()
    return (
        Field(
            "basis",
            Kind.RADIO,
            Bilingual("Thành tích trong phong trào", "Achieved in the movement"),
            Bilingual(
                "Bỏ trống là phong trào của chính Kế hoạch này.",
                "Left blank: the movement of this very plan.",
            ),
            choices=choices,
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


def _alike_fields(choices: tuple[Choice, ...]) -> tuple[Field, ...]:
    if not choices:
        return ()
    none = Choice(NEW, Bilingual("Không phải, đây là đối tượng khác", "None of them"))
    return (
        Field(
            "subject",
            Kind.RADIO,
            Bilingual("Có phải đối tượng đã có hồ sơ dưới đây không?", "One of these?"),
            Bilingual(
                "Tên viết gần giống. Chọn đúng đối tượng để lần khen thưởng trước được tính;"
                " hệ thống không tự gộp.",
                "These names are written alike. Choose the right one so that earlier awards"
                " count; nothing is merged by itself.",
            ),
            choices=(*choices, none),
        ),
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

_CATEGORY = Field(
    "category",
    Kind.SELECT,
    Bilingual("Công việc của cá nhân", "What the individual does"),
    Bilingual(
        "Chỉ chọn cho cá nhân: Luật có tiêu chuẩn riêng cho công nhân, nông dân, doanh nhân.",
        "For individuals alone: the Law has standards of its own for workers, farmers and"
        " entrepreneurs.",
    ),
    choices=tuple(choice_of(one) for one in SubjectCategory),
)
