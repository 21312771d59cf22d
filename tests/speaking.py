"""Speech for tests: a recording, and the program that writes down what is said, as the server starts it."""

import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg

from reelmill.media.runtimes import RUNTIMES

# "And Mr. John Dashwood had then leisure to consider how much there might be prudently in his power to do for them. He
# was not an ill-disposed young man. Unless to be rather cold-hearted and rather selfish is to be ill-disposed."
READ = Path(__file__).parent / "recordings" / "dashwood.ogg"


def program(folder: Path, *words: str) -> tuple[int, str]:
    """How it ends in this folder, and the last line of what it says of a failure."""
    runtime = RUNTIMES["speech"]
    argv = [sys.executable, *runtime.first, *words]
    ran = subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    return ran.returncode, ran.stderr.strip().rpartition("\n")[2] if ran.returncode else ""


def raw(path: Path) -> bytes:
    """The sound of a file as the program reads it."""
    argv = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path)]
    shape = ["-ac", "1", "-ar", "16000", "-f", "s16le", "-"]
    return subprocess.run([*argv, *shape], capture_output=True, check=True).stdout
