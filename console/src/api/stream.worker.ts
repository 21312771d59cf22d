import { type Said, Stream } from "./stream";

const stream = new Stream((url) => new EventSource(url));

addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  const tab = (told: unknown) => port.postMessage(told);
  port.onmessage = ({ data }: MessageEvent<Said>) => stream.hear(tab, data);
});
