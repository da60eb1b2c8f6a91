"""Delegations: to give one, to see those by and to the reader, and to end one early."""

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from engine.delegations import (
    DelegationPaper,
    Scope,
    candidates,
    end_delegation,
    get_delegation,
    give_delegation,
    list_delegations,
    own_roles,
)
from engine.errors import InvalidSubmission
from engine.permissions import Actor
from forms.messages import code
from forms.vocabulary import Award, DelegationState, Level, Role
from webapp.authentication import present_actor
from webapp.clock import now, show_day
from webapp.database import reading
from webapp.session_shell import Page, answer
from webapp.short_forms import (
    Control,
    ShortForm,
    choices,
    gathered,
    typed_day,
    typed_number,
    typed_text,
    typed_words,
)

blueprint = Blueprint("delegations", __name__, url_prefix="/uy-quyen")

TAGS = {
    DelegationState.IN_FORCE: "ok",
    DelegationState.TO_COME: "info",
    DelegationState.ROLE_LOST: "bad",
    DelegationState.DELEGATE_GONE: "bad",
}
"""State of a delegation → how its label looks; the word in it says the same."""


@blueprint.route("", methods=["GET", "POST"])
def listing() -> Page:
    """Show the delegations by and to the reader; give another."""
    actor = present_actor()
    with reading() as work:
        rows = list_delegations(work, actor, now())
        places = own_roles(work, actor)
        people = candidates(work, actor, now()) if places else []
    form = ShortForm(
        title=_("Ủy quyền"),
        submit=_("Ghi nhận ủy quyền"),
        controls=_controls(places, people) if places else (),
        template="delegations_list.html",
        words={"rows": rows, "tags": TAGS, "gives": bool(places)},
    )
    return answer(
        form,
        "give_delegation",
        lambda work: {"id": _give(work, actor)},
        lambda made: _to_listing(_("Đã ghi nhận ủy quyền.")),
    )


@blueprint.route("/<int:delegation_id>/cham-dut", methods=["GET", "POST"])
def end(delegation_id: int) -> Page:
    """End a delegation before its last day."""
    actor = present_actor()
    with reading() as work:
        row = get_delegation(work, actor, delegation_id, now())
    form = ShortForm(
        title=_("Chấm dứt ủy quyền"),
        submit=_("Chấm dứt ủy quyền"),
        controls=(),
        crumbs=((url_for("delegations.listing"), _("Ủy quyền")),),
        note=_(
            "%(giver)s ủy quyền cho %(delegate)s đến hết ngày %(last)s. Chấm dứt có hiệu lực"
            " ngay; việc đã làm vẫn giữ nguyên.",
            giver=row.giver_name,
            delegate=row.delegate_name,
            last=show_day(row.ends_on),
        ),
        dangerous=True,
    )
    return answer(
        form,
        "end_delegation",
        lambda work: {
            "id": end_delegation(work, delegation_id=delegation_id, actor=actor, at=now()).id
        },
        lambda made: _to_listing(_("Đã chấm dứt ủy quyền.")),
    )


def _controls(
    places: list[tuple[Role, int, str]], people: list[tuple[int, str]]
) -> tuple[Control, ...]:
    return (
        Control(
            "place",
            _("Vai trò ủy quyền"),
            "select",
            choices=tuple(
                (f"{role.value}:{unit_id}", f"{role.label(g.language)}, {name}")
                for role, unit_id, name in places
            ),
        ),
        Control(
            "delegate_id",
            _("Người được ủy quyền"),
            "select",
            choices=tuple((str(number), name) for number, name in people),
            hint=_("Người của đơn vị hoặc phòng, ban của đơn vị, chưa có vai trò này."),
        ),
        Control(
            "levels",
            _("Chỉ ở các cấp"),
            "checks",
            choices=choices(Level),
            hint=_("Không chọn cấp nào là mọi cấp."),
            required=False,
        ),
        Control(
            "awards",
            _("Chỉ với các hình thức"),
            "checks",
            choices=choices(Award),
            hint=_("Không chọn hình thức nào là mọi hình thức."),
            required=False,
        ),
        Control("starts_on", _("Từ ngày")),
        Control("ends_on", _("Đến hết ngày"), hint=_("Không quá một năm.")),
        Control("paper_number", _("Số, ký hiệu văn bản ủy quyền")),
        Control("paper_dated_on", _("Ngày của văn bản")),
        Control(
            "reason",
            _("Lý do vắng mặt"),
            hint=_("Chỉ hai người trong ủy quyền đọc được."),
            required=False,
        ),
    )


def _give(work: Any, actor: Actor) -> int:
    place, delegate_id, levels, awards, starts_on, ends_on, dated_on = gathered(
        _place,
        lambda: typed_number("delegate_id"),
        lambda: typed_words("levels", Level),
        lambda: typed_words("awards", Award),
        lambda: typed_day("starts_on"),
        lambda: typed_day("ends_on"),
        lambda: typed_day("paper_dated_on"),
    )
    role, unit_id = place
    return give_delegation(
        work,
        role=role,
        unit_id=unit_id,
        delegate_id=delegate_id,
        scope=Scope(levels, awards),
        starts_on=starts_on,
        ends_on=ends_on,
        paper=DelegationPaper(typed_text("paper_number"), dated_on),
        reason=typed_text("reason"),
        actor=actor,
        at=now(),
    ).id


def _place() -> tuple[Role, int]:
    """Return the role and the unit that were chosen.

    :raises InvalidSubmission: nothing of the kind was chosen.
    """
    text = typed_text("place")
    value, _colon, number = text.partition(":")
    role = next((one for one in Role if one.value == value), None)
    if role is None or not (number.isascii() and number.isdigit() and len(number) <= 9):  # noqa: PLR2004
        problem = code("not_in_list", text) if text else code("choose_one")
        raise InvalidSubmission({"place": [problem]})
    return role, int(number)


def _to_listing(message: str) -> Response:
    flash(message, "ok")
    return redirect(url_for("delegations.listing"), 303)
