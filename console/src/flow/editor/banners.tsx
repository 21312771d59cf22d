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

export function DraftBanner({ draft, onDiscard, onClose }: { draft: Draft; onDiscard: () => void; onClose: () => void }) {
  const t = useEditorTexts();
  return (
    <Alert
      banner
      type="info"
      title={
        <>
          {t("draft")}, <RelativeTime time={draft.time} /> · {t("draftHelp")}
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

/** Somebody else saved the workflow while something is drawn here that is not saved. */
export function ConflictBanner({ onShow }: { onShow: () => void }) {
  const t = useEditorTexts();
  const action = (
    <Button size="small" onClick={onShow}>
      {t("conflictShow")}
    </Button>
  );
  return <Alert banner type="warning" title={t("conflictBanner")} action={action} />;
}
