"""The key pair that signs what is pushed to subscribers, and its certificate, which receivers check it by."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from reelmill.core import clock

_YEARS = 30  # nobody renews it: who wants another one deletes the row


@dataclass(frozen=True, slots=True)
class KeyPair:
    """PEM texts of a certificate and its key, and the SHA-256 of the certificate in hex."""

    fingerprint: str
    certificate: str
    private_key: str


def make() -> KeyPair:
    """A new RSA key with a certificate that it signs itself. Takes a while."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ReelMill message service")])
    now = datetime.fromtimestamp(clock.now_ms() / 1000, UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # receivers' clocks are not ours
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return KeyPair(
        made.fingerprint(hashes.SHA256()).hex(),
        made.public_bytes(serialization.Encoding.PEM).decode(),
        private.decode(),
    )


def sign(private_key: str, text: str) -> str:
    """The Base64 of the RSA signature over SHA-1, as the message service's receivers check it."""
    key = serialization.load_pem_private_key(private_key.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    # SHA-1 is what the protocol says; receivers of the vendor's own service check nothing else
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA1())).decode()
