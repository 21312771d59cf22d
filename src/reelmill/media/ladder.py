"""One process, one decode, every rendition: the whole command line of a batch. Pure. Each argument stands with its
reason."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from reelmill.core.model import Command, MediaInfo, Timeline
from reelmill.media import assembly, assembly_graph, filters, hls, source, two_passes
from reelmill.media.assembly import Assembly
from reelmill.media.codecs import audio_args, video_args
from reelmill.media.containers import Target, segmented
from reelmill.media.encoders import logs
from reelmill.media.plans import AudioPlan, Rendition
from reelmill.media.sound import even_file, mix
from reelmill.media.sound import filters as sound_filters
from reelmill.media.source import EPSILON

_HERE = "here"


def opening() -> tuple[str, ...]:
    """What every command begins with: errors only, nothing is asked."""
    return ("-hide_banner", "-nostdin", "-v", "error", "-y")


def commands(
    targets: Sequence[Target], info: MediaInfo, timeline: Timeline | None, joined: Assembly | None = None
) -> tuple[Command, ...]:
    """The source, whole (or what is `joined`), into all targets at once; before that, sound that may change in the
    middle is made even."""
    seconds = timeline.end if timeline else info.duration
    plans = list(
        dict.fromkeys(_even(t.rendition.audio) for t in targets if t.rendition.audio and t.rendition.audio.changes)
    )
    main = [Command(command(one, info, timeline, joined), seconds=seconds) for one in passes(targets)]
    if joined and any(t.rendition.audio for t in targets):
        main[:0] = [Command(even_film(joined, number), seconds=0.0) for number in assembly.uneven(joined)]
    return (Command(even(plans, targets, info, timeline), seconds=0.0), *main) if plans else tuple(main)


def passes(targets: Sequence[Target]) -> list[Sequence[Target]]:
    """What each command makes: with two passes the first one only looks at the pictures, and leaves statistics."""
    twice = two_passes.wanted(targets)
    if not twice:
        return [targets]
    rest = {t.stem: t for t in targets}
    return [[_pass(t, 1) for t in twice], list((rest | {t.stem: _pass(t, 2) for t in twice}).values())]


def _pass(target: Target, number: int) -> Target:
    rendition = target.rendition
    assert rendition.video is not None
    video = replace(rendition.video, number=number, log=f"${{out}}/pass-{target.stem}")
    audio = rendition.audio if number == 2 else None
    return replace(target, rendition=replace(rendition, video=video, audio=audio))


def folders(targets: Sequence[Target]) -> dict[str, str]:
    """Empty files whose folders a muxer does not make by itself."""
    return {f"{t.stem}/{_HERE}": "" for t in targets if t.rendition.cuts}


def made_on_the_way(targets: Sequence[Target], joined: Assembly | None = None) -> tuple[str, ...]:
    """Files of `commands` that are no outputs."""
    heard = joined if any(t.rendition.audio for t in targets) else None
    films = tuple(even_file(number) for number in assembly.uneven(heard)) if heard else ()
    plans = [t.rendition.video for t in passes(targets)[0]]
    left = [log for plan in plans if plan and plan.number for log in logs(plan)]
    return (*_even_files(targets), *films, *folders(targets), *left)


def _even_files(targets: Sequence[Target]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(_even_file(t.rendition.audio) for t in targets if t.rendition.audio and t.rendition.audio.changes)
    )


def even(
    plans: Sequence[AudioPlan], targets: Sequence[Target], info: MediaInfo, timeline: Timeline | None
) -> tuple[str, ...]:
    """Sound with one layout and one rate from beginning to end. Where these change in the middle (broadcasts, joined
    files) ffmpeg builds a filter graph anew and loses what the filters held; here they hold next to nothing, and the
    graphs of the outputs are never touched."""
    used = _used(targets)
    argv = [*opening(), *source.options(info, timeline), *source.late(info, timeline, used), "-i", "file:${source}"]
    argv += [
        "-f",
        "lavfi",
        "-t",
        "0.1",
        "-i",
        "anullsrc",
    ]  # a second stream that begins with the film, or its reader would take the sound's beginning for it
    for plan in plans:
        mixing = ("-filter:a:0", ",".join(plan.mix)) if plan.mix else ()
        argv += [
            "-map",
            f"0:{plan.index}",
            "-map",
            "1:0",
            *mixing,
            "-c:a",
            "pcm_s16le",
            "-ar",
            str(plan.source_rate),
            "-ac",
            str(plan.channels),
        ]
        argv += ["-avoid_negative_ts", "disabled", "-f", "nut", "file:${out}/" + _even_file(plan)]
    return (*argv, *_read_too(used - {plan.index for plan in plans}))


def even_film(joined: Assembly, number: int) -> tuple[str, ...]:
    """As `even`, the sound of one of the films that are put together, or of what is mixed in: from its beginning on, by
    the clock of its file."""
    one = joined.read[number]
    film = one if isinstance(one, assembly.Film) else joined.films[0] if one.film else None
    track = one.track
    assert track is not None
    mixed = mix(track, track.channels)
    seen = {video.index for video in film.info.video[:1]} if film else set[int]()
    opened: tuple[str, ...] = source.SAFE_INPUT
    if film:
        used = {track.index, *seen}
        opened = (*source.options(film.info, film.timeline), *source.late(film.info, film.timeline, used))
    return (
        *(*opening(), *opened, "-i", f"file:{one.file}", "-f", "lavfi", "-t", "0.1", "-i", "anullsrc"),
        *("-map", f"0:{track.index}", "-map", "1:0", *(("-filter:a:0", ",".join(mixed)) if mixed else ())),
        *("-c:a", "pcm_s16le", "-ar", str(track.samplerate), "-ac", str(track.channels)),
        *("-avoid_negative_ts", "disabled", "-f", "nut", "file:${out}/" + even_file(number)),
        *_read_too(seen),
    )


def _read_too(streams: Set[int]) -> tuple[str, ...]:
    """Outputs that go nowhere: ffmpeg counts from the first packet of the streams in use, and mends clocks by all of
    them, so both commands must use the same."""
    return tuple(
        word for stream in sorted(streams) for word in ("-map", f"0:{stream}", "-c", "copy", "-f", "null", "-")
    )


def _used(targets: Sequence[Target]) -> set[int]:
    plans = [plan for t in targets for plan in (t.rendition.video, t.rendition.audio) if plan]
    return {plan.index for plan in plans if plan.index >= 0}


def _even(plan: AudioPlan) -> AudioPlan:
    """What the even sound depends on."""
    return AudioPlan(plan.index, channels=plan.channels, mix=plan.mix, changes=True, source_rate=plan.source_rate)


def _even_file(plan: AudioPlan) -> str:
    return f"even-{plan.index}-{plan.channels}.nut"


def command(
    targets: Sequence[Target], info: MediaInfo, timeline: Timeline | None, joined: Assembly | None = None
) -> tuple[str, ...]:
    """The source into all targets; sound that may change comes from the files that `even` made."""
    if joined:
        return _joined(targets, joined)
    graph, pictures = _pictures(targets)
    marks = mark_inputs([t.rendition for t in targets])
    files = _even_files(targets)
    inputs = {name: marks.count("-i") + 1 + n for n, name in enumerate(files)}
    argv = [
        *opening(),
        *source.filtered(info, timeline),
        *source.late(info, timeline, _used(targets)),
        "-i",
        "file:${source}",
        *marks,
    ]
    for name in files:
        argv += ["-f", "nut", "-protocol_whitelist", "file", "-i", "file:${out}/" + name]
    sound, labels = _sounds(targets, inputs)
    argv += [*graph, *sound]
    for target in targets:
        argv += _output(target, pictures.get(target.stem, ""), labels.get(target.stem, ""), inputs)
    return (
        *argv,
        *_read_too({t.rendition.audio.index for t in targets if t.rendition.audio and t.rendition.audio.changes}),
    )


def _joined(targets: Sequence[Target], joined: Assembly) -> tuple[str, ...]:
    """What is put together first into all targets, by one graph; but where the picture may keep HDR, which is one film
    then, its sound has another: of a graph whose sound comes first ffmpeg forgets the metadata of the picture."""
    pictured = [t for t in targets if t.rendition.video]
    heard = [(t.stem, t.rendition.audio) for t in targets if t.rendition.audio]
    films = assembly_graph.inputs(joined, pictures=bool(pictured), sounds=bool(heard))
    seen = assembly_graph.graph(joined, pictures=True, sounds=False) if pictured else []
    sounds = assembly_graph.graph(joined, pictures=False, sounds=True) if heard else []
    if pictured:
        seen.append(filters.graph(assembly_graph.PICTURE, [t.rendition for t in pictured], marks=films.count("-i")))
    if heard:
        sounds.append(filters.sound_graph(assembly_graph.SOUND, [plan for _, plan in heard], 0))
    apart = pictured and not joined.joined and joined.films[0].info.video[0].hdr
    graphs = [";".join(graph) for graph in ((seen, sounds) if apart else ((*seen, *sounds),)) if graph]
    pictures = {t.stem: f"[v{n}]" for n, t in enumerate(pictured)}
    labels = {stem: f"[a{n}]" for n, (stem, _) in enumerate(heard)}
    argv = [*opening(), *films, *mark_inputs([t.rendition for t in targets])]
    argv += [word for graph in graphs for word in ("-filter_complex", graph)]
    for target in targets:
        argv += _output(target, pictures.get(target.stem, ""), labels.get(target.stem, ""), {})
    return tuple(argv)


def _pictures(targets: Sequence[Target]) -> tuple[tuple[str, ...], dict[str, str]]:
    """-filter_complex for all pictures that are encoded, and the label of each target's."""
    coded = [t for t in targets if t.rendition.video and not t.rendition.video.copy]
    if not coded:
        return (), {}
    stream = next(t.rendition.video.index for t in coded if t.rendition.video)
    return ("-filter_complex", filters.graph(stream, [t.rendition for t in coded])), {
        t.stem: f"[v{n}]" for n, t in enumerate(coded)
    }


def mark_inputs(renditions: Sequence[Rendition]) -> tuple[str, ...]:
    """The pictures of all watermarks as inputs 1, 2...; they are files that we made (media.watermark_drawing.task)."""
    args: list[str] = []
    for file, moving, opened in filters.pictures(renditions):
        if opened:
            args += ("-stream_loop", "-1", *opened, "-i", f"file:{file}")
            continue
        args += (
            ("-stream_loop", "-1", "-f", "mov") if moving else ("-f", "png_pipe")
        )  # what moves begins again when it has ended
        args += ("-protocol_whitelist", "file", "-i", f"file:{file}")
    return tuple(args)


def _sounds(targets: Sequence[Target], inputs: Mapping[str, int]) -> tuple[tuple[str, ...], dict[str, str]]:
    """-filter_complex for each audio stream that goes into several outputs, and the labels. One graph per stream: with
    a graph per output ffmpeg 9 waits for ever on some damaged streams, when one output is starved and another one
    full."""
    args: list[str] = []
    labels: dict[str, str] = {}
    coded = [(t.stem, t.rendition.audio) for t in targets if t.rendition.audio and not t.rendition.audio.copy]
    for stream in dict.fromkeys(_stream(plan, inputs) for _, plan in coded):
        users = [(stem, plan) for stem, plan in coded if _stream(plan, inputs) == stream]
        if len(users) > 1:
            args += ["-filter_complex", filters.sound_graph(stream, [plan for _, plan in users], len(labels))]
            labels |= {stem: f"[a{len(labels) + n}]" for n, (stem, _) in enumerate(users)}
    return tuple(args), labels


def _stream(plan: AudioPlan, inputs: Mapping[str, int]) -> str:
    """Where the sound comes from: INPUT:STREAM."""
    return f"{inputs[_even_file(plan)]}:0" if plan.changes and not plan.copy else f"0:{plan.index}"


def _output(target: Target, picture: str, sound: str, inputs: Mapping[str, int]) -> tuple[str, ...]:
    video, audio = target.rendition.video, target.rendition.audio
    args: list[str] = []
    if video:
        args += ["-map", picture or f"0:{video.index}", *video_args(video)]
        if not video.copy:
            args += [
                "-fps_mode",
                "vfr",
            ]  # the source's own times; only frames with equal times are dropped, which no muxer could take
            args += key_frames(target.rendition)
    if audio and audio.measured:
        heard = [] if sound else ["-af", sound_filters(audio)]
        return (*args, "-map", sound or _stream(audio, inputs), *heard, "-f", "null", "-")
    if audio:
        args += ["-map", sound or _stream(audio, inputs), *audio_args(audio)]
        if not audio.copy and not sound:
            args += ["-af", sound_filters(audio)]
    if video and video.number == 1:  # only its statistics are wanted
        return (*args, "-f", "null", "-")
    return (*args, *muxer(target))


def key_frames(rendition: Rendition) -> tuple[str, ...]:
    """Key frames where segments begin, so that all renditions of a source are cut at the same frames."""
    if not segmented(rendition):
        return ()
    if rendition.cuts and rendition.video:
        times = hls.boundaries(rendition, rendition.video.end - rendition.origin or max(rendition.cuts) + EPSILON)
        return ("-force_key_frames", ",".join(f"{t - EPSILON:.6f}" for t in times)) if times else ()
    return (
        "-force_key_frames",
        f"expr:gte(t+{EPSILON:.5f},n_forced*{rendition.segment})",
    )  # t counts from the first picture, as the muxer's segments do


def muxer(target: Target) -> tuple[str, ...]:
    """The container and its file: what stands at the end of each output."""
    args = ["-sn", "-dn"]  # no subtitles, no time codes: nobody asked for them, and some containers refuse them
    args += ["-map_metadata", "-1", "-map_chapters", "-1"]  # names and places of the recording stay with the source
    args += ["-max_muxing_queue_size", "4096"]  # a stream that begins late must not make the others fail
    # or the muxer loses patience after 10 s and writes sound that belongs to later pictures, into the wrong segment too
    if target.rendition.apart:
        args += ["-max_interleave_delta", str(round(1_000_000 * (10 + target.rendition.apart)))]
    return (*args, *target.container.muxer(target))
