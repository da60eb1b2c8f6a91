"""The words of the domain, in one place.

Each member has the English code that is stored and journaled, the label that people
read in Vietnamese and in English, and, where one exists, its source. Articles are those
of the Law on Emulation and Commendation, No. 06/2022/QH15; sections those of the plan.
"""

from forms.vocabulary.auditing import AccessKind, FindingState
from forms.vocabulary.certificates import ConfirmationWay, PrintKind
from forms.vocabulary.council import (
    Attendance,
    BallotChoice,
    ConflictKind,
    ConflictRule,
    CouncilOffice,
    ItemState,
    SessionState,
    SubstituteRight,
    VoteResult,
    VotingMode,
    VotingState,
    WrittenOpinions,
)
from forms.vocabulary.deadlines import Counting
from forms.vocabulary.delegations import DelegationState
from forms.vocabulary.dossiers import (
    CheckItem,
    Demand,
    DossierPart,
    HoldReason,
    PaperState,
    ReturnItem,
    Verdict,
)
from forms.vocabulary.jobs import JobState
from forms.vocabulary.nominations import (
    Award,
    CaseOutcome,
    CaseState,
    Level,
    LevelMode,
    Occasion,
    Outcome,
    ReturnTarget,
    Role,
    SubjectCategory,
    SubjectKind,
    UnitKind,
)
from forms.vocabulary.notices import MailState, MailTrouble, MailWay, NoticeKind
from forms.vocabulary.outgoing import Capacity, OutgoingState
from forms.vocabulary.register import (
    AnnulmentGround,
    AuthorityLevel,
    CommendationKind,
    EntryNature,
    EntrySource,
    EntryState,
    Honour,
)
from forms.vocabulary.rules import (
    BonusOrder,
    BonusRounding,
    CheckStage,
    Conclusion,
    Confidence,
    DurationBasis,
    MovementBasis,
    Route,
    RuleEffect,
    RuleVerdict,
)
from forms.vocabulary.word import (
    Word,
)

__all__ = [
    "AccessKind",
    "AnnulmentGround",
    "Attendance",
    "AuthorityLevel",
    "Award",
    "BallotChoice",
    "BonusOrder",
    "BonusRounding",
    "Capacity",
    "CaseOutcome",
    "CaseState",
    "CheckItem",
    "CheckStage",
    "CommendationKind",
    "Conclusion",
    "Confidence",
    "ConfirmationWay",
    "ConflictKind",
    "ConflictRule",
    "CouncilOffice",
    "Counting",
    "DelegationState",
    "Demand",
    "DossierPart",
    "DurationBasis",
    "EntryNature",
    "EntrySource",
    "EntryState",
    "FindingState",
    "HoldReason",
    "Honour",
    "ItemState",
    "JobState",
    "Level",
    "LevelMode",
    "MailState",
    "MailTrouble",
    "MailWay",
    "MovementBasis",
    "NoticeKind",
    "Occasion",
    "Outcome",
    "OutgoingState",
    "PaperState",
    "PrintKind",
    "ReturnItem",
    "ReturnTarget",
    "Role",
    "Route",
    "RuleEffect",
    "RuleVerdict",
    "SessionState",
    "SubjectCategory",
    "SubjectKind",
    "SubstituteRight",
    "UnitKind",
    "Verdict",
    "VoteResult",
    "VotingMode",
    "VotingState",
    "Word",
    "WrittenOpinions",
]
