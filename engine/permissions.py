"""Who may do what: one table, and predicates small enough to read at a glance.

A permission is granted when every predicate of at least one of its rows is true.
Anything not in the table is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.errors import NotPermitted
from forms.vocabulary import Award, Level, Role


@dataclass(frozen=True)
class Grant:
    """A position in force today: a role in a unit."""

    role: Role
    unit_id: int
    title: str


@dataclass(frozen=True)
class DelegatedGrant:
    """A role in a unit that somebody else holds, and lets the actor act in today.

    It opens reviews and the cases that they are about, and nothing else: whatever asks for
    a role (a vote, a signature, a setting) looks at the actor's own grants alone.
    """

    delegation_id: int
    on_behalf_of: int
    """Id of the person who holds the role."""
    giver_name: str
    role: Role
    unit_id: int
    levels: tuple[str, ...]
    """Values of :class:`~forms.vocabulary.Level`; none: all."""
    awards: tuple[str, ...]
    """Values of :class:`~forms.vocabulary.Award`; none: all."""
    paper_number: str
    paper_dated_on: date
    ends_on: date
    as_of: date
    """The day in Vietnam for which it was found in force."""

    def covers(self, role: Role, unit_id: int, level: Level | None, award: Award) -> bool:
        """Whether it is for a task of this role in this unit, at this level."""
        return (
            (self.role, self.unit_id) == (role, unit_id)
            and level is not None
            and (not self.levels or level.value in self.levels)
            and self.is_for(award)
        )

    def is_for(self, award: Award | None) -> bool:
        """Whether it is for nominations of ``award``."""
        return not self.awards or (award is not None and award.value in self.awards)


@dataclass(frozen=True)
class Actor:
    """The person acting, as the login has established; never taken from a form."""

    person_id: int
    name: str
    grants: tuple[Grant, ...] = ()
    session_id: int | None = None
    delegated: tuple[DelegatedGrant, ...] = ()
    """What others let the actor do today; never among ``grants``."""

    def holds(self, role: Role, unit_id: int | None = None) -> bool:
        """Whether the actor has ``role`` today, in ``unit_id`` or anywhere."""
        return any(
            grant.role is role and unit_id in (None, grant.unit_id) for grant in self.grants
        )


@dataclass(frozen=True)
class Matter:
    """What a permission is asked about; a field that does not apply is ``None``."""

    role: Role | None = None
    """Role that the task waits for."""
    task_unit_id: int | None = None
    """Unit whose people may do the task."""
    case_unit_id: int | None = None
    """Unit that submits the nomination."""
    subject_person_id: int | None = None
    subject_unit_id: int | None = None
    written_by_id: int | None = None
    """Who submitted the present version of the dossier."""
    award: Award | None = None
    """Of the nomination."""
    delegation: DelegatedGrant | None = None
    """Under which the actor may do the task: see :mod:`engine.delegated_acts`."""
    level_units: frozenset[int] = frozenset()
    """Units of the levels that the case has reached."""
    granting_unit_id: int | None = None
    """Unit that granted an award in the system; none: it was granted on paper."""
    council_unit_id: int | None = None
    """Ward or province whose council it is about."""
    issuing_unit_id: int | None = None
    """Unit that issues an outgoing paper."""
    concerned_unit_id: int | None = None
    """Unit about whose act an auditor found something."""


HEADS = (Role.UNIT_HEAD, Role.WARD_CHAIRMAN, Role.PROVINCIAL_CHAIRMAN)
"""Roles that head the unit in which a person has them."""

CLERKS = (Role.UNIT_CLERK, Role.WARD_CLERK, Role.PROVINCIAL_CLERK, Role.CENTRAL_CLERK)
"""Roles that write for the head of their unit."""

Predicate = Callable[[Actor, Matter], bool]


def holds_the_role(actor: Actor, matter: Matter) -> bool:
    """The task waits for a role that the actor has in the task's unit."""
    return matter.role is not None and actor.holds(matter.role, matter.task_unit_id)


def works_in_submitting_unit(actor: Actor, matter: Matter) -> bool:
    """The actor heads or clerks for the unit that submits the nomination."""
    return matter.case_unit_id is not None and any(
        actor.holds(role, matter.case_unit_id) for role in (Role.UNIT_HEAD, Role.UNIT_CLERK)
    )


def works_where_it_has_been(actor: Actor, matter: Matter) -> bool:
    """The actor has a position in a unit of a level that the case has reached."""
    return any(grant.unit_id in matter.level_units for grant in actor.grants)


def acts_where_it_has_been(actor: Actor, matter: Matter) -> bool:
    """Somebody in a unit of a level that the case has reached lets the actor act for them."""
    return any(
        each.unit_id in matter.level_units and each.is_for(matter.award)
        for each in actor.delegated
    )


def acts_for_the_holder(actor: Actor, matter: Matter) -> bool:
    """Who has the role lets the actor act for them, and nothing stands against it here."""
    return matter.delegation is not None and matter.delegation in actor.delegated


def works_in_the_task_unit(actor: Actor, matter: Matter) -> bool:
    """The actor heads or clerks for the unit where the task waits."""
    return matter.task_unit_id is not None and any(
        grant.unit_id == matter.task_unit_id and grant.role in (*HEADS, *CLERKS)
        for grant in actor.grants
    )


def is_not_the_subject(actor: Actor, matter: Matter) -> bool:
    """Nobody decides on a nomination of themselves."""
    return actor.person_id != matter.subject_person_id


def does_not_head_the_subject(actor: Actor, matter: Matter) -> bool:
    """Nobody decides on a nomination of the unit they head."""
    return matter.subject_unit_id is None or not any(
        grant.unit_id == matter.subject_unit_id and grant.role in HEADS
        for grant in actor.grants
    )


def did_not_write_it(actor: Actor, matter: Matter) -> bool:
    """Nobody decides on what they wrote."""
    return actor.person_id != matter.written_by_id


def is_auditor(actor: Actor, matter: Matter) -> bool:
    """The actor traces decisions, and changes nothing."""
    return actor.holds(Role.AUDITOR)


def is_administrator(actor: Actor, matter: Matter) -> bool:
    """The actor keeps units, people and settings, and decides nothing."""
    return actor.holds(Role.ADMINISTRATOR)


def is_ward_clerk(actor: Actor, matter: Matter) -> bool:
    """The actor works for the standing body of the council (plan VI.1)."""
    return actor.holds(Role.WARD_CLERK)


def heads_the_granter(actor: Actor, matter: Matter) -> bool:
    """Who may grant an award may annul it (Art. 93.8)."""
    return matter.granting_unit_id is not None and any(
        grant.unit_id == matter.granting_unit_id and grant.role in HEADS
        for grant in actor.grants
    )


def issues_for_the_granter(actor: Actor, matter: Matter) -> bool:
    """The actor heads or clerks for the unit that granted an award."""
    return any(
        grant.unit_id == matter.granting_unit_id and grant.role in (*HEADS, *CLERKS)
        for grant in actor.grants
    )


def works_for_the_issuer(actor: Actor, matter: Matter) -> bool:
    """The actor heads or clerks for the unit that issues a paper."""
    return any(
        grant.unit_id == matter.issuing_unit_id and grant.role in (*HEADS, *CLERKS)
        for grant in actor.grants
    )


def heads_the_issuer(actor: Actor, matter: Matter) -> bool:
    """The actor heads the unit that issues a paper, or is a deputy of who does."""
    return any(
        grant.unit_id == matter.issuing_unit_id and grant.role in HEADS
        for grant in actor.grants
    )


def works_for_the_concerned(actor: Actor, matter: Matter) -> bool:
    """The actor heads or clerks for the unit about whose act an auditor found something."""
    return any(
        grant.unit_id == matter.concerned_unit_id and grant.role in (*HEADS, *CLERKS)
        for grant in actor.grants
    )


def was_granted_on_paper(actor: Actor, matter: Matter) -> bool:
    """The award was granted outside the system: its papers are recorded here."""
    return matter.granting_unit_id is None


def keeps_the_minutes(actor: Actor, matter: Matter) -> bool:
    """The actor is secretary of this council: its own, or the province's clerk (Art. 90)."""
    return any(
        actor.holds(role, matter.council_unit_id)
        for role in (Role.COUNCIL_SECRETARY, Role.PROVINCIAL_CLERK)
    )


def works_with_the_council(actor: Actor, matter: Matter) -> bool:
    """The actor sits on this council, decides on its advice, or is its standing body."""
    return any(
        actor.holds(role, matter.council_unit_id)
        for role in (
            Role.COUNCIL_MEMBER,
            Role.WARD_CHAIRMAN,
            Role.PROVINCIAL_CHAIRMAN,
            Role.WARD_CLERK,
        )
    )


PERMISSIONS: Mapping[str, tuple[tuple[Predicate, ...], ...]] = {
    "case.open": ((works_in_submitting_unit,),),
    "case.see": (
        (works_in_submitting_unit,),
        (works_where_it_has_been,),
        (acts_where_it_has_been,),
        (is_auditor,),
    ),
    "case.withdraw": ((works_in_submitting_unit,),),
    "draft.write": ((works_in_submitting_unit,),),
    "task.review": (
        (
            holds_the_role,
            is_not_the_subject,
            does_not_head_the_subject,
            did_not_write_it,
        ),
        (
            acts_for_the_holder,
            is_not_the_subject,
            does_not_head_the_subject,
            did_not_write_it,
        ),
    ),
    "task.reassign": (
        (
            works_in_the_task_unit,
            is_not_the_subject,
            does_not_head_the_subject,
            did_not_write_it,
        ),
    ),
    "eligibility.ask": (
        (works_in_submitting_unit,),
        (is_ward_clerk,),
        (is_auditor,),
        (lambda actor, matter: actor.holds(Role.WARD_CHAIRMAN),),
        (lambda actor, matter: actor.holds(Role.COUNCIL_SECRETARY),),
        (lambda actor, matter: actor.holds(Role.COUNCIL_MEMBER),),
        (lambda actor, matter: actor.holds(Role.PROVINCIAL_CLERK),),
    ),
    "council.see": (
        (keeps_the_minutes,),
        (works_with_the_council,),
        (is_auditor,),
        (is_administrator,),
    ),
    "council.compose": ((is_administrator,),),
    "session.run": ((keeps_the_minutes,),),
    "session.see": ((keeps_the_minutes,), (works_with_the_council,), (is_auditor,)),
    "consultation.run": (
        (lambda actor, matter: actor.holds(Role.PROVINCIAL_CLERK, matter.council_unit_id),),
    ),
    "consultation.see": (
        (lambda actor, matter: actor.holds(Role.PROVINCIAL_CLERK, matter.council_unit_id),),
        (works_with_the_council,),
        (is_ward_clerk,),
        (is_auditor,),
    ),
    "round.manage": ((is_ward_clerk,), (is_administrator,)),
    "organisation.manage": ((is_administrator,),),
    "delegation.see": ((is_administrator,), (is_auditor,)),
    "organisation.see": ((is_administrator,), (is_ward_clerk,), (is_auditor,)),
    "plan.load": ((is_administrator,),),
    "plan.notes.see": ((is_administrator,), (is_ward_clerk,), (is_auditor,)),
    "settings.manage": ((is_administrator,),),
    "jobs.manage": ((is_administrator,),),
    "mails.see": ((is_ward_clerk,), (is_administrator,)),
    "journal.see": ((is_auditor,),),
    "journal.export": ((is_auditor,), (is_administrator,)),
    "finding.write": ((is_auditor,),),
    "finding.answer": ((works_for_the_concerned,),),
    "finding.see": ((is_auditor,), (works_for_the_concerned,)),
    "register.see": (
        (is_ward_clerk,),
        (is_auditor,),
        (lambda actor, matter: actor.holds(Role.WARD_CHAIRMAN),),
        (lambda actor, matter: actor.holds(Role.COUNCIL_SECRETARY),),
        (lambda actor, matter: actor.holds(Role.COUNCIL_MEMBER),),
        (lambda actor, matter: actor.holds(Role.PROVINCIAL_CLERK),),
        # Of their own subjects, and of what they granted: engine.register_access.
        (lambda actor, matter: actor.holds(Role.UNIT_HEAD),),
        (lambda actor, matter: actor.holds(Role.UNIT_CLERK),),
        (lambda actor, matter: actor.holds(Role.PROVINCIAL_CHAIRMAN),),
    ),
    "register.write": ((is_ward_clerk,),),
    "certificate.print": ((issues_for_the_granter,),),
    "outgoing.write": ((works_for_the_issuer,),),
    "outgoing.approve": ((heads_the_issuer,),),
    # In which capacity, and whether at all: engine.outgoing.capacities.
    "outgoing.sign": ((works_for_the_issuer,),),
    "outgoing.see": ((works_for_the_issuer,), (is_auditor,)),
    "outgoing.authorise": ((heads_the_issuer,),),
    "register.annul": ((heads_the_granter,), (is_ward_clerk, was_granted_on_paper)),
    "board.see": (
        (is_ward_clerk,),
        (is_auditor,),
        (lambda actor, matter: actor.holds(Role.WARD_CHAIRMAN),),
        (lambda actor, matter: actor.holds(Role.COUNCIL_SECRETARY),),
        (lambda actor, matter: actor.holds(Role.COUNCIL_MEMBER),),
        (lambda actor, matter: actor.holds(Role.PROVINCIAL_CLERK),),
        (lambda actor, matter: actor.holds(Role.PROVINCIAL_CHAIRMAN),),
        (lambda actor, matter: actor.holds(Role.CENTRAL_CLERK),),
    ),
    "subject.see": (
        (is_ward_clerk,),
        (is_auditor,),
        (lambda actor, matter: actor.holds(Role.WARD_CHAIRMAN),),
        (lambda actor, matter: actor.holds(Role.COUNCIL_SECRETARY),),
        (lambda actor, matter: actor.holds(Role.COUNCIL_MEMBER),),
        (lambda actor, matter: actor.holds(Role.PROVINCIAL_CLERK),),
    ),
    "subject.manage": ((is_ward_clerk,),),
    "subject_matter.see": (
        (is_ward_clerk,),
        (is_auditor,),
        (lambda actor, matter: actor.holds(Role.WARD_CHAIRMAN),),
    ),
    "dossier_papers.tick": (
        (is_ward_clerk, works_where_it_has_been, is_not_the_subject, did_not_write_it),
    ),
}


def may(actor: Actor, permission: str, matter: Matter | None = None) -> bool:
    """Whether ``actor`` has ``permission`` on ``matter``; unknown permissions: no."""
    about = matter or Matter()
    return any(
        all(predicate(actor, about) for predicate in row)
        for row in PERMISSIONS.get(permission, ())
    )


def require(actor: Actor, permission: str, matter: Matter | None = None) -> None:
    """Return if ``actor`` has ``permission`` on ``matter``.

    :raises NotPermitted: otherwise, and for any permission not in the table.
    """
    if not may(actor, permission, matter):
        raise NotPermitted(f"person {actor.person_id} lacks {permission}: {matter}")
