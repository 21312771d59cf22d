import { call } from "@/api/client";
import type { Out } from "@/api/types";
import { patternsFor } from "./events";

export type Hook = Out<"ListWebhooks">["Webhooks"][number];
export type Delivery = Out<"ListDeliveries">["Deliveries"][number];
export type Attempt = Delivery["Attempts"][number];

export interface HookValues {
  url: string;
  events: string[];
  workflow?: string;
  pipeline?: string;
  format: "Plain" | "CloudEvents" | "Apprise";
}

/** What an address looks like: of a webhook, or as Apprise has them. */
export const ADDRESS = { hook: /^\s*https?:\/\/\S+\s*$/i, apprise: /^\s*[a-z]+:\/\/\S+\s*$/i };

const asked = (values: HookValues, before?: string[]) => ({
  Url: values.url.trim(),
  Events: patternsFor(values.events, before),
  MediaWorkflowId: values.workflow,
  PipelineId: values.pipeline,
  Format: values.format,
});

/** Adds a webhook or changes one; the secret of a new one. */
export async function saveHook(old: Hook | undefined, values: HookValues): Promise<string | undefined> {
  if (!old) return (await call("AddWebhook", asked(values))).Webhook?.Secret;
  await call("UpdateWebhook", { WebhookId: old.WebhookId ?? "", ...asked(values, old.Events) });
  return undefined;
}
