"""Where the browser for the tests is, and how it gets there when it is missing."""

import functools
import os
import shutil
import subprocess
import sys

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--force-color-profile=srgb",
)  # fmt: skip


def _on_path() -> str:
    return next((found for name in _NAMES if (found := shutil.which(name))), "")


def _own() -> str:
    """The browser that playwright downloaded for itself, "" when there is none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        path = p.chromium.executable_path
    return path if os.access(path, os.X_OK) else ""


def _said(argv: list[str]) -> str:
    """Run it; the last line of what it said when it failed, else ""."""
    try:
        ran = subprocess.run(argv, capture_output=True, text=True, timeout=600, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if ran.returncode == 0 else (ran.stderr or ran.stdout or f"exit code {ran.returncode}").strip().splitlines()[-1]


@functools.cache
def find() -> tuple[str, str]:
    """(path, "") of a Chromium, or ("", why there is none). Looks for one first; installs one where that is possible."""
    if path := os.environ.get("REELMILL_CHECKS_CHROMIUM") or _on_path() or _own():
        return path, ""
    tried = []
    if os.geteuid() == 0 and shutil.which("apt-get"):  # brings the libraries along that playwright's own download lacks
        tried.append(_said(["apt-get", "update", "-qq"]) or _said(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-cjk"]))
        if path := _on_path():
            return path, ""
    tried.append(_said([sys.executable, "-m", "playwright", "install", "chromium"]))
    if path := _own():
        return path, ""
    return "", "No Chromium, and none could be installed: " + "; ".join(filter(None, tried)) + ". On Debian: sudo apt install chromium"
