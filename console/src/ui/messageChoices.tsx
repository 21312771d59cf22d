import { AutoComplete, type AutoCompleteProps } from "antd";
import { useMessageQueues, useMessageTopics } from "@/api/messages";

type Props = Omit<AutoCompleteProps<string>, "options">;

/** Those that begin with or hold what was typed; anything may be typed, for it may be made later. */
const holding = { filterOption: (typed: string, option?: { value?: unknown }) => String(option?.value).toLowerCase().includes(typed.toLowerCase()) };

/** The name of a message queue: one of those that there are, or free text. */
export function MessageQueueInput(props: Props) {
  const options = (useMessageQueues().data ?? []).map(({ QueueName: value = "" }) => ({ value }));
  return <AutoComplete allowClear showSearch={holding} options={options} {...props} />;
}

/** The name of a topic, likewise. */
export function MessageTopicInput(props: Props) {
  const options = (useMessageTopics().data ?? []).map(({ TopicName: value = "" }) => ({ value }));
  return <AutoComplete allowClear showSearch={holding} options={options} {...props} />;
}
