"""dash.js and Shaka Player out of their npm packages, on a page of another site than the server's. They are for tests
alone: the console brings its own player."""

import contextlib
import functools
import http.server
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from browser.chromium import extract, packed

_PACKAGES = {
    "dashjs": (
        "5.2.1",
        "sha512-axcJmLeJCTJMLUfQRErUJB1KOiU5iHF+DMLBc3FKeox1HPYtGUQlC6Xm5Mm6vhBUR3CHHLIPOqw0JDIqMtP+Dw==",
        "dist/modern/umd/dash.all.min.js",
    ),
    "shaka-player": (
        "5.2.12",
        "sha512-vEsuVDI3+oLh+yqpjXexQZlg2XMUBI0VrqatDuKWacPaxAud6Uph5uCowUPLhUgNG5XKWCpoM4l1r8qYzWH+zg==",
        "dist/shaka-player.compiled.js",
    ),
}
_PAGE = """<!doctype html><meta charset=utf-8><link rel=icon href="data:,">
<video id=v muted playsinline width=320></video>
<script src=/dashjs.js></script><script src=/shaka-player.js></script>
<script>
const v = document.getElementById("v"), told = [];
let me, one;
const players = {
  dash: {
    async play(src) {
      me = dashjs.MediaPlayer().create();
      me.on("error", e => told.push(JSON.stringify(e.error && (e.error.message || e.error.code))));
      me.updateSettings({streaming: {abr: {autoSwitchBitrate: {video: false}}}});
      me.initialize(v, src, true);
    },
    audios: () => me.getTracksFor("audio").map(t => t.lang),
    setAudio: n => me.setCurrentTrack(me.getTracksFor("audio")[n]),
    audio: () => me.getCurrentTrackFor("audio").lang,
    setText(n) { me.enableText(true); me.setTextTrack(n); },
    setSize(w) {
      const wanted = me.getRepresentationsByType("video").find(r => r.width == w);
      me.setRepresentationForTypeById("video", wanted.id, true);
    },
  },
  shaka: {
    async play(src) {
      shaka.polyfill.installAll();
      me = new shaka.Player();
      me.addEventListener("error", e => told.push(`${e.detail.code} ${e.detail.data}`));
      me.configure({streaming: {bufferingGoal: 2}});
      await me.attach(v);
      await me.load(src);
      me.configure({abr: {enabled: false}});
      await v.play();
    },
    audios: () => me.getAudioTracks().map(t => t.language),
    setAudio: n => me.selectAudioTrack(me.getAudioTracks()[n]),
    audio: () => me.getAudioTracks().find(t => t.active).language,
    setText: n => me.selectTextTrack(me.getTextTracks()[n]),
    setSize(w) {
      const spoken = players.shaka.audio();
      me.selectVariantTrack(me.getVariantTracks().find(t => t.width == w && t.language == spoken), true);
    },
  },
};
const play = (kind, src) => {
  one = players[kind];
  one.play(src).catch(e => told.push(`${e.code || ""} ${e.data || e}`));
};
const go = t => { v.currentTime = t; v.play().catch(() => 0); };
const showing = () => [...v.textTracks].filter(t => t.mode == "showing");
const cues = () => showing().flatMap(t => [...(t.activeCues || [])]).map(c => c.text);
</script>"""


@functools.cache
def scripts() -> Path:
    """The folder with the script of each player; brought once."""
    folder = Path(sys.prefix) / "players"
    for name, (version, digest, file) in _PACKAGES.items():
        script = folder / f"{name}-{version}.js"
        if script.exists():
            continue
        making = folder / f"{name}-making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        extract(packed(making, name, version, digest), making)
        (making / "package" / file).rename(script)
        shutil.rmtree(making)
    return folder


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/").removesuffix(".js")
        if name in _PACKAGES:
            body, kind = (scripts() / f"{name}-{_PACKAGES[name][0]}.js").read_bytes(), "text/javascript"
        else:
            body, kind = _PAGE.encode(), "text/html"
        with contextlib.suppress(ConnectionError):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def theatre() -> Iterator[str]:
    """The address of the page, as long as this lasts."""
    house = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=house.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{house.server_port}/"
    finally:
        house.shutdown()
        house.server_close()


def until(page: Any, script: str, seconds: float = 30.0) -> Any:
    """What a script on the page answers as soon as it is true; what the players told when it never is."""
    from playwright.sync_api import TimeoutError as TooLate

    try:
        return page.wait_for_function(script, timeout=1000 * seconds).json_value()
    except TooLate:
        state = page.evaluate(
            "[v.currentTime, v.readyState, told.slice(-4), me.getBufferedInfo && me.getBufferedInfo()]"
        )
        raise AssertionError(f"not within {seconds} s: {script}; time, state, errors: {state}") from None
