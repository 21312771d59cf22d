"""Codes in pictures that a telephone opens (QR and its kin, and bar codes)."""

from collections.abc import Callable
from typing import Any

import zxingcpp

_MOST, _LONGEST = 8, 512
_LINEAR = "barcode"
_MATRIX = {"QRCode", "MicroQRCode", "RMQRCode", "Aztec", "DataMatrix", "PDF417", "MaxiCode"}


def look() -> Callable[[Any], list[list[Any]]]:
    """(picture) -> [[kind, text, x, y, width, height]]; kind is qrcode for what holds an address, barcode for the
    stripes on goods; the place is told in shares of the picture."""
    return _codes


def _codes(image: Any) -> list[list[Any]]:
    found = zxingcpp.read_barcodes(image, try_invert=True, try_downscale=True)
    good = [one for one in found[:_MOST] if one.valid and one.text]
    return [[kind_of(one.format.name), one.text[:_LONGEST], *_place(one.position, *image.shape[:2])] for one in good]


def _place(corners: Any, high: int, wide: int) -> list[float]:
    points = [corners.top_left, corners.top_right, corners.bottom_left, corners.bottom_right]
    left, top = min(one.x for one in points), min(one.y for one in points)
    width, height = max(one.x for one in points) - left, max(one.y for one in points) - top
    return [round(part / whole, 4) for part, whole in ((left, wide), (top, high), (width, wide), (height, high))]


def kind_of(name: str) -> str:
    """Of a format of zxing."""
    return "qrcode" if name.replace("_", "") in _MATRIX else _LINEAR
