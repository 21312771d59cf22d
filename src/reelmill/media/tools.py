"""Which binary has which capability, and the font: explicit setting, then the wheel, then what the system has. Resolved
once."""

import importlib.util
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reelmill.core.errors import Failure, MediaError, SettingError, UserText
from reelmill.media import fonts
from reelmill.media.run import ask
from reelmill.media.runtimes import RUNTIMES, Runtime

_SETTINGS = ("ffmpeg", "ffprobe")  # whose path may be set

# The file of the wheel `paperang-p2-fonts-cjk`: Latin with its accents, Greek, Cyrillic, Chinese, Japanese and Korean
# in one font, since drawtext takes one.
_FONT_PACKAGE, _FONT_IN_WHEEL = "paperang_p2_fonts_cjk", "fonts/wqy-microhei.ttc"
# Where that is missing: fonts of the system that have Latin and, the first ones, Chinese letters; the first that is
# there is used.
_FONTS = (
    "wqy-microhei.tt[cf]",
    "wqy-zenhei.tt[cf]",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.*",
    "DroidSansFallback*.ttf",
    "PingFang.ttc",
    "NotoSerifCJK-Regular.ttc",
    "NotoSans-Regular.ttf",
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "Arial.ttf",
)


def _wheel_font() -> str:
    spec = importlib.util.find_spec(_FONT_PACKAGE)  # its folder is all that is wanted: nothing of it runs
    return str(Path(spec.origin).parent / _FONT_IN_WHEEL) if spec and spec.origin else ""


def _in_graph(path: str) -> str:
    """The path as the value of an option in a filter graph: ffmpeg takes it apart twice, as a graph and as a list of
    options."""
    return re.sub(r"([\\'\[\],;])", r"\\\1", re.sub(r"([\\':])", r"\\\1", path))


def _stamp(file: str) -> str:
    try:
        seen = Path(file).stat()
    except OSError:  # the task that wants it tells of it
        return ""
    return f"{file} {seen.st_size} {seen.st_mtime_ns}"


def _places(name: str, file: str) -> dict[str, str]:
    folder = _in_graph(str(Path(file).parent))
    return {f"font{name}": _in_graph(file), f"font-file{name}": file, f"font-folder{name}": folder}


def _usable(path: str) -> bool:
    return bool(path) and Path(path).is_file() and os.access(path, os.X_OK)


@dataclass(frozen=True)
class Tools:
    """The tools of this machine. `ffmpeg`, `ffprobe` and `font_file` are explicit paths of the settings, "" to look for
    them; `ai` whether the server may look at pictures and sounds by itself, `speech` whether it may write down what is
    said.

    `path` raises SettingError when a tool cannot be had; everything is looked up at first use and kept."""

    ffmpeg: str = ""
    ffprobe: str = ""
    font_file: str = ""
    ai: bool = False
    speech: bool = False

    @cached_property
    def _found(self) -> dict[str, tuple[str, str]]:
        return {
            name: self._resolve(runtime, self._given(name)) if self.on(name) else ("", "")
            for name, runtime in RUNTIMES.items()
        }

    def on(self, name: str) -> bool:
        """Whether the settings allow a runtime."""
        only = RUNTIMES[name].only
        return not only or bool(getattr(self, only))

    def _given(self, name: str) -> str:
        return str(getattr(self, name)) if name in _SETTINGS else ""

    @staticmethod
    def _resolve(runtime: Runtime, given: str) -> tuple[str, str]:
        if given:
            found = shutil.which(given) or given  # a bare name in the setting means PATH
            return (found, "setting") if _usable(found) else ("", "setting")
        wheel = runtime.bundled()
        if _usable(wheel):
            return wheel, "wheel"
        on_path = "" if runtime.only else shutil.which(runtime.name) or ""
        return on_path, "PATH" if on_path else ""

    def path(self, name: str) -> str:
        """The program of a runtime. SettingError with the remedy when there is none."""
        found, origin = self._found[name]
        if found:
            return found
        setting = f"REELMILL_{name.upper()}"
        if origin == "setting":
            raise SettingError(
                f"{setting} names {self._given(name)!r}, which is not a program that can be run; correct it or "
                f"leave it out."
            )
        if RUNTIMES[name].only:
            raise SettingError(self._lack(name))
        or_else = f"set {setting} to its path" if name in _SETTINGS else "put it into PATH"
        raise SettingError(f"There is no {name}: install the package {RUNTIMES[name].package}, or {or_else}.")

    @cached_property
    def _font(self) -> tuple[str, str]:
        if self.font_file:
            return self.font_file, "setting"
        if Path(wheel := _wheel_font()).is_file():
            return wheel, "wheel"
        found = next(filter(None, map(fonts.system_font, _FONTS)), "")
        return found, "system" if found else ""

    def font(self) -> str:
        """The font file of text in pictures, as a word of a filter graph. MediaError with the remedy when there is
        none."""
        found, _ = self._font
        if not found:
            raise MediaError(
                Failure(
                    "InvalidParameter.NotSupported",
                    "This server has no font for texts in pictures.",
                    "Its administrator can install the package paperang-p2-fonts-cjk, or set REELMILL_FONT_FILE.",
                )
            )
        return _in_graph(found)

    def fonts(self, text: str = "") -> dict[str, str]:
        """What stands for the font in commands: `font` in a filter graph, `font-folder` where it lies, in the same
        way, and `font-file` as a file's name; with `-NAME` for a font that `text` asks for by its name: where it is not
        here, the same one as for all others. MediaError as `font`."""
        self.font()
        found = _places("", self._font[0])
        for name in fonts.asked(text):
            found |= _places(f"-{name}", fonts.named(name) or self._font[0])
        return found

    def font_found(self) -> tuple[str, str]:
        """(path, "setting", "wheel" or "system") of the font; ("", "") when there is none."""
        return self._font

    def runtime(self, name: str) -> Runtime:
        """How this one works: its progress, its limits, what its failures mean."""
        return RUNTIMES[name]

    def origin(self, name: str) -> str:
        """Where a tool was found: "setting", "wheel", "PATH" or ""."""
        return self._found[name][1]

    @cached_property
    def _makers(self) -> dict[str, str]:
        return {"ffmpeg": self.version("ffmpeg") if self.origin("ffmpeg") else ""}

    def makers(self) -> dict[str, str]:
        """The version of each tool that makes outputs, and of the font: another one may make other bytes."""
        return self._makers | {"font": self._font_version()}

    def _font_version(self) -> str:
        """Which fonts texts are drawn in, and that their files are still the same; "" when there is none."""
        return " ".join(map(_stamp, filter(None, (self._font[0], *sorted(fonts.here().values())))))

    def version(self, name: str) -> str:
        """The version that a tool tells of itself, "" when it cannot be asked."""
        words = ask([self.path(name), *RUNTIMES[name].first, RUNTIMES[name].version]).split()
        return words[2] if len(words) > 2 and words[1] == "version" else ""

    @cached_property
    def _capabilities(self) -> dict[str, frozenset[str]]:
        return {}

    def has(self, capability: str, runtime: str = "ffmpeg") -> bool:
        """Whether a runtime has this; of ffmpeg an encoder or filter. Asks the program once, which takes about a tenth
        of a second. Only an answer is remembered: a program may not come to it in time, or the clock may leap."""
        program = self._found[runtime][0]
        if program and runtime not in self._capabilities:
            ask = RUNTIMES[runtime].capabilities
            found = ask(program) or ask(program)
            if not found:
                return False
            self._capabilities[runtime] = found
        return capability in self._capabilities.get(runtime, ())

    @cached_property
    def _codecs(self) -> dict[str, str]:
        """Codec -> six letters of ffmpeg's list, such as D.VI.S: D it can be decoded, I each picture stands for
        itself."""
        lines = [line.split() for line in ask([self.path("ffmpeg"), "-hide_banner", "-codecs"]).splitlines()]
        return {words[1]: words[0] for words in lines if len(words) > 2 and len(words[0]) == 6 and words[0][0] in "D."}

    def decodes(self, codec: str) -> bool:
        """Whether ffmpeg can decode what ffprobe calls so; what it has no name for is nothing that anybody here
        knows."""
        return codec not in ("", "none", "unknown") and self._codecs.get(codec, "D")[0] == "D"

    def intra_only(self, codec: str) -> bool:
        """Whether every picture of this codec is a key frame."""
        return self._codecs.get(codec, "......")[3] == "I"

    def without(self, tools: Iterable[str], capabilities: Iterable[str]) -> list[str]:
        """What of these is not here, each with the remedy: programs, encoders and filters of ffmpeg."""
        return [
            *(self._lack(name) for name in sorted(tools) if not self._found[name][0]),
            *(_poor(name) for name in sorted(capabilities) if self._found["ffmpeg"][0] and not self.has(name)),
        ]

    def _lack(self, name: str) -> UserText:
        only = RUNTIMES[name].only
        if only:
            return _deaf(self.on(name)) if only == "speech" else _blind(self.on(name))
        return _no_tool(name, RUNTIMES[name].package)

    def lacks(self) -> list[tuple[str, str, str]]:
        """(capability, consequence, remedy) of everything that is missing; empty on a whole machine."""
        missing: list[tuple[str, str, str]] = []
        for name, runtime in RUNTIMES.items():
            try:
                self.path(name)
            except SettingError as error:
                missing += [(name, runtime.lost, str(error))] if runtime.lost and self.on(name) else []
                continue
            remedy = f"Install the package {runtime.package}, or set REELMILL_{name.upper()} to an {name} that has it."
            missing += [(what, why, remedy) for what, why in runtime.needed.items() if not self.has(what, name)]
        if not self._font[0]:
            missing.append(
                (
                    "font",
                    "no text watermark can be drawn",
                    "Install the package paperang-p2-fonts-cjk, or set REELMILL_FONT_FILE.",
                )
            )
        helpers = {
            "setpriv": "a killed server may leave ffmpeg running",
            "prlimit": "the memory of ffmpeg is not bounded",
            "nice": "ffmpeg may starve the server",
        }
        missing += [
            (name, why, "Install the packages util-linux and coreutils.")
            for name, why in helpers.items()
            if shutil.which(name) is None
        ]
        return missing


def _no_tool(name: str, package: str) -> UserText:
    return f"this server has no {name}; its administrator can install the package {package}"


def _blind(wanted: bool) -> UserText:
    if wanted:
        return (
            "the packages by which this server looks at pictures and sounds are not installed; its administrator can "
            "start it by ./mill, or install reelmill[ai]"
        )
    return (
        "this server does not look at pictures and sounds by itself; its administrator can start it with --ai true or "
        "REELMILL_AI=true"
    )


def _deaf(wanted: bool) -> UserText:
    if wanted:
        return (
            "the packages by which this server writes down what is said are not installed; its administrator can start "
            "it by ./mill, or install reelmill[ai,speech]"
        )
    return (
        "this server does not write down what is said; its administrator can start it with --speech true or "
        "REELMILL_SPEECH=true"
    )


def _poor(capability: str) -> UserText:
    return (
        f"the ffmpeg of this server lacks {capability}; its administrator can install the package imageio-ffmpeg, "
        f"or set REELMILL_FFMPEG to one that has it"
    )
