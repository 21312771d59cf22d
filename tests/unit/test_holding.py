"""Work that is held says what the machine lacks, so that whoever mends it looks in the right place."""

import errno
import os

import pytest

from reelmill.engine.holding import of_os


@pytest.mark.parametrize(("number", "advice"), [
    (errno.ENOSPC, "Make room on the disk"), (errno.EACCES, "mend its permissions"),
    (errno.EMFILE, "open files"), (errno.EAGAIN, "processes"), (errno.ENOMEM, "memory"),
])  # fmt: skip
def test_the_advice_fits_what_is_lacking(number: int, advice: str) -> None:
    failure = of_os(OSError(number, os.strerror(number)))
    assert failure.retry and failure.hold and advice in failure.advice and os.strerror(number) in failure.message
    assert ("work files" in failure.message) == (number in (errno.ENOSPC, errno.EACCES))
