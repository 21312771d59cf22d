"""Codes for tests to look for."""

import numpy as np
import zxingcpp


def qr(text: str, side: int) -> bytes:
    """A picture (PGM) of a QR code about `side` pixels wide."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    drawn = np.asarray(zxingcpp.write_barcode_to_image(code, scale=-side))
    high, wide = drawn.shape[:2]
    return f"P5 {wide} {high} 255\n".encode() + drawn.tobytes()
