import HashWorker from "./hash.worker?worker";

interface Said {
  read?: number;
  digest?: string;
  error?: string;
}

/** The sha256 of a file in hexadecimal, computed in a worker. Aborting ends the worker. */
export function sha256(file: File, progress: (read: number) => void, signal: AbortSignal): Promise<string> {
  const worker = new HashWorker();
  return new Promise<string>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new DOMException("Stopped", "AbortError")));
    worker.onmessage = ({ data }: MessageEvent<Said>) => {
      if (data.read !== undefined) progress(data.read);
      else if (data.digest) resolve(data.digest);
      else reject(new Error(data.error));
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}
