"""The application in server processes of its own, and people who use it over HTTP."""

import http.client
import multiprocessing
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psutil

from engine.accounts import PasswordCost
from webapp.commands.run import make_server
from webapp.settings import Settings

PASSWORD = "mat-khau-do-luong"  # of invented people on this machine
CHEAP = PasswordCost(memory_kib=8, rounds=1)


@dataclass(frozen=True)
class Form:
    """A form as the server gave it: where it goes, and what it holds."""

    path: str
    fields: dict[str, str]


class Client:
    """A person with one connection to the server."""

    def __init__(self, port: int, username: str, password: str = PASSWORD) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        form = self.form("/dang-nhap")
        form.fields.update(username=username, password=password)
        self.send(form, keep_cookies=True)

    def form(self, path: str) -> Form:
        """Fetch the page at ``path`` and return its form."""
        page = self.read(path)
        main = page[page.index("<main") :]
        inputs = re.findall(r"<input[^>]*>", main)
        fields = {_attribute(tag, "name"): _attribute(tag, "value") for tag in inputs}
        return Form(path, {name: value for name, value in fields.items() if name})

    def read(self, path: str) -> str:
        """Fetch the page at ``path``.

        :raises RuntimeError: it is not there for this person.
        """
        status, page = self._exchange("GET", path)
        if status != http.HTTPStatus.OK:
            raise RuntimeError(f"GET {path}: {status}")
        return page

    def send(self, form: Form, *, keep_cookies: bool = False) -> None:
        """Send ``form``, which must be taken.

        Unread messages ("đã ghi nhận …") would pile up in the cookie of a client that
        never opens the next page, so what a measured approval sets is not kept.
        """
        known = dict(self.cookies)
        status, page = self._exchange("POST", form.path, urlencode(form.fields))
        if not keep_cookies:
            self.cookies = known
        if status != http.HTTPStatus.SEE_OTHER:
            raise RuntimeError(f"POST {form.path}: {status}: {_said(page)}")

    def _exchange(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        page = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, page


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""


def _said(page: str) -> str:
    """Return the words in the middle of a page: why it was refused."""
    words = re.sub(r"<[^>]*>|\s+", " ", page[page.find("<main") :])
    return re.sub(r" +", " ", words)[:1500]


def send_together(work: list[tuple[Client, list[Form]]]) -> None:
    """Let all clients send their forms at once, each one after the other.

    :raises RuntimeError: one of them was refused.
    """
    failed: list[BaseException] = []

    def act(client: Client, forms: list[Form]) -> None:
        try:
            for form in forms:
                client.send(form)
        except BaseException as error:  # raised below, by the one who waits
            failed.append(error)

    threads = [threading.Thread(target=act, args=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"{len(failed)} clients were refused") from failed[0]


@contextmanager
def serving(
    settings: Settings, processes: int = 1
) -> Iterator[list[tuple[int, psutil.Process]]]:
    """Serve the application in processes of its own; give the port and process of each."""
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        served = []
        for _ in range(processes):
            ports: Any = context.Queue()
            child = context.Process(target=_serve, args=(settings, ports), daemon=True)
            child.start()
            stack.callback(child.join)
            stack.callback(child.terminate)
            served.append((ports.get(timeout=60), psutil.Process(child.pid)))
        yield served


def _serve(settings: Settings, ports: Any) -> None:
    """Run the server until it is terminated; ``ports`` gets its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = make_server(settings, listener)
    ports.put(listener.getsockname()[1])
    server.run()
