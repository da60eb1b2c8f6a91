"""Where one approval goes: the application in this process, called as a server calls it.

``python -m tests.benchmarks.profiling [STEP] [sqlite|postgresql] [CASES]`` prints the CPU of
this process for one approval at ``STEP`` of the ladder, without server and network, and then
the functions it went through, with the profiler on, which makes calls dearer than they are.
"""

import cProfile
import gc
import io
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import EnvironBuilder

from tests.benchmarks.ladder import STEPS, WARM_UP, Bench, Step
from tests.benchmarks.machine import machine, postgresql
from tests.benchmarks.served import PASSWORD, Client, Form
from webapp.app import create_app
from webapp.loading import loading

CASES = 100
SHOWN = 45
"""Lines of each table of the profiler."""


class Caller(Client):
    """A person who calls the application itself."""

    def __init__(self, app: Any, username: str) -> None:
        self.browser = app.test_client()
        self.app = app
        form = self.form("/dang-nhap")
        self.browser.post(
            form.path, data=form.fields | {"username": username, "password": PASSWORD}
        )

    def read(self, path: str) -> str:
        """Return the page at ``path``."""
        return str(self.browser.get(path).text)

    def prepare(self, form: Form) -> Callable[[], None]:
        """Return what sends ``form``, which must be taken, and does nothing else."""
        names = (self.app.config[f"{one}_COOKIE_NAME"] for one in ("SESSION", "LOGIN"))
        cookies = [f"{name}={self.browser.get_cookie(name).value}" for name in names]
        builder = EnvironBuilder(
            form.path,
            method="POST",
            input_stream=io.BytesIO(urlencode(form.fields).encode()),
            content_type="application/x-www-form-urlencoded",
            content_length=len(urlencode(form.fields)),
            headers={"Cookie": "; ".join(cookies)},
        )
        environ = builder.get_environ()
        said: list[str] = []

        def send() -> None:
            answer = self.app(environ, lambda status, headers, *_: said.append(status))
            list(answer)
            answer.close()
            if not said[0].startswith("303"):
                raise RuntimeError(f"POST {form.path}: {said[0]}")

        return send


def main() -> None:
    """Measure one step, then profile it."""
    asked = sys.argv[1:]
    step = next((one for one in STEPS if one.element in asked), STEPS[2])
    count = next((int(one) for one in asked if one.isdigit()), CASES)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if "postgresql" in asked:
            with postgresql(root) as url:
                measure("PostgreSQL", url, root, step, count)
        else:
            measure("SQLite", f"sqlite:///{root / 'bench.db'}", root, step, count)


def measure(name: str, url: str, root: Path, step: Step, count: int) -> None:
    """Print what ``count`` approvals cost, and where another ``count`` of them went."""
    bench = Bench(name, url, root, count)
    walks = [bench.nominate(1, number) for number in range(2 * count + WARM_UP)]
    for walk in walks:
        walk.to(step.element)
    with loading():  # as servers do
        app = create_app(bench.settings)
    person = Caller(app, step.person)
    sends = [
        person.prepare(bench.form(person, step, walk, number))
        for number, walk in enumerate(walks)
    ]
    for send in sends[:WARM_UP]:
        send()
    gc.collect()
    begun = time.process_time()
    for send in sends[WARM_UP : WARM_UP + count]:
        send()
    each = (time.process_time() - begun) / count * 1000
    print(f"{name}, {step.element}: {each:.2f} ms CPU in this process, mean of {count}")
    profile = cProfile.Profile()
    profile.enable()
    for send in sends[WARM_UP + count :]:
        send()
    profile.disable()
    stats = pstats.Stats(profile, stream=sys.stdout)
    print(f"{stats.total_calls / count:,.0f} calls for one approval")  # type: ignore[attr-defined]
    stats.sort_stats("cumulative").print_stats(SHOWN)
    stats.sort_stats("tottime").print_stats(SHOWN)


if __name__ == "__main__":
    main()
