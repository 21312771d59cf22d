import { kbitrate } from "./format";

export interface TemplateBody {
  Container?: { Format?: string };
  Video?: { Codec?: string; Bitrate?: string; Crf?: string; Width?: string; Height?: string; Remove?: string };
  Audio?: { Codec?: string; Bitrate?: string; Remove?: string };
}

/** What matters of a template on one line: `mp4 · 1280 px · H.264 · 1.8 Mbit/s`. */
export const templateFacts = (template: TemplateBody): string => [template.Container?.Format ?? "mp4", streamFacts(template)].filter(Boolean).join(" · ");

/** The same without the container: `1280 px · H.264 · 1.8 Mbit/s`. */
export function streamFacts(template: TemplateBody): string {
  const { Video, Audio } = template;
  const video = Video && Video.Remove !== "true" ? Video : undefined;
  const audio = Audio && Audio.Remove !== "true" ? Audio : undefined;
  const size = video && (video.Width && video.Height ? `${video.Width}×${video.Height}` : video.Height ? `${video.Height}p` : video.Width ? `${video.Width} px` : "");
  const rate = video ? (video.Crf ? `CRF ${video.Crf}` : video.Bitrate && kbitrate(video.Bitrate)) : audio?.Bitrate && kbitrate(audio.Bitrate);
  return [size, video ? (video.Codec ?? "H.264") : audio?.Codec, rate].filter(Boolean).join(" · ");
}
