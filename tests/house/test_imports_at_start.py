"""What a server loads before anybody asks anything of it: memory that it holds for ever, and time until it is ready."""

import subprocess
import sys
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"
# package -> what imports it, when it is needed
LATER = {
    "alembic": "store.migrate, when there is something to migrate",
    "apprise": "notify.chat_program, in a process of its own",
    "cel_expr_python": "engine.cel, for conditions",
    "charset_normalizer": "media.subtitles, in a process of its own",
    "cryptography": "media.ciphers and notify.certificate, for encryption and signed pushes",
    "google.protobuf": "engine.cel",
    "httpx": "notify.post and notify.fetch, for messages and files of addresses",
    "numpy": "infer, in processes of their own",
    "pysubs2": "media.subtitles, in a process of its own",
    "re2": "services.word_lists, for patterns",
    "rich": "cli.demo and cli.doctor",
    "ttconv": "media.subtitles, in a process of its own",
    "webvtt": "media.subtitles, in a process of its own",
}


def test_a_server_that_starts_loads_nothing_that_few_need() -> None:
    asked = f"import sys, reelmill.cli.main, reelmill.app; print(*(name for name in {[*LATER]} if name in sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", asked], cwd=SRC, env={"PYTHONPATH": str(SRC)}, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    loaded = ran.stdout.split()
    assert not loaded, f"imported at the start already; import it where it is used: { {n: LATER[n] for n in loaded} }"
