import { call } from "@/api/client";

/** Begins with a letter or digit of any script and fits the server's limit of bytes. */
export const isQueueName = (name: string) => /^[\p{L}\p{N}]/u.test(name) && new TextEncoder().encode(name).length <= 128;

export interface QueueValues {
  name: string;
  limit?: number | null;
  queueName?: string;
  topic?: string;
}

const notify = ({ queueName, topic }: QueueValues) => ({ ...(queueName ? { QueueName: queueName } : {}), ...(topic ? { Topic: topic } : {}) });

export const createQueue = (values: QueueValues) => {
  const told = notify(values);
  return call("AddPipeline", { Name: values.name, MaxConcurrency: values.limit ?? undefined, NotifyConfig: Object.keys(told).length ? told : undefined });
};

export const changeQueue = (id: string, state: "Active" | "Paused", values: QueueValues) =>
  call("UpdatePipeline", { PipelineId: id, State: state, Name: values.name, MaxConcurrency: values.limit ?? undefined, NotifyConfig: notify(values) });
