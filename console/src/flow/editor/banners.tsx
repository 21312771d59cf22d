/** What stands above the canvas: why nothing can be changed, and where an unsaved drawing came from. */
import { Alert, Button } from "antd";
import { RelativeTime } from "@/ui/facts";
import type { Draft } from "./drafts";
import { useEditorTexts } from "./texts";

export function ActiveBanner({ mayChange, busy, onDeactivate }: { mayChange: boolean; busy: boolean; onDeactivate: () => void }) {
  const t = useEditorTexts();
  const action = mayChange && (
    <Button size="small" type="primary" loading={busy} onClick={onDeactivate}>
      {t("deactivateEdit")}
    </Button>
  );
  return <Alert banner type="info" title={t("activeHelp")} action={action} />;
}

/** `isOld`: the server's topology is no longer the one that the draft began from. */
export function DraftBanner({ draft, isOld, onDiscard, onClose }: { draft: Draft; isOld: boolean; onDiscard: () => void; onClose: () => void }) {
  const t = useEditorTexts();
  return (
    <Alert
      banner
      type={isOld ? "warning" : "info"}
      title={
        <>
          {t("draft")}, <RelativeTime time={draft.time} /> · {t(isOld ? "draftOther" : "draftHelp")}
        </>
      }
      closable={{ onClose }}
      action={
        <Button size="small" onClick={onDiscard}>
          {t("discard")}
        </Button>
      }
    />
  );
}
