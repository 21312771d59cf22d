"""Encryption of segments (RFC 8216, 4.3.2.4: AES-128), and the keys for it.

Each medium has a data key. Players get it in two steps: the playlist names it as a ciphertext, which the key server
opens for whoever may. The ciphertext is the data key under a master key of the home (an envelope): nothing needs to be
stored, and what was written under an older master key can be opened as long as that is kept.

`ciphers` is imported by what encrypts: with its library it takes 8 MB, which a server that never does goes without.
"""

import base64
import binascii
import contextlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePath

BLOCK = 16  # bytes
_NONCE = 12
_GIVEN = b"a key that was given"  # no MediaId has blanks


@dataclass(frozen=True)
class Vault:
    """The master keys of a home by their numbers; the newest one closes, all of them open."""

    masters: Mapping[int, bytes] = field(repr=False)

    @property
    def newest(self) -> str:
        """The number of the key that closes; "" when there is none."""
        return str(max(self.masters, default=""))

    def seal(self, media: str) -> str:
        """The data key of a medium as a ciphertext: the same each time, so that a second attempt writes the same."""
        number = max(self.masters)
        master = self.masters[number]
        nonce = _derived(master, f"nonce {media}", _NONCE)
        return self._closed(number, nonce, _derived(master, f"data key {media}", BLOCK), media.encode())

    def seal_given(self, key: bytes) -> str:
        """A key that somebody brought, as a ciphertext for the database: nobody who reads it there has the key."""
        return self._closed(max(self.masters), os.urandom(_NONCE), key, _GIVEN)

    def _closed(self, number: int, nonce: bytes, key: bytes, about: bytes) -> str:
        from reelmill.media import ciphers

        closed = ciphers.close(self.masters[number], nonce, key, about)
        return base64.urlsafe_b64encode(bytes([number]) + nonce + closed).decode().rstrip("=")

    def key(self, media: str, given: str) -> bytes:
        """The key that a task encrypts with: one that was given, sealed, else that of its medium. ValueError when it
        was sealed under a master key that is gone."""
        key = self._open(given, _GIVEN) if given else self.open(self.seal(media), media)
        if key is None:
            raise ValueError("the master key under which this key was sealed is gone")
        return key

    def open(self, ciphertext: str, media: str) -> bytes | None:
        """The data key in a ciphertext of this medium, None when it is none."""
        return self._open(ciphertext, media.encode())

    def _open(self, ciphertext: str, about: bytes) -> bytes | None:
        from reelmill.media import ciphers

        try:
            data = base64.urlsafe_b64decode(ciphertext + "=" * (-len(ciphertext) % 4))
            master = self.masters[data[0]]
            return ciphers.open_(master, data[1 : 1 + _NONCE], data[1 + _NONCE :], about)
        except (binascii.Error, ValueError, IndexError, KeyError):
            return None


def _derived(master: bytes, what: str, length: int) -> bytes:
    from reelmill.media import ciphers

    return ciphers.derive(master, what.encode(), length)


def encrypt(key: bytes, number: int, data: bytes) -> bytes:
    """A segment, encrypted; its number is the initialisation vector."""
    from reelmill.media import ciphers

    more = BLOCK - len(data) % BLOCK
    return ciphers.cbc(key, number.to_bytes(BLOCK, "big"), data + bytes([more]) * more)


def size(plain: int, locked: bool = True) -> int:
    """Bytes of a segment that is encrypted, or is not."""
    return plain // BLOCK * BLOCK + BLOCK if locked else plain


def number(name: str) -> int:
    """Of the segment in a file of this name."""
    return int(PurePath(name).stem)


def key_id(media: str) -> str:
    """The name of the data key of a medium in common encryption: 32 digits of base 16. It tells nothing of the key."""
    return sha256(f"key id {media}".encode()).hexdigest()[: 2 * BLOCK]


def glue(whole: Path, files: Iterable[Path]) -> None:
    """Write one file of the bytes of others."""
    whole.parent.mkdir(parents=True, exist_ok=True)
    with whole.open("wb") as target:
        for file in files:
            with file.open("rb") as part:
                shutil.copyfileobj(part, target)


@contextlib.contextmanager
def flag_files(folder: Path, flags: Mapping[str, str], key: Callable[[], bytes]) -> Iterator[None]:
    """Files in a folder from which Shaka Packager reads key and id, as long as this lasts: other users of the machine
    see command lines, and runs show them."""
    try:
        for name, known_as in flags.items():
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(f"--enable_raw_key_encryption\n--keys=label=:key_id={known_as}:key={key().hex()}\n")
        yield
    finally:
        for name in flags:
            (folder / name).unlink(missing_ok=True)


def lock_files(key: bytes, plain: Mapping[str, Path], folder: Path, clear: int = 0) -> None:
    """Write encrypted copies, of those up to the number `clear` plain ones: name in the folder -> the plain file."""
    for name, file in plain.items():
        target, which, data = folder / name, number(name), file.read_bytes()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(encrypt(key, which, data) if which > clear else data)
