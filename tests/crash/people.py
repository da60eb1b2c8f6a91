"""People at browsers who do their work while servers die.

Each reads a page, fills in its form and sends it; on a broken connection, or told to come
back later, they send the same form again, until it is taken or refused in words.
"""

import html
import http.client
import itertools
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.walk import APPRAISAL, COUNCIL, DECISION, NOMINATION, RETURN

PASSWORD = "mat-khau-de-thu"

WORKING = {
    "school_clerk": 2,
    "school_head": 3,
    "ward_clerk": 3,
    "council_secretary": 2,
    "ward_chairman": 3,
}
"""Who works, and how often compared with the others."""

CHOICES = {"recommend": 12, "award": 12, "resume": 12, "return": 2, "hold": 3, "reject": 1}
"""Outcome → how often it is chosen, compared with the others that are offered."""

LEADING_ON = ("award", "recommend", "resume")

PATIENCE = 60.0
"""Seconds in which a form must be taken or refused; longer is stuck."""

BROKEN = (OSError, http.client.HTTPException)

WRONG = 500
LATER = 503
REFUSED = 409
TAKEN = 303

Fields = dict[str, Any]
"""Name → text, texts, or a file."""

_numbers = itertools.count(100)

FIELDS: dict[str, dict[str, Any]] = {
    "review.v1": {},
    "appraisal.v1": {
        **{
            f"checks.{item}.verdict": one["verdict"]
            for item, one in APPRAISAL["checks"].items()
        },
        "summary": APPRAISAL["summary"],
    },
    "council_resolution.v1": COUNCIL,
    "decision.v1": DECISION,
    "return.v2": RETURN,
    "rejection.v1": {"reason": "Chưa đạt tiêu chuẩn."},
    "hold.v1": {"reason_kind": "discipline", "reason": "Chờ kết luận thanh tra."},
    "resume.v1": {"note": "Đã có kết luận."},
}


@dataclass(frozen=True)
class Deed:
    """A form that was taken: what the person was told has happened."""

    task_id: str
    person: str
    outcome: str
    key: str
    reason: str
    """As it was typed, with a word in it that no other has; empty: the form asks for none."""


@dataclass
class Diary:
    """What all people did and were told, together."""

    deeds: list[Deed] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    """Method and status → how often."""
    broken: int = 0
    """Connections that broke."""
    repeated: int = 0
    """Forms that were taken at a second or later try."""
    wrong: list[str] = field(default_factory=list)
    """Answers that nobody may get, and forms that were never taken or refused."""
    patience: float = PATIENCE
    answered: int = 0
    """Forms that were answered, whatever was said."""
    slowest: float = 0.0
    """Seconds from the first sending of a form until it was taken, at most."""


class Person:
    """One login; its cookies may be used by several connections at once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cookies: dict[str, str] = {}


class Browser:
    """One connection of one client, who acts as one person or another."""

    def __init__(self, port: int, diary: Diary) -> None:
        self._diary = diary
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def log_in(self, person: Person) -> None:
        """Open the login page, and log in."""
        _, page, _ = self.read(person, "/dang-nhap")
        fields = {**hidden(page), "username": person.name, "password": PASSWORD}
        status, page, _ = self.send(person, "/dang-nhap", fields, keeps=True)
        if status != TAKEN:
            raise RuntimeError(f"{person.name} was not let in: {status} {page[-500:]}")

    def read(self, person: Person, path: str) -> tuple[int, str, str]:
        """Return status, text and target of a page, however often it takes."""
        return self._patiently("GET", person, path, None)

    def send(
        self, person: Person, path: str, fields: dict[str, Any], *, keeps: bool = False
    ) -> tuple[int, str, str]:
        """Send a form until it is taken or refused."""
        return self._patiently("POST", person, path, fields, keeps)

    def send_once(self, person: Person, path: str, fields: dict[str, Any]) -> int:
        """Send a form once; return the status, 0 where the connection broke."""
        try:
            return self._exchange("POST", person, path, fields)[0]
        except BROKEN:
            self._connection.close()
            return 0

    def _patiently(
        self, method: str, person: Person, path: str, fields: Fields | None, keeps: bool = False
    ) -> tuple[int, str, str]:
        begun, tries = time.monotonic(), 0
        while time.monotonic() - begun < self._diary.patience:
            tries += 1
            try:
                answer = self._exchange(method, person, path, fields, keeps)
            except BROKEN:
                self._diary.broken += 1
                self._connection.close()  # the next request opens it again
                time.sleep(0.02)
                continue
            self._diary.statuses[method, answer[0]] += 1
            if answer[0] >= WRONG and "<main" not in answer[1]:
                self._diary.wrong.append(f"{method} {path}: {answer[0]} without words")
            if answer[0] != LATER:
                if method == "POST":
                    self._diary.answered += 1
                    self._diary.repeated += tries > 1
                    self._diary.slowest = max(self._diary.slowest, time.monotonic() - begun)
                return answer
            time.sleep(0.1)
        self._diary.wrong.append(f"{method} {path} as {person.name}: stuck")
        return 0, "", ""

    def _exchange(
        self, method: str, person: Person, path: str, fields: Fields | None, keeps: bool = False
    ) -> tuple[int, str, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in person.cookies.items())}
        body = None
        if fields is not None:
            headers["Content-Type"], body = _encoded(fields)
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        page = response.read().decode()
        if keeps or not person.cookies:
            for cookie in response.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                person.cookies[name] = value
        return response.status, page, response.headers.get("Location", "")

    def close(self) -> None:
        self._connection.close()


class Client:
    """Does the work of everybody, one form after the other, as it waits in the inboxes."""

    def __init__(self, browser: Browser, people: list[Person], diary: Diary, seed: int) -> None:
        self._browser = browser
        self._people = {person.name: person for person in people}
        self._diary = diary
        self._dice = random.Random(seed)  # noqa: S311  # it repeats

    def work(self, stop: threading.Event) -> None:
        """Do tasks until told to stop; a form that was sent is followed to its answer."""
        while not stop.is_set():
            names, weights = zip(*WORKING.items(), strict=True)
            person = self._people[self._dice.choices(names, weights)[0]]
            tasks = self.inbox(person)
            if not tasks:
                time.sleep(0.01)
            for task in self._dice.sample(tasks, min(3, len(tasks))):
                if not stop.is_set():
                    self.do(person, task)

    def finish(self) -> int:
        """Lead every nomination to its end, as long as any task waits; return how many did."""
        done = 0
        for _ in range(40):
            waiting = [(one, task) for one in self._people.values() for task in self.inbox(one)]
            if not waiting:
                return done
            for person, task in waiting:
                done += self.do(person, task, leads_on=True)
        self._diary.wrong.append(f"{len(waiting)} tasks lead nowhere")
        return done

    def inbox(self, person: Person) -> list[str]:
        """Return the ids of the tasks on the first page of the inbox."""
        status, page, _ = self._browser.read(person, "/")
        self._expect(status, (200,), f"inbox of {person.name}")
        return list(dict.fromkeys(re.findall(r'href="/cong-viec/([0-9a-f]{32})"', page)))

    def do(self, person: Person, task: str, *, leads_on: bool = False) -> bool:
        """Read a task, choose, and send the form; whether it was taken."""
        status, page, target = self._browser.read(person, f"/cong-viec/{task}")
        if status == TAKEN and target.startswith(f"/cong-viec/{task}/lap/"):
            return self._submit(person, task)
        what = f"task {task} for {person.name} {target}"
        if not self._expect(status, (200, REFUSED), what, page) or status == REFUSED:
            return False
        offered = set(re.findall(rf'href="/cong-viec/{task}/(\w+)"', page)) & CHOICES.keys()
        if leads_on:
            quick = ["reject"] if task[0] in "0123456789" else []
            outcome = next((one for one in (*quick, *LEADING_ON) if one in offered), "")
        else:
            names = sorted(offered)
            weights = [CHOICES[name] for name in names]
            outcome = self._dice.choices(names, weights)[0] if names else ""
        if not outcome:
            self._diary.wrong.append(f"task {task} of {person.name} offers {sorted(offered)}")
            return False
        return self._decide(person, task, outcome)

    def _decide(self, person: Person, task: str, outcome: str) -> bool:
        form = form_of(self._browser, person, task, outcome)
        if form is None:
            return False
        path, fields = form
        return self._send(person, task, outcome, path, fields)

    def _submit(self, person: Person, task: str) -> bool:
        path = f"/cong-viec/{task}/kiem-tra"
        status, page, _ = self._browser.read(person, path)
        if not self._expect(status, (200, REFUSED), path, page) or status == REFUSED:
            return False
        fields = {**hidden(page), "declaration": NOMINATION["declaration"]}
        return self._send(person, task, "submit", path, fields)

    def _send(
        self, person: Person, task: str, outcome: str, path: str, fields: dict[str, Any]
    ) -> bool:
        status, page, target = self._browser.send(person, path, fields)
        if not self._expect(status, (TAKEN, REFUSED), f"POST {path} as {person.name}", page):
            return False
        if status == TAKEN and not target.startswith(("/ho-so/", "/cong-viec/")):
            self._diary.wrong.append(f"POST {path} as {person.name}: sent to {target}")
        elif status == TAKEN:
            reason = str(fields.get("reason", ""))
            self._diary.deeds.append(Deed(task, person.name, outcome, fields["key"], reason))
        return status == TAKEN

    def _expect(self, status: int, good: tuple[int, ...], what: str, page: str = "") -> bool:
        """Note an answer that nobody may get; 0 was noted before."""
        if status not in good and status:
            main = page[max(page.find("<main"), 0) :]
            said = " ".join(re.sub(r"<[^>]+>", " ", main).split())
            self._diary.wrong.append(f"{what}: {status} {said[:300]}")
        return status in good


def form_of(
    browser: Browser, person: Person, task: str, outcome: str
) -> tuple[str, dict[str, Any]] | None:
    """Return address and content of the form of an outcome; none: it is no longer asked."""
    path = f"/cong-viec/{task}/{outcome}"
    status, page, _ = browser.read(person, path)
    own = hidden(page)
    if status != http.HTTPStatus.OK or "key" not in own:
        return None
    fields = {**own, **FIELDS[own["form"]], "action": "complete"}
    if "reason" in fields:
        fields["reason"] = f"{fields['reason']} ({own['key'][:12]})"
    if 'name="deviation_reason"' in page:
        fields["deviation_reason"] = "Thành tích nổi bật hơn ý kiến đã nêu."
    if "number" in fields:
        fields["number"] = f"{next(_numbers)}/QĐ-UBND"
    return path, fields


def _encoded(fields: Fields) -> tuple[str, str | bytes]:
    """Return the type and the bytes of a form, as a browser sends it."""
    if not any(isinstance(value, FileStorage) for value in fields.values()):
        return "application/x-www-form-urlencoded", urlencode(fields, doseq=True)
    for value in fields.values():
        if isinstance(value, FileStorage):
            value.stream.seek(0)
    boundary, body = encode_multipart(fields)
    return f"multipart/form-data; boundary={boundary}", body


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the form on a page."""
    main = page[page.find("<main") :]
    tags = re.findall(r'<input type="hidden"[^>]*>', main)
    found = {}
    for tag in tags:
        name = re.search(r'\bname="([^"]*)"', tag)
        value = re.search(r'\bvalue="([^"]*)"', tag)
        if name and value:
            found[name[1]] = html.unescape(value[1])
    return found
