import { useState } from "react";
import { useMayChange } from "@/app/session";
import { useWebhookTexts } from "@/i18n/webhooks";
import { AddButton, PageList } from "@/ui/PageList";
import { ViewSwitch } from "@/ui/ViewSwitch";
import { useFilters } from "@/ui/useFilters";
import { DeliveryFilters, DeliveryLog } from "./DeliveryLog";
import { HookList } from "./HookList";
import type { Hook } from "./hook";

/** Webhooks, and what was delivered to them. */
export default function Webhooks() {
  const t = useWebhookTexts();
  const mayChange = useMayChange();
  const [{ view }] = useFilters();
  const [editing, setEditing] = useState<Hook | "new">();
  const isLog = view === "log";
  const add = mayChange && <AddButton label={t("add")} onClick={() => setEditing("new")} />;
  return (
    <PageList
      title={t("title")}
      help={t(isLog ? "logHelp" : "help")}
      action={!isLog && add}
      filters={
        <>
          <ViewSwitch param="view" label={t("view")} views={{ hooks: t("hooks"), log: t("log") }} clears={["hook", "state", "event", "from", "to", "token"]} />
          {isLog && <DeliveryFilters />}
        </>
      }
    >
      {isLog ? <DeliveryLog /> : <HookList add={add} editing={editing} edit={setEditing} />}
    </PageList>
  );
}
