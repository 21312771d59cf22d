"""Logos for the table of errors."""

import base64

from contract.story_samples import emblem
from reelmill.cli.client import Client
from reelmill.media import logos, reviews
from reelmill.services.logos import MOST
from running import Running


def fill(server: Running, others: Client) -> dict[str, str]:
    """One, for the others as many as there may be, and files that are too large (`large.png` for a logo,
    `larger.png` for every picture); the names of what there is."""
    flat = logos.png(logos.Pixels(16, 16, b"\xff" * 1024))
    drawn = base64.b64encode(emblem().read_bytes()).decode()
    asked = {"Name": "l", "Picture": drawn, "Label": "TV", "Suggestion": "block"}
    for _ in range(MOST):
        others.call("AddCensorLogo", **asked)
    large = server.home / "large.png"
    large.write_bytes(bytes(logos.MOST_FILE + 1))
    server.put("cin", "large.png", large)
    with large.open("wb") as file:
        file.truncate(reviews.MOST_PICTURE + 1)
    server.put("cin", "larger.png", large)
    made = server.client.call("AddCensorLogo", **asked)["CensorLogo"]["Id"]
    return {"long_text": "x" * 10_001, "logo": made, "drawn": drawn, "flat": base64.b64encode(flat).decode()}
