import { texts } from ".";

export const usePlayerTexts = texts("player", {
  player: { en: "Player", zh: "播放器" },
  quality: { en: "Quality", zh: "清晰度" },
  auto: { en: "Automatic", zh: "自动" },
  autoNow: { en: "Automatic ({{now}})", zh: "自动（{{now}}）" },
  audio: { en: "Audio", zh: "音轨" },
  subtitles: { en: "Subtitles", zh: "字幕" },
  off: { en: "Off", zh: "关" },
  track: { en: "Track {{number}}", zh: "音轨 {{number}}" },
  playing: { en: "Plays {{what}}", zh: "正在播放 {{what}}" },
  cannot: { en: "This stream cannot be played here.", zh: "此流无法在这里播放。" },
  cannotCodec: { en: "The browser has no decoder for it (HEVC often). Download it, or play another rendition.", zh: "浏览器没有对应的解码器（常见于 HEVC）。请下载后播放，或选择其他清晰度。" },
  cannotNetwork: { en: "A file of the stream could not be loaded. It may have been deleted, or the signed address has expired: reload the page.", zh: "流中的某个文件无法加载，可能已被删除，或签名地址已过期：请刷新页面。" },
  speed: { en: "Speed", zh: "倍速" },
  keys: { en: "Keys: Space or K plays, ← → seek, M mutes, F full screen, < > speed.", zh: "快捷键：空格或 K 播放，← → 快退快进，M 静音，F 全屏，< > 调速。" },
});
