"""Every error that the engine raises on purpose.

Messages are for developers: English, ids, what was found against what was expected.
``webapp.error_words`` has the sentence that people read, by ``code``; ``facts`` fill it in.
"""

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.rules.model import Answer


class EngineError(Exception):
    """Base class.

    :ivar code: stable: it may be shown, logged and tested for.
    :ivar facts: values for the sentence that people read (numbers, labels, sources).
    """

    code = "engine_error"

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message)
        self.facts = facts


class NotFound(EngineError):
    """There is no such thing, or the actor may not know that there is."""

    code = "not_found"


class NotPermitted(EngineError):
    """The actor may see this but not do this."""

    code = "not_permitted"


class TaskNotOpen(EngineError):
    """The task was completed or cancelled, by anyone, before this call."""

    code = "task_not_open"


class TaskTaken(EngineError):
    """Somebody else works on the task; ``facts``: ``name``, ``reference``."""

    code = "task_taken"


class CaseClosed(EngineError):
    """The case has its outcome; nothing more can be done on it."""

    code = "case_closed"


class InvalidSubmission(EngineError):
    """The submitted form does not fit its schema.

    :ivar messages: field name → list of message codes, see ``forms.messages``.
    """

    code = "invalid_submission"

    def __init__(self, messages: dict[str, list[str]], **facts: object) -> None:
        super().__init__(f"invalid fields: {', '.join(sorted(messages))}", **facts)
        self.messages = messages


class AwardNotInRound(EngineError):
    """The plan does not allow this award on the occasion of this round."""

    code = "award_not_in_round"


class NotEligible(EngineError):
    """Rules stand against the nomination: it is refused, or waits, or wants a reason.

    :ivar answer: of the rules: an :class:`engine.rules.model.Answer`.
    :ivar may_override: a person may go on with a reason.
    """

    code = "not_eligible"

    def __init__(self, answer: "Answer", *, may_override: bool) -> None:
        against = [one.code for one in (*answer.blocking, *answer.holding)]
        super().__init__(f"rules stand against it: {', '.join(against)}")
        self.answer = answer
        self.may_override = may_override


class RoundNotOpen(EngineError):
    """The round takes no nominations at this moment."""

    code = "round_not_open"


class NotErasable(EngineError):
    """The nomination is open, or a law bids to keep what it says."""

    code = "not_erasable"


class KeyUnusable(EngineError):
    """A key in a file cannot be read with its password, or its certificate is over."""

    code = "key_unusable"


class NoPlaceToSign(EngineError):
    """The paper has no place for this signature."""

    code = "no_place_to_sign"


class BrokenImage(EngineError):
    """An image of a signature or a seal cannot be drawn."""

    code = "broken_image"


class BackupTooOld(EngineError):
    """A nomination that stands outside needs a round, unit or person that the backup lacks."""

    code = "backup_too_old"


class JournalBehind(EngineError):
    """The database lacks entries of the journal that were sealed outside of it."""

    code = "journal_behind"


class JournalNotSealed(EngineError):
    """An entry has no place in the sealed tree yet."""

    code = "journal_not_sealed"


class TooManyReturns(EngineError):
    """The case was returned as often as the setting allows."""

    code = "too_many_returns"


class ContentChanged(EngineError):
    """The dossier (or the draft) changed since the person read it."""

    code = "content_changed"


class KeyReused(EngineError):
    """An idempotency key came back with another command."""

    code = "key_reused"


class NumberTaken(EngineError):
    """The authority already gave this decision number to another case."""

    code = "number_taken"


class FindingNotOpen(EngineError):
    """The finding was closed: nobody answers or closes it any more."""

    code = "finding_not_open"


class EntryNotInForce(EngineError):
    """The award was replaced or annulled before, or the entry is no award."""

    code = "entry_not_in_force"


class SessionNotReady(EngineError):
    """The session is not in the state that this needs; ``facts``: ``state``."""

    code = "session_not_ready"


class NoQuorum(EngineError):
    """Too few members are there; ``facts``: ``present``, ``least``, ``total``."""

    code = "no_quorum"


class NoVotingRule(EngineError):
    """No rule says how many must agree; ``facts``: ``reference``, ``award``."""

    code = "no_voting_rule"


class SecretBallotRequired(EngineError):
    """A rule wants a secret ballot, and the session votes openly; ``facts``: ``reference``."""

    code = "secret_ballot_required"


class ConsultationPending(EngineError):
    """The public was not asked yet, or not for long enough; ``facts``: ``reference``."""

    code = "consultation_pending"


class VotingNotOpen(EngineError):
    """The vote has not begun, or is over: nothing was counted."""

    code = "voting_not_open"


class NotEntitledToVote(EngineError):
    """The person has no vote here: no member, absent, replaced, or kept out by a conflict."""

    code = "not_entitled_to_vote"


class AlreadyVoted(EngineError):
    """The seat voted before, or took its paper before: the first one counts."""

    code = "already_voted"


class InvalidBallot(EngineError):
    """A paper that was not given out for this vote, or a choice that is not on it."""

    code = "invalid_ballot"


class VotesMissing(EngineError):
    """The vote cannot be closed yet; ``facts``: ``returned``, ``expected``."""

    code = "votes_missing"


class CountsDiffer(EngineError):
    """Two people of the counting board counted differently; ``facts``: ``numbers``."""

    code = "counts_differ"


class TooManyVotes(EngineError):
    """An item was voted on as often as the setting allows; ``facts``: ``limit``."""

    code = "too_many_votes"


class ItemsUnresolved(EngineError):
    """The session cannot be closed: ``facts``: ``numbers`` of the items still open or tied."""

    code = "items_unresolved"


class ItemsBlocked(EngineError):
    """Rules stand against what the council advises; ``facts``: ``numbers``, ``rules``."""

    code = "items_blocked"


class OnAgenda(EngineError):
    """The nomination is on the agenda of a session that will decide it; ``facts``: ``name``."""

    code = "on_agenda"


class RefusedFile(EngineError):
    """An attachment is too large, of a kind not accepted, or not what its name says."""

    code = "refused_file"


class DamagedFile(EngineError):
    """A stored file no longer has the bytes that its name, a SHA-256, stands for."""

    code = "damaged_file"


class InvalidPlan(EngineError):
    """A plan file is refused. ``problems`` says where, what was found, what was expected.

    :ivar problems: one line each, ``file:line: found …, expected …``.
    """

    code = "invalid_plan"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class InvalidLawBook(EngineError):
    """The law book is refused. ``problems`` says where, what was found, what was expected.

    :ivar problems: one line each, ``file:line: found …, expected …``.
    """

    code = "invalid_law_book"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class NoRulesForDay(EngineError):
    """The law book knows no rules for a dossier received on ``day``."""

    code = "no_rules_for_day"

    def __init__(self, day: date, first: date) -> None:
        super().__init__(
            f"no rules for {day}; the first rule set begins on {first}",
            first=f"{first:%d/%m/%Y}",
        )


class NoCalendarForDay(EngineError):
    """Nobody entered the days off of the year of ``day``; ``facts``: ``year``."""

    code = "no_calendar_for_day"

    def __init__(self, day: date) -> None:
        super().__init__(f"no days off are known for {day.year}", year=day.year)


class InvalidDiagram(EngineError):
    """A set of diagrams is refused; ``findings`` name the element and the mend."""

    code = "invalid_diagram"

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class ProcessFailed(EngineError):
    """A case cannot go on as its diagram says: nothing was saved; an administrator looks."""

    code = "process_failed"


class LoginRefused(EngineError):
    """Unknown user, wrong password or disabled account: one answer for all."""

    code = "login_refused"


class UnsafeSettings(EngineError):
    """A setting or a library that would lose or leak decisions: the start refuses."""

    code = "unsafe_settings"


class PaperNotReady(EngineError):
    """An outgoing paper is not in the state that this needs; ``facts``: ``state``."""

    code = "paper_not_ready"


class OnOutgoingPaper(EngineError):
    """The nomination is on the draft of a decision; ``facts``: ``reference``."""

    code = "on_outgoing_paper"


class PaperBlocked(EngineError):
    """Rules stand against decisions of a paper; ``facts``: ``references``, ``rules``."""

    code = "paper_blocked"


class CasesLeft(EngineError):
    """Cases of a paper no longer wait for its decision; ``facts``: ``references``."""

    code = "cases_left"


class ListsDiffer(EngineError):
    """The list of a decision is not that of the council; ``facts``: ``difference``."""

    code = "lists_differ"


class SecondSignOff(EngineError):
    """Content and form of a paper are checked by two people; the same one did both."""

    code = "second_sign_off"


class NoAuthorisation(EngineError):
    """Who signs for the head has none in writing for this; ``facts``: ``capacity``."""

    code = "no_authorisation"


class NoSymbol(EngineError):
    """The issuing unit has no symbol for its papers; ``facts``: ``unit``."""

    code = "no_symbol"


class UnknownPaper(EngineError):
    """No issued paper has the code or the file that somebody wants checked."""

    code = "unknown_paper"


class NotTheIssuedPaper(EngineError):
    """A signed file does not begin with the paper as it was frozen, byte for byte."""

    code = "not_the_issued_paper"


class NotSigned(EngineError):
    """The file is the paper without any digital signature."""

    code = "not_signed"


class SignatureBroken(EngineError):
    """A digital signature does not hold, or more than signatures was added to the paper."""

    code = "signature_broken"


class SignerNotTrusted(EngineError):
    """The certificate of a signature is not valid, or of no authority that is trusted."""

    code = "signer_not_trusted"


class JobNotFailed(EngineError):
    """Only a job that failed is let run again; ``facts``: ``state``."""

    code = "job_not_failed"


class DatabaseUnavailable(EngineError):
    """The database is busy, full or gone; what was begun is rolled back."""

    code = "database_unavailable"


class CommitUnknown(EngineError):
    """The database was lost during a commit: it may have happened or not."""

    code = "commit_unknown"
