"""The ladders that `ladder` measures: as ReelMill's workflow, and as commands that one would write by hand."""

import json
import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import common

common.use_project_python()
from running import LOCATION  # noqa: E402

SEGMENT, AUDIO = 10, "128k"
# codec -> (encoder with its settings, as the product's templates mean them; quality)
CODECS = {
    "H.264": (["libx264", "-profile:v", "high", "-flags", "+cgop", "-sc_threshold", "40"], "23"),
    "H.265": (["libx265", "-preset", "medium", "-forced-idr", "1", "-x265-params", "log-level=error:open-gop=0"], "28"),
    "AV1": (["libsvtav1", "-preset", "8"], "35"),
}
_KEYS = f"expr:gte(t,n_forced*{SEGMENT})"


@dataclass(frozen=True)
class Ladder:
    """Renditions of these heights and one sound. `packages`: "hls" (in TS), "dash", or "both" from one set of
    segments. AV1 is no codec of TS: its HLS playlists come beside DASH alone."""

    heights: tuple[int, ...]
    codec: str = "H.264"
    preset: str = "veryfast"
    packages: str = "hls"

    def by_hand(self, source: pathlib.Path, fps: float, out: pathlib.Path) -> list[list[str]]:
        """(a) One process, one decode, every rendition and the sound."""
        split = f"[0:v]split={len(self.heights)}" + "".join(f"[s{h}]" for h in self.heights)
        graph = ";".join((split, *(f"[s{h}]scale=-2:{h}[v{h}]" for h in self.heights)))
        argv = [*_opened(source), "-filter_complex", graph]
        if self.packages == "hls":
            for h in self.heights:
                argv += ["-map", f"[v{h}]", *self._video(fps), *_hls(out / f"a{h}.m3u8")]
            return [[*argv, "-map", "0:a:0", *_SOUND, *_hls(out / "audio.m3u8")]]
        for h in self.heights:
            argv += ["-map", f"[v{h}]"]
        argv += [*self._video(fps), "-map", "0:a:0", *_SOUND]
        return [[*argv, *self._dash(out, "a", "id=0,streams=v id=1,streams=a")]]

    def one_by_one(self, source: pathlib.Path, fps: float, out: pathlib.Path) -> list[list[str]]:
        """(b) One run per rendition, one for the sound."""
        runs = []
        for h in self.heights:
            argv = [*_opened(source), "-vf", f"scale=-2:{h}", "-an", *self._video(fps)]
            target = _hls(out / f"b{h}.m3u8") if self.packages == "hls" else self._dash(out, f"b{h}", "id=0,streams=v")
            runs.append([*argv, *target])
        target = _hls(out / "baudio.m3u8") if self.packages == "hls" else self._dash(out, "ba", "id=0,streams=a")
        return [*runs, [*_opened(source), "-vn", *_SOUND, *target]]

    def _video(self, fps: float) -> list[str]:
        tool, crf = CODECS[self.codec]
        own = ["-preset", self.preset] if self.codec == "H.264" else []
        rate = ["-crf", crf, "-g", str(round(SEGMENT * fps)), "-force_key_frames", _KEYS, "-pix_fmt", "yuv420p"]
        return ["-c:v", *tool, *own, *rate]

    def _dash(self, out: pathlib.Path, name: str, sets: str) -> list[str]:
        folder = out / name
        folder.mkdir(exist_ok=True)
        both = ["-hls_playlist", "1"] if self.packages == "both" else []
        timing = ["-seg_duration", str(SEGMENT), "-use_template", "1", "-use_timeline", "1"]
        return ["-adaptation_sets", sets, *timing, *both, "-f", "dash", str(folder / "master.mpd")]

    def workflow(self, call: Callable[..., Any]) -> str:
        """ReelMill's workflow of the same; its id."""
        call("BindInputBucket", Bucket="bin")
        call("BindOutputBucket", Bucket="bout")
        pipeline = call("AddPipeline", Name="bench")["Pipeline"]["Id"]
        place = {"Bucket": "bin", "Location": LOCATION, "ObjectPrefix": ""}
        done: dict[str, Any] = {"start": ("Start", {"PipelineId": pipeline, "InputFile": place})}
        after: dict[str, list[str]] = {"start": [], "end": []}
        for package, draw in (("hls", self._drawn_hls), ("dash", self._drawn_dash)):
            if self.packages in (package, "both"):
                form = "m3u8" if package == "hls" else "mpd"
                draw(done, after, [self._template(call, form, h) for h in self.heights])
        done["end"] = ("Report", {"PublishType": "Auto"})
        activities = {name: {"Type": kind, "Parameters": given} for name, (kind, given) in done.items()}
        topology = json.dumps({"Activities": activities, "Dependencies": after})
        return str(call("AddMediaWorkflow", Name="bench", Topology=topology)["MediaWorkflow"]["MediaWorkflowId"])

    def _template(self, call: Callable[..., Any], form: str, height: int) -> str:
        own = {"Preset": self.preset} if self.codec == "H.264" else {}
        made = call(
            "AddTemplate",
            Name=f"{form} {height}",
            Container={"Format": form},
            Video={"Codec": self.codec, "Height": str(height), "Crf": CODECS[self.codec][1], **own},
            Audio={"Codec": "AAC", "Bitrate": "128"},
            MuxConfig={"Segment": {"Duration": str(SEGMENT)}},
        )
        return str(made["Template"]["Id"])

    def _drawn_hls(self, done: dict[str, Any], after: dict[str, list[str]], templates: list[str]) -> None:
        done["ph"] = ("PackageConfig", _output("hls", "{RunId}/master.m3u8"))
        done["gh"] = ("AudioGroup", {"GroupId": "aud"})
        done["ah"] = (
            "Transcode",
            _only("Video", templates[0]) | {"ExtXMedia": {"URI": "audio/a.m3u8", "Name": "main"}},
        )
        told = {"BandWidth": "2000000", "Audio": "aud"}
        listed = [{"RefActivityName": f"h{h}", "ExtXStreamInfo": told} for h in self.heights]
        done["mh"] = ("GenerateMasterPlayList", {"MasterPlayList": {"MultiBitrateVideoStreams": listed}})
        after["start"].append("ph")
        after |= {"ph": ["gh"], "gh": ["ah"], "ah": ["mh"], "mh": ["end"]}
        for h, one in zip(self.heights, templates, strict=True):
            done[f"h{h}"] = ("Transcode", _only("Audio", one) | {"MultiBitrateVideoStream": {"URI": f"v{h}/v.m3u8"}})
            after["ph"].append(f"h{h}")
            after[f"h{h}"] = ["mh"]

    def _drawn_dash(self, done: dict[str, Any], after: dict[str, list[str]], templates: list[str]) -> None:
        done["pd"] = ("PackageConfig", _output("dash", "{RunId}/dash/master.mpd"))
        done["vd"] = ("VideoGroup", {"AdaptationSet": {"Group": "v"}})
        done["gd"] = ("AudioGroup", {"AdaptationSet": {"Group": "a", "Lang": "en"}})
        done["ad"] = ("Transcode", _only("Video", templates[0]) | {"Representation": {"Id": "a", "URI": "a/a.mpd"}})
        done["md"] = ("GenerateMasterPlayList", {})
        after["start"].append("pd")
        after |= {"pd": ["vd", "gd"], "vd": [], "gd": ["ad"], "ad": ["md"], "md": ["end"]}
        for h, one in zip(self.heights, templates, strict=True):
            done[f"d{h}"] = (
                "Transcode",
                _only("Audio", one) | {"Representation": {"Id": f"{h}", "URI": f"d{h}/v.mpd"}},
            )
            after["vd"].append(f"d{h}")
            after[f"d{h}"] = ["md"]


_SOUND = ["-c:a", "aac", "-b:a", AUDIO, "-ar", "44100", "-ac", "2"]


def _opened(source: pathlib.Path) -> list[str]:
    return [common.ffmpeg(), "-v", "error", "-nostdin", "-y", "-i", str(source)]


def _hls(target: pathlib.Path) -> list[str]:
    names = ["-hls_segment_filename", str(target.with_suffix("")) + "-%05d.ts"]
    return ["-f", "hls", "-hls_time", str(SEGMENT), "-hls_playlist_type", "vod", *names, str(target)]


def _output(protocol: str, master: str) -> dict[str, Any]:
    return {"Protocol": protocol, "Output": {"Bucket": "bout", "Location": LOCATION, "MasterPlayListName": master}}


def _only(removed: str, template: str) -> dict[str, Any]:
    return {"Outputs": [{"TemplateId": template, removed: {"Remove": "true"}}]}
