"""What the garbage collector is told: most of what a process loads at the start stays.

Two hundred thousand objects that could be parts of a cycle are made then: libraries, tables,
forms, pages. None of them is garbage. The collector would go through those that are there
again and again while more come, a tenth of the CPU of a start, and later all of them once more
while somebody waits for a page. So it rests while the program is loaded, and leaves out for
ever what was there at the end. Processes that part afterwards go on sharing it: what nobody
looks at is not written.

And what the memory is told: glibc gives each thread a heap of its own, and what one thread
has given back no other takes. Only one thread at a time runs Python, so one heap is enough:
7 MB less after two people have read seven pages each.
"""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BETWEEN = 10_000
"""Objects that are made and kept before the youngest are looked through; a page makes a few
thousand, and nearly all go by themselves. Python's own number is 700."""

_HEAPS = -8
"""``M_ARENA_MAX`` of ``mallopt`` (malloc.h of glibc)."""


@contextmanager
def loading() -> Iterator[None]:
    """Load what stays until the end of the process within the block."""
    gc.disable()
    _share_one_heap()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(BETWEEN)
        gc.enable()


def _share_one_heap() -> None:
    """Let threads that start from now on share the heap of the first, where glibc has them."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # musl has no such call
            ctypes.CDLL(None).mallopt(_HEAPS, 1)
