"""What the benchmarks share: the project's own Python, a server to measure, a source, medians."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def use_project_python() -> None:
    """Go on in the project's environment with its sources and test helpers; `./mill check` makes it when it is
    missing."""
    python = ROOT / ".venv" / "bin" / "python"
    if not python.exists():
        raise SystemExit("Run ./mill check once: it makes the environment that the benchmarks use.")
    if Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        os.execv(str(python), [str(python), *sys.argv])  # noqa: S606 - our own interpreter
    sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]


def ffmpeg() -> str:
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def looped_clip(folder: Path, seconds: float, height: int) -> Path:
    """The clip that ships with the project, repeated to `seconds` and scaled to `height` lines; stereo, one key frame
    every two seconds."""
    clip, target = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4", folder / f"source-{height}-{seconds:g}.mp4"
    argv = [
        ffmpeg(),
        "-v",
        "error",
        "-y",
        "-stream_loop",
        "-1",
        "-i",
        str(clip),
        "-t",
        f"{seconds}",
        "-vf",
        f"scale=-2:{height}",
        "-ac",
        "2",
    ]
    subprocess.run(
        [*argv, "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-g", "50", "-c:a", "aac", str(target)],
        check=True,
    )
    return target


class Meter:
    """What happened on this machine between `with` and its end: `wall` seconds; `cpu` seconds of processor time of this
    process's children, or of `server` and all it has started; `others` seconds of everybody else."""

    def __init__(self, server: int | None = None):
        self._server = server
        self.wall = self.cpu = self.others = 0.0

    def __enter__(self) -> "Meter":
        self._began = time.perf_counter(), self._ours(), _busy()
        return self

    def __exit__(self, *_: object) -> None:
        began, ours, busy = self._began
        self.wall, self.cpu = time.perf_counter() - began, self._ours() - ours
        self.others = max(0.0, _busy() - busy - self.cpu)

    @property
    def quiet(self) -> bool:
        """Nobody else took more than a twentieth of a core."""
        return self.others <= 0.05 * self.wall

    def _ours(self) -> float:
        if self._server is None:
            times = os.times()
            return times.children_user + times.children_system
        fields = Path(f"/proc/{self._server}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")  # its own and its ended children's


def _busy() -> float:
    """Seconds that all cores together have worked since the machine began; what a host of this virtual machine took is
    work of others."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def timed(argv: list[list[str]]) -> Meter:
    """Commands, one after the other."""
    with Meter() as meter:
        for one in argv:
            subprocess.run(one, check=True, stdin=subprocess.DEVNULL)
    return meter


def spread(values: list[float]) -> str:
    return f"median {statistics.median(values):.3f} (min {min(values):.3f}, max {max(values):.3f}, n={len(values)})"


def cpu_seconds(pid: int) -> float:
    """CPU time of one process without its children, from the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    line = next(x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def row(**values: Any) -> None:
    print("  ".join(f"{k}={v}" for k, v in values.items()), flush=True)
