/** What the form of a backfill asks the server for. */
import type { In } from "@/api/types";

export interface Fields {
  bucket?: string | undefined;
  prefix?: string | undefined;
  suffix?: string[] | undefined;
  glob?: string | undefined;
  minSize?: number | null | undefined;
  maxSize?: number | null | undefined;
  after?: string | undefined;
  before?: string | undefined;
  condition?: string | undefined;
}

/** An empty Filter is sent too: what the form does not say is not to come from the workflow's Start. */
export function asked(workflow: string, fields: Fields): In<"SubmitBackfillJob"> {
  const filter = {
    Suffix: fields.suffix?.length ? fields.suffix : undefined,
    Glob: fields.glob?.trim() || undefined,
    MinSize: fields.minSize ?? undefined,
    MaxSize: fields.maxSize ?? undefined,
    ModifiedAfter: fields.after?.trim() || undefined,
    ModifiedBefore: fields.before?.trim() || undefined,
    Condition: fields.condition?.trim() || undefined,
  };
  const said = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  return { MediaWorkflowId: workflow, Filter: said, ...(fields.bucket ? { Bucket: fields.bucket } : {}), ...(fields.prefix ? { Prefix: fields.prefix } : {}) };
}
