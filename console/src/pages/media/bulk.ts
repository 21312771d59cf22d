import { call } from "@/api/client";

const AT_ONCE = 10; // the most ids an operation takes

export const deleteMedia = async (ids: string[]) => {
  for (let at = 0; at < ids.length; at += AT_ONCE) await call("DeleteMedia", { MediaIds: ids.slice(at, at + AT_ONCE) });
};

/** Publishes or withdraws each; how many were done, and the first refusal if there was one. */
export async function publishMedia(ids: string[], publish: boolean): Promise<{ done: number; error?: unknown }> {
  const results = await Promise.allSettled(ids.map((MediaId) => call("UpdateMediaPublishState", { MediaId, Publish: publish })));
  const failed = results.find((result) => result.status === "rejected");
  return { done: results.filter((result) => result.status === "fulfilled").length, error: failed?.reason as unknown };
}
