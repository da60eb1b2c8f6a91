"""The trace of a bundle in words: each entry as an official reads it, each file by its name."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.trace_sheet import TracedAct, TracedFile, TracedStream, TraceSheet
from engine.council.paper_words import printable_paper
from engine.definitions import definitions_of
from engine.journal.proof import Checkpoint
from engine.office import VIETNAM, day_in_vietnam
from engine.process.labels import task_label
from engine.queries.behalf import behalves_of
from engine.store.models import (
    Attachment,
    Case,
    CouncilSession,
    JournalEntry,
    OutgoingPaper,
    Person,
    Position,
    Unit,
    UserTask,
)
from forms.vocabulary import Outcome, ReturnTarget

SYSTEM = "Hệ thống"
ERASED = "Nội dung riêng của dòng này đã xóa theo quy định."

DEEDS = {
    "case.opened": "Mở hồ sơ",
    "case.withdrawn": "Rút hồ sơ",
    "attachment.added": "Tải lên một tệp",
    "attachment.removed": "Bỏ một tệp",
    "papers.ticked": "Đánh dấu thành phần hồ sơ",
    "task.claimed": "Nhận việc",
    "task.given_back": "Trả việc",
    "task.reassigned": "Chuyển việc cho người khác",
    "task.reminded": "Hệ thống nhắc việc sắp đến hạn",
    "task.overdue": "Hệ thống ghi nhận việc quá hạn, báo cấp trên",
    "task.deadline_moved": "Hạn của bước thay đổi theo cấu hình đơn vị",
    "timer.fired": "Hết thời gian chờ theo quy trình",
    "name.confirmed": "Người nhận xác nhận tên in trên bằng, giấy khen",
    "name.disputed": "Người nhận báo tên in phải viết khác",
    "certificate.printed": "In bằng, giấy khen lần đầu",
    "certificate.reprinted": "In lại bằng, giấy khen",
    "certificate.reissued": "Cấp lại bằng, giấy khen",
    "award.entered": "Ghi vào sổ khen thưởng",
    "award.mended": "Sửa dòng trong sổ khen thưởng",
    "award.corrected": "Ghi công văn đính chính vào sổ khen thưởng",
    "award.replaced": "Thay dòng trong sổ khen thưởng",
    "award.annulled": "Ghi quyết định hủy vào sổ khen thưởng",
    "paper.drafted": "Soạn dự thảo văn bản",
    "paper.changed": "Sửa dự thảo văn bản",
    "paper.content_checked": "Kiểm tra nội dung văn bản",
    "paper.format_checked": "Kiểm tra thể thức văn bản",
    "paper.approved": "Duyệt văn bản",
    "paper.sent_back": "Trả dự thảo để sửa",
    "paper.withdrawn": "Bỏ dự thảo văn bản",
    "paper.signed": "Ký văn bản",
    "paper.numbered": "Cấp số văn bản",
    "paper.number_cancelled": "Hủy số văn bản",
    "paper.signed_file_added": "Nhận tệp đã ký số",
    "paper.issued": "Ban hành văn bản",
    "paper.archived": "Lưu bản gốc",
    "session.prepared": "Lập phiên họp",
    "session.changed": "Sửa phiên họp",
    "session.called": "Mời họp",
    "session.opened": "Khai mạc phiên họp",
    "session.chair_changed": "Đổi người chủ tọa",
    "session.closed": "Kết thúc phiên họp",
    "session.recalled": "Hoãn phiên họp, triệu tập lại",
    "agenda.items_added": "Đưa hồ sơ vào chương trình họp",
    "agenda.item_removed": "Đưa hồ sơ khỏi chương trình họp",
    "agenda.item_postponed": "Hoãn xét một hồ sơ",
    "agenda.ordered": "Sắp xếp chương trình họp",
    "attendance.taken": "Điểm danh",
    "conflict.declared": "Khai báo liên quan",
    "opinion.entered": "Ghi ý kiến bằng văn bản của thành viên vắng mặt",
    "voting.opened": "Mở biểu quyết",
    "voting.closed": "Kết thúc biểu quyết",
    "voting.voided": "Hủy lần biểu quyết",
    "papers.given": "Phát phiếu",
    "ballots.cast": "Bỏ phiếu công khai",
    "ballots.counted": "Kiểm phiếu",
    "count.attached": "Kèm bản chụp biên bản kiểm phiếu",
    "minutes.remarked": "Ghi thêm vào biên bản",
    "minutes.signed": "Ký biên bản",
}
"""Act → what was done; a task has the name that its diagram gives it."""

OTHER = "Việc khác"
"""An act of a version that is older or newer than these words."""

_PAPERS = {
    "decision.pdf": "Quyết định",
    "certificate.pdf": "Bằng, giấy khen",
    "paper.pdf": "Văn bản đã cấp số",
    "signed.pdf": "Văn bản đã ký số",
    "minutes.pdf": "Biên bản họp",
    "ballot_count.pdf": "Biên bản kiểm phiếu",
}
_MEANINGS = {
    ("appraisal.v1", "recommend"): "đã thẩm định, chuyển bước tiếp theo",
    ("appraisal.v1", "reject"): "không đề nghị khen thưởng",
    ("council_resolution.v1", "recommend"): "Hội đồng đề nghị khen thưởng",
    ("council_resolution.v1", "reject"): "Hội đồng không đề nghị khen thưởng",
}
"""Form of a task, outcome → what it means there; elsewhere the vocabulary fits."""
_SETS = {"diagrams": "Sơ đồ quy trình", "rules": "Bộ quy định"}


def short(found: str) -> str:
    """Return the first sixteen digits of a hash, in groups of four."""
    return " ".join(found[start : start + 4] for start in range(0, 16, 4))


class TraceWords:
    """Makes the sheet of some cases from their entries."""

    def __init__(
        self, session: Session, cases: Sequence[Case], entries: Sequence[JournalEntry]
    ) -> None:
        self._session, self._cases, self._entries = session, cases, entries
        people = {entry.actor_id for entry in entries if entry.actor_id is not None}
        persons = session.scalars(select(Person).where(Person.id.in_(people)))
        self._names = {person.id: person.full_name for person in persons}
        units = session.scalars(
            select(Unit).where(Unit.id.in_({entry.unit_id for entry in entries}))
        )
        self._units = {unit.id: unit.name for unit in units}
        tasks = {entry.task_id for entry in entries}
        chosen = select(UserTask).where(UserTask.id.in_(tasks))
        self._tasks = {task.id: task for task in session.scalars(chosen)}
        self._last_sets: dict[tuple[str, str], str] = {}
        self._sets = {case.id: case.diagram_set_id for case in cases}
        self._behalves = behalves_of(session, entries)
        held = select(Position).where(Position.person_id.in_(people))
        self._positions = list(session.scalars(held.order_by(Position.id)))

    def sheet(
        self, files: Mapping[str, str], checkpoint: Checkpoint, author: str
    ) -> TraceSheet:
        """Return what the sheet says.

        :param files: name in the bundle → SHA-256, in hex.
        :param checkpoint: to which the proofs lead.
        :param author: name of the journal.
        """
        references = ", ".join(case.reference for case in self._cases)
        sheet = TraceSheet(
            subject=f"Hồ sơ {references}",
            facts=tuple(self._facts()),
            streams=tuple(self._streams()),
            files=tuple(self._files(files)),
            proof=(
                f"Nhật ký {author} được niêm phong đến dòng thứ {checkpoint.size}, mã gốc"
                f" {short(checkpoint.root.hex())}. Mỗi dòng trên đây có chứng minh trong tệp"
                " entries.jsonl của gói.",
                "Chạy: python verify.py GÓI.zip --key KHÓA, với khóa do cơ quan công bố. Chương"
                " trình chỉ cần Python và thư viện cryptography, không cần mạng và không truy"
                " cập hệ thống. Mã trên bản này là 16 chữ số đầu của mã SHA-256.",
            ),
            author=author,
        )
        whole: TraceSheet = printable_paper(sheet)
        return whole

    def _facts(self) -> Iterator[tuple[str, str]]:
        for case in self._cases:
            outcome = case.outcome.vi.lower() if case.outcome else case.state.vi.lower()
            yield (
                case.reference,
                f"{case.subject_name}; {case.award.vi}; {case.unit.name} đề nghị; {outcome}.",
            )

    def _streams(self) -> Iterator[TracedStream]:
        streams: defaultdict[str, list[TracedAct]] = defaultdict(list)
        for entry in self._entries:
            streams[entry.stream].append(self._act(entry))
        for stream, acts in streams.items():
            yield TracedStream(self._title(stream), tuple(acts))

    def _title(self, stream: str) -> str:
        kind, _, number = stream.partition(":")
        if kind == "case":
            case = next(one for one in self._cases if one.id == int(number))
            return f"Hồ sơ {case.reference}"
        if kind == "outgoing":
            paper = self._session.get_one(OutgoingPaper, int(number))
            return f"Văn bản số {paper.number}" if paper.number else "Văn bản chưa có số"
        meeting = self._session.get_one(CouncilSession, int(number))
        day = meeting.meets_at.astimezone(VIETNAM)
        return f"Phiên họp Hội đồng ngày {day:%d/%m/%Y}"

    def _act(self, entry: JournalEntry) -> TracedAct:
        return TracedAct(
            number=entry.seq,
            at=entry.happened_at.astimezone(VIETNAM),
            who=self._who(entry),
            capacity=self._capacity(entry),
            deed=self._deed(entry),
            details=tuple(self._details(entry)),
            mark=short(entry.hash.hex()),
        )

    def _who(self, entry: JournalEntry) -> str:
        name = self._names.get(entry.actor_id or 0, SYSTEM)
        behalf = self._behalves.get(entry.id)
        return f"{name} (được ủy quyền, thay {behalf.name})" if behalf else name

    def _capacity(self, entry: JournalEntry) -> str:
        unit = self._units.get(entry.unit_id or 0, "")
        title = self._held(entry, day_in_vietnam(entry.happened_at))
        return ", ".join(part for part in (title, unit) if part)

    def _held(self, entry: JournalEntry, day: date) -> str:
        """Return the title that who acted had in the unit on that day; else the role."""
        for one in self._positions:
            if (
                (one.person_id, one.unit_id) == (entry.actor_id, entry.unit_id)
                and entry.role in (None, one.role)
                and one.starts_on <= day
                and (one.ends_on is None or one.ends_on >= day)
            ):
                return one.title
        return entry.role.vi if entry.role else ""

    def _deed(self, entry: JournalEntry) -> str:
        outcome, task = entry.facts.get("outcome"), self._tasks.get(entry.task_id or "")
        if entry.action != "task.completed" or not outcome or task is None:
            return DEEDS.get(entry.action, OTHER)
        definitions = definitions_of(self._session, self._sets[task.case_id])
        label = task_label(definitions, task.diagram, task.element_id).label("vi")
        asked, reached = (task.form, outcome), Outcome(outcome).vi.lower()
        return f"{label}: {_MEANINGS.get(asked, reached)}"

    def _details(self, entry: JournalEntry) -> Iterator[str]:
        said = entry.detail
        if behalf := self._behalves.get(entry.id):
            dated_on = f"{behalf.paper_dated_on:%d/%m/%Y}"
            yield f"Văn bản ủy quyền số {behalf.paper_number} ngày {dated_on}"
        if target := said.get("return_to"):
            yield f"Về: {ReturnTarget(target).vi}"
        for name, label in (("reason", "Lý do"), ("override_reason", "Lý do vẫn đi tiếp")):
            if said.get(name):
                yield f"{label}: {said[name]}"
        if decision := said.get("decision"):
            day = date.fromisoformat(decision["signed_on"])
            yield f"Quyết định số {decision['number']} ngày {day:%d/%m/%Y}"
        if number := said.get("number"):
            yield f"Số: {number}"
        yield from _hashes(said)
        yield from self._new_sets(entry)
        if entry.private is None and _had_words(entry):
            yield ERASED

    def _new_sets(self, entry: JournalEntry) -> Iterator[str]:
        """Yield diagrams and law book where they are not those of the entry before."""
        facts = entry.facts
        named = {
            "diagrams": facts.get("diagrams"),
            "rules": facts.get("check", {}).get("law_book"),
        }
        for kind, found in named.items():
            if found and self._last_sets.get((entry.stream, kind)) != found:
                self._last_sets[entry.stream, kind] = found
                yield f"{_SETS[kind]}: {short(found)}"

    def _files(self, files: Mapping[str, str]) -> Iterator[TracedFile]:
        chosen = select(Attachment).where(Attachment.case_id.in_(self._sets))
        attached = {file.sha256: file.name for file in self._session.scalars(chosen)}
        sets: Counter[str] = Counter()
        for name, found in files.items():
            folder, *rest = PurePosixPath(name).parts
            if folder == "dossiers":
                about = f"Nội dung hồ sơ, lần nộp {PurePosixPath(name).stem}"
                yield TracedFile(about, name, short(found))
            elif folder == "papers":
                yield TracedFile(_PAPERS.get(rest[-1], "Văn bản"), name, short(found))
            elif folder == "attachments":
                about = f"Tệp kèm theo: {attached.get(found, 'của phiên họp')}"
                yield TracedFile(about, name, short(found))
            elif folder in _SETS:
                sets[f"{folder}/{rest[0]}"] += 1
        for name, count in sets.items():
            folder, _, found = name.partition("/")
            yield TracedFile(f"{_SETS[folder]}: {count} tệp", name, short(found))


_HASHED = {"content_hash": "Hồ sơ", "sha256": "Tệp", "minutes": "Biên bản"}


def _hashes(said: Mapping[str, object]) -> Iterator[str]:
    """Yield what an entry says was read and made, as short hashes."""
    for name, label in _HASHED.items():
        found = said.get(name)
        if isinstance(found, str) and found:
            yield f"{label}: {short(found)}"
    papers = said.get("papers")
    if isinstance(papers, dict):
        for kind, found in papers.items():
            yield f"{_PAPERS.get(f'{kind}.pdf', 'Văn bản')}: {short(found)}"


def _had_words(entry: JournalEntry) -> bool:
    return b'"private":null' not in entry.body
