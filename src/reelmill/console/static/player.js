// Plays ?src=/BUCKET/KEY of this server with hls.js: rendition chooser, audio tracks, errors that say what to do. English and Chinese.
(() => {
  "use strict";

  const TEXTS = {
    en: {
      quality: "Quality", audio: "Audio", resolution: "Resolution", bitrate: "Bitrate", codecs: "Codecs", address: "Playlist:",
      auto: "Automatic", other: "中文", now: (what) => `Playing ${what}`,
      missing: "No stream was named. Open this page as /-/player?src=/BUCKET/OBJECT.",
      foreign: "Only streams of this server are played: src must begin with one slash, like /BUCKET/OBJECT.",
      denied: "The stream is not published, or it does not exist. Publish the media, or use a signed address.",
      network: "The server does not answer. Is it still running?",
      server: (status) => `The server answered with status ${status}.`,
      media: "The stream cannot be decoded here. The file may be damaged, or this browser lacks its codec.",
      unsupported: "This browser cannot play HLS: it has no Media Source Extensions.",
    },
    zh: {
      quality: "清晰度", audio: "音轨", resolution: "分辨率", bitrate: "码率", codecs: "编码", address: "播放列表：",
      auto: "自动", other: "English", now: (what) => `正在播放 ${what}`,
      missing: "未指定视频流。请以 /-/player?src=/存储桶/对象 的形式打开本页。",
      foreign: "只能播放本服务器上的流：src 必须以单个斜杠开头，例如 /存储桶/对象。",
      denied: "该流尚未发布或不存在。请先发布媒体，或使用带签名的地址。",
      network: "服务器没有响应。它还在运行吗？",
      server: (status) => `服务器返回状态 ${status}。`,
      media: "无法解码该流：文件可能已损坏，或浏览器不支持其编码。",
      unsupported: "此浏览器无法播放 HLS：缺少 Media Source Extensions。",
    },
  };

  const $ = (id) => document.getElementById(id);
  const query = new URLSearchParams(location.search);
  const video = $("video");
  const wanted = query.get("lang") || navigator.language || "en";
  let language = wanted.toLowerCase().startsWith("zh") ? "zh" : "en";
  let problem = null; // [key of TEXTS, argument]
  let hls = null;

  const text = (key, argument) => {
    const found = TEXTS[language][key];
    return typeof found === "function" ? found(argument) : found;
  };
  const mbit = (bits) => `${(bits / 1e6).toFixed(2)} Mbit/s`;
  const size = (level) => (level.width ? `${level.width}×${level.height}` : "–");

  function option(value, label) {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = label;
    return made;
  }

  function fill(select, options, chosen) {
    select.replaceChildren(...options);
    select.value = String(chosen);
  }

  function complain(key, argument) {
    problem = [key, argument];
    draw();
  }

  function drawLevels() {
    const levels = hls.levels;
    fill($("quality"), [option(-1, text("auto")), ...levels.map((level, i) => option(i, `${size(level)} · ${mbit(level.bitrate)}`))], hls.autoLevelEnabled ? -1 : hls.loadLevel);
    const rows = levels.map((level, i) => {
      const row = document.createElement("tr");
      if (i === hls.currentLevel) row.setAttribute("aria-current", "true");
      for (const cell of [size(level), mbit(level.bitrate), [level.videoCodec, level.audioCodec].filter(Boolean).join(", ") || "–"]) {
        row.insertCell().textContent = cell;
      }
      return row;
    });
    $("renditions").tBodies[0].replaceChildren(...rows);
    $("renditions").hidden = levels.length === 0;
    $("bar").hidden = levels.length === 0;
    const tracks = hls.audioTracks;
    fill($("track"), tracks.map((track, i) => option(i, track.name || track.lang || String(i + 1))), hls.audioTrack);
    $("track-field").hidden = tracks.length < 2;
    const current = levels[hls.currentLevel];
    $("now").value = current ? text("now", size(current)) : "";
  }

  function draw() {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
    $("language").textContent = text("other");
    $("language").lang = language === "zh" ? "en" : "zh-CN";
    $("problem").hidden = problem === null;
    if (problem) $("problem").textContent = text(...problem);
    if (hls && hls.levels.length) drawLevels();
  }

  // A path of this server, or null: "//host" and "/\host" would lead to another one.
  function ownPath(source) {
    if (!/^\/[^/\\]/.test(source)) return null;
    const url = new URL(source, location.origin);
    return url.origin === location.origin ? url.pathname + url.search : null;
  }

  function failed(data) {
    if (!data.fatal) return;
    const status = data.response ? data.response.code : 0;
    hls.stopLoad();
    if (data.type === Hls.ErrorTypes.NETWORK_ERROR && [401, 403, 404].includes(status)) complain("denied");
    else if (data.type === Hls.ErrorTypes.NETWORK_ERROR && status >= 400) complain("server", status);
    else if (data.type === Hls.ErrorTypes.NETWORK_ERROR && data.details !== Hls.ErrorDetails.MANIFEST_PARSING_ERROR) complain("network");
    else complain("media");
  }

  function playFile(path) {
    video.addEventListener("error", async () => {
      const answer = await fetch(path, { method: "HEAD" }).catch(() => null);
      if (!answer) complain("network");
      else if ([401, 403, 404].includes(answer.status)) complain("denied");
      else complain("media");
    });
    video.src = path;
  }

  function playStream(path) {
    hls = new Hls({ enableWorker: false }); // a worker would need a blob: address, which the page's policy refuses
    hls.on(Hls.Events.ERROR, (_, data) => failed(data));
    for (const event of [Hls.Events.MANIFEST_PARSED, Hls.Events.LEVEL_SWITCHED, Hls.Events.AUDIO_TRACKS_UPDATED]) hls.on(event, draw);
    hls.on(Hls.Events.MANIFEST_PARSED, () => video.play().catch(() => {})); // a browser that forbids it shows its own play button
    hls.loadSource(path);
    hls.attachMedia(video);
    $("quality").addEventListener("change", (event) => { hls.nextLevel = Number(event.target.value); });
    $("track").addEventListener("change", (event) => { hls.audioTrack = Number(event.target.value); });
  }

  function start() {
    const source = query.get("src") || "";
    const path = source && ownPath(source);
    if (!source) return complain("missing");
    if (!path) return complain("foreign");
    $("address").textContent = path;
    $("address").href = path;
    $("where").hidden = false;
    if (!new URL(path, location.origin).pathname.toLowerCase().endsWith(".m3u8")) return playFile(path);
    if (Hls.isSupported()) return playStream(path);
    if (video.canPlayType("application/vnd.apple.mpegurl")) return playFile(path);
    return complain("unsupported");
  }

  $("language").addEventListener("click", () => {
    language = language === "zh" ? "en" : "zh";
    draw();
  });
  draw();
  start();
})();
