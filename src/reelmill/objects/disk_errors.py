"""Errors of the file system as ours: who can act on them, and whether another try helps."""

import contextlib
import errno
from collections.abc import Iterator

from reelmill.core.errors import CallerError, Failure, MediaError, TryAgain, UserText

ADVICE: UserText = "Check the owner and permissions of the bucket's folder."
_FULL = {errno.ENOSPC, errno.EDQUOT}
_CHANCE = {
    errno.ENOENT,
    errno.EAGAIN,
    errno.EINTR,
}  # ENOENT: folder or work file vanished under our hands; another try sees it clearly
_MACHINE = {
    errno.EIO,
    errno.EROFS,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ESTALE,
    errno.ETIMEDOUT,
    errno.ENOTCONN,
    errno.EHOSTDOWN,
    errno.ENODEV,
}


@contextlib.contextmanager
def translated(what: str, doing: str, advice: UserText) -> Iterator[None]:
    """Errors of the file system as ours. `doing` completes "could not be ...", e.g. "written"."""
    try:
        yield
    except CallerError as error:
        raise MediaError(Failure(error.code, error.message)) from error
    except OSError as error:
        if error.errno in _FULL:
            raise TryAgain(
                Failure(
                    "ServiceUnavailable",
                    f'"{what}" could not be {doing}: the disk is full.',
                    "Free some space.",
                    retry=True,
                    hold=True,
                )
            ) from error
        if error.errno == errno.ENAMETOOLONG:
            raise MediaError(
                Failure(
                    "InvalidParameter.ObjectKeyInvalid",
                    f'"{what}" could not be {doing}: a part of its name is too long for a file.',
                    "Use at most 255 bytes between two slashes.",
                )
            ) from error
        reason = error.strerror or str(error)
        if error.errno in _MACHINE | _CHANCE:
            failure = Failure(
                "ServiceUnavailable",
                f'"{what}" could not be {doing}: {reason}.',
                "Look at the disk and the system's log.",
                retry=True,
                hold=error.errno in _MACHINE,
            )
            raise TryAgain(failure) from error
        raise MediaError(
            Failure("PermissionDenied.ResourceAccess", f'"{what}" could not be {doing}: {reason}.', advice)
        ) from error
