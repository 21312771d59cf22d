"""Passwords as they are kept: scrypt (RFC 7914) with its own salt, in a text that says how it was made."""

import base64
import hashlib
import hmac
import secrets
import string

_LETTERS = string.ascii_letters + string.digits
_LOG_N, _R, _P = 15, 8, 1  # 32 MiB and about a tenth of a second
MIN_CHARACTERS, MAX_BYTES = 8, 1024


def problem(password: str) -> str:
    """Why this cannot be a password, "" when it can."""
    if len(password) < MIN_CHARACTERS:
        return f"it must have at least {MIN_CHARACTERS} characters"
    if len(password.encode("utf-8", "replace")) > MAX_BYTES:
        return f"it must have at most {MAX_BYTES} bytes"
    return ""


def keep(password: str) -> str:
    """The text to store."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_LOG_N}${_R}${_P}${_text(salt)}${_text(_scrypt(password, salt, _LOG_N, _R, _P))}"


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the password. Takes equally long when there is none to compare with, so that the time taken does
    not tell names."""
    scheme, log_n, r, p, salt, digest = (kept or _NOBODY).split("$")
    made = _scrypt(password, base64.b64decode(salt), int(log_n), int(r), int(p))
    return hmac.compare_digest(made, base64.b64decode(digest)) and kept is not None and scheme == "scrypt"


def _scrypt(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "replace"), salt=salt, n=1 << log_n, r=r, p=p, maxmem=(1 << log_n) * r * 256, dklen=32
    )


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


_NOBODY = f"scrypt${_LOG_N}${_R}${_P}${_text(bytes(16))}${_text(bytes(32))}"


def chance(length: int) -> str:
    """Letters and digits that nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
