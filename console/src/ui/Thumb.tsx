import { type CSSProperties, type ReactNode, useState } from "react";

/** Whether the server can make it small: by the name, so that a list need not ask. */
export const isPicture = (name: string) => /\.(jpe?g|png|webp)$/i.test(name);

/** The address of the small picture of a picture: at most `width` pixels wide, one of the widths that the server makes. */
export function small(url: string, width: 64 | 80 | 160 | 240 | 320): string {
  return `${url}${url.includes("?") ? "&" : "?"}x-oss-process=image/resize,w_${width}`;
}

/** A small picture in a fixed frame, so that nothing jumps when it comes. `children` stand there when there is none or it cannot be shown. */
export function Thumb({ url, width, height, alt = "", children }: { url: string | undefined; width: number; height: number; alt?: string; children?: ReactNode }) {
  const [failed, setFailed] = useState<string>();
  const frame: CSSProperties = { width, height, flex: "none", borderRadius: 4, background: "var(--rm-color-fill-secondary)" };
  if (url && url !== failed)
    return (
      <img src={small(url, width > 80 ? 240 : 160)} alt={alt} width={width} height={height} loading="lazy" decoding="async" style={{ ...frame, objectFit: "cover" }} onError={() => setFailed(url)} />
    );
  return <span style={{ ...frame, color: "var(--rm-color-text-tertiary)", display: "inline-flex", alignItems: "center", justifyContent: "center" }}>{children}</span>;
}
