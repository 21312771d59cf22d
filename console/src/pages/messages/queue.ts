import { type Facts, type QueueAttributes, queues } from "@/api/mns";
import { fromBase64, toBase64 } from "@/flow/form/words";

export const isRaw = (queue: Facts) => queue.RawMessages === "True";

/** A body as it goes into a queue, and as a reader sees what is in it. */
export const packed = (queue: Facts, body: string) => (isRaw(queue) ? body : toBase64(body));
export const opened = (queue: Facts, body: string) => (isRaw(queue) ? body : fromBase64(body));

export interface QueueValues {
  name: string;
  visibility?: number | null;
  retention?: number | null;
  delay?: number | null;
  polling?: number | null;
  size?: number | null;
  raw: boolean;
}

const attributes = (values: QueueValues): QueueAttributes => ({
  VisibilityTimeout: values.visibility ?? undefined,
  MessageRetentionPeriod: values.retention ?? undefined,
  DelaySeconds: values.delay ?? undefined,
  PollingWaitSeconds: values.polling ?? undefined,
  MaximumMessageSize: values.size ?? undefined,
  RawMessages: values.raw ? "True" : "False",
});

export const valuesOf = (queue: Facts | undefined): Partial<QueueValues> =>
  queue
    ? {
        name: queue.QueueName ?? "",
        visibility: Number(queue.VisibilityTimeout),
        retention: Number(queue.MessageRetentionPeriod),
        delay: Number(queue.DelaySeconds),
        polling: Number(queue.PollingWaitSeconds),
        size: Number(queue.MaximumMessageSize),
        raw: isRaw(queue),
      }
    : { visibility: 30, retention: 345_600, delay: 0, polling: 0, size: 65_536, raw: false };

export const saveQueue = (old: Facts | undefined, values: QueueValues) => (old ? queues.change(old.QueueName ?? "", attributes(values)) : queues.create(values.name, attributes(values)));
