import { useMessageTexts } from "@/i18n/messages";
import { ViewSwitch } from "@/ui/ViewSwitch";
import { useFilters } from "@/ui/useFilters";
import { QueueList } from "./QueueList";
import { TopicList } from "./TopicList";

/** Queues and topics of the message service. */
export default function Messages() {
  const t = useMessageTexts();
  const [{ view }] = useFilters();
  const views = <ViewSwitch param="view" label={t("view")} views={{ queues: t("queues"), topics: t("topics") }} />;
  return view === "topics" ? <TopicList views={views} /> : <QueueList views={views} />;
}
