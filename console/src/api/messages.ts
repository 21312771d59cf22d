import { useQuery } from "@tanstack/react-query";
import { queues, topics } from "./mns";

const DEPTH_MS = 5000; // messages come and go without a word on the stream, so depths are asked for

/** All message queues with their depths. */
export const useMessageQueues = (watch = false) => useQuery({ queryKey: ["MessageQueues"], queryFn: queues.list, refetchInterval: watch && DEPTH_MS });

/** All topics. */
export const useMessageTopics = () => useQuery({ queryKey: ["MessageTopics"], queryFn: topics.list });

/** The subscriptions of one topic. */
export const useSubscriptions = (topic: string) => useQuery({ queryKey: ["MessageSubscriptions", topic], queryFn: () => topics.subscriptions(topic) });
