/** One stream on one video element: HLS by hls.js where media source extensions are, else by the browser itself; files directly. */
import Hls, { ErrorTypes, Events } from "hls.js";
import { useEffect, useRef, useState, type RefObject } from "react";

export interface Level {
  height: number;
  /** Bits per second. */
  bitrate: number;
}

export interface Stream {
  levels: readonly Level[];
  /** What was chosen; -1 is automatic. */
  level: number;
  /** What is shown now. */
  current: number;
  setLevel: (level: number) => void;
  tracks: readonly { name: string; language: string }[];
  track: number;
  setTrack: (track: number) => void;
  subtitles: readonly { name: string }[];
  subtitle: number;
  setSubtitle: (subtitle: number) => void;
  fault: "" | "network" | "codec";
}

const FIRST_GUESS = 5_000_000; // bits per second, until it has measured: the server is near as a rule
const NOTHING = { levels: [], level: -1, current: -1, tracks: [], track: 0, subtitles: [], subtitle: -1, fault: "" } as const;

export function useStream(video: RefObject<HTMLVideoElement | null>, url: string, segments: boolean): Stream {
  const [state, setState] = useState<Omit<Stream, "setLevel" | "setTrack" | "setSubtitle">>(NOTHING);
  const player = useRef<Hls>(undefined);
  const chosen = useRef(-1);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    setState(NOTHING);
    const set = (part: Partial<Stream>) => setState((old) => ({ ...old, ...part }));
    // Chromium says "maybe" to HLS and plays it without choices, so hls.js is asked first.
    if (!segments || !Hls.isSupported()) {
      const failed = () => set({ fault: element.error?.code === MediaError.MEDIA_ERR_NETWORK ? "network" : "codec" });
      element.addEventListener("error", failed);
      element.src = url;
      return () => {
        element.removeEventListener("error", failed);
        element.removeAttribute("src");
        element.load();
      };
    }
    const hls = new Hls({ abrEwmaDefaultEstimate: FIRST_GUESS, renderTextTracksNatively: true });
    player.current = hls;
    hls.on(Events.MANIFEST_PARSED, () => set({ levels: hls.levels.map(({ height, bitrate }) => ({ height, bitrate })) }));
    hls.on(Events.LEVEL_SWITCHED, (_, { level }) => {
      set({ current: level });
      // Browsers go on with the frames they have until the next key frame, which may be seconds away; a seek to here makes them take the new ones.
      if (level === chosen.current) element.currentTime = Math.max(0, element.currentTime - 0.001);
      chosen.current = -1;
    });
    hls.on(Events.AUDIO_TRACKS_UPDATED, () => set({ tracks: hls.audioTracks.map(({ name, lang }) => ({ name, language: lang ?? "" })), track: hls.audioTrack }));
    hls.on(Events.AUDIO_TRACK_SWITCHED, () => set({ track: hls.audioTrack }));
    hls.on(Events.SUBTITLE_TRACKS_UPDATED, () => set({ subtitles: hls.subtitleTracks.map(({ name }) => ({ name })), subtitle: hls.subtitleTrack }));
    let recovered = false;
    hls.on(Events.ERROR, (_, { fatal, type }) => {
      if (!fatal) return;
      if (type === ErrorTypes.MEDIA_ERROR && !recovered) {
        recovered = true;
        hls.recoverMediaError();
      } else set({ fault: type === ErrorTypes.NETWORK_ERROR ? "network" : "codec" });
    });
    hls.loadSource(url);
    hls.attachMedia(element);
    return () => {
      player.current = undefined;
      hls.destroy();
    };
  }, [video, url, segments]);
  return {
    ...state,
    setLevel: (level) => {
      // At once, not from the next segment on: a short film may have been loaded to its end already.
      chosen.current = level;
      if (player.current && level >= 0) player.current.currentLevel = level;
      else if (player.current) player.current.nextLevel = level;
      setState((old) => ({ ...old, level }));
    },
    setTrack: (track) => {
      if (player.current) player.current.audioTrack = track;
      setState((old) => ({ ...old, track }));
    },
    setSubtitle: (subtitle) => {
      if (player.current) player.current.subtitleTrack = subtitle;
      setState((old) => ({ ...old, subtitle }));
    },
  };
}
