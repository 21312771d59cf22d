"""How a process begins."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def imports() -> Iterator[None]:
    """Around imports of much: what they make stays for ever. The collector, which would look all of it through again
    and again, took a quarter of a server's start; it never looks at it again either."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
