import { useBlocker } from "@tanstack/react-router";
import { Modal } from "antd";
import { useLeaveTexts } from "@/i18n/leave";

/** Asks before a page with unsaved changes is left, by a link, the back button or closing the tab. `dirty` is read at that moment. */
export function LeaveGuard({ dirty }: { dirty: () => boolean }) {
  const t = useLeaveTexts();
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: ({ current, next }) => dirty() && current.pathname !== next.pathname, enableBeforeUnload: dirty, withResolver: true });
  return (
    <Modal open={status === "blocked"} title={t("title")} okText={t("leave")} cancelText={t("stay")} okButtonProps={{ danger: true }} onOk={proceed} onCancel={reset}>
      {t("content")}
    </Modal>
  );
}
