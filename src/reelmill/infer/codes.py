"""Codes in pictures that a telephone opens (QR and its kin, and bar codes)."""

from collections.abc import Callable
from typing import Any

import zxingcpp

_MOST, _LONGEST = 8, 512
_LINEAR = "barcode"
_MATRIX = {"QRCode", "MicroQRCode", "RMQRCode", "Aztec", "DataMatrix", "PDF417", "MaxiCode"}


def look() -> Callable[[Any], list[list[str]]]:
    """(picture) -> [[kind, text]]; kind is qrcode for what holds an address, barcode for the stripes on goods."""
    return _codes


def _codes(image: Any) -> list[list[str]]:
    found = zxingcpp.read_barcodes(image, try_invert=True, try_downscale=True)
    good = [one for one in found[:_MOST] if one.valid and one.text]
    return [[kind_of(one.format.name), one.text[:_LONGEST]] for one in good]


def kind_of(name: str) -> str:
    """Of a format of zxing."""
    return "qrcode" if name.replace("_", "") in _MATRIX else _LINEAR
