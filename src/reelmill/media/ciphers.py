"""The ciphers that `locks` uses, as functions of bytes: only this module knows their library."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def close(key: bytes, nonce: bytes, plain: bytes, about: bytes) -> bytes:
    """AES-GCM; who opens it must say the same `about`."""
    return AESGCM(key).encrypt(nonce, plain, about)


def open_(key: bytes, nonce: bytes, closed: bytes, about: bytes) -> bytes | None:
    """What was closed so; None when it was not. ValueError for a nonce or key of no possible length."""
    try:
        return AESGCM(key).decrypt(nonce, closed, about)
    except InvalidTag:
        return None


def derive(key: bytes, what: bytes, length: int) -> bytes:
    """`length` bytes that follow from a key (HKDF, SHA-256)."""
    return HKDF(SHA256(), length, None, what).derive(key)


def cbc(key: bytes, start: bytes, padded: bytes) -> bytes:
    """AES-CBC of whole blocks."""
    writer = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    return writer.update(padded) + writer.finalize()
