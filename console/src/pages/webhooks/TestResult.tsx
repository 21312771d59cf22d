import { Alert, Button, Modal } from "antd";
import { useOperation } from "@/api/query";
import { useWebhookTexts } from "@/i18n/webhooks";
import { ErrorBox } from "@/ui/ErrorBox";
import { DeliveryDetail } from "./DeliveryDetail";
import { TEST } from "./events";
import type { Hook } from "./hook";

/** What became of a test: the request as it went out, and what was answered. */
export function TestResult({ tested, close }: { tested: { hook: Hook; delivery: string } | undefined; close: () => void }) {
  const t = useWebhookTexts();
  const asked = { WebhookId: tested?.hook.WebhookId, Type: TEST, MaximumPageSize: 10 };
  // The stream tells of each try; this asks as well, for somebody stands here and waits.
  const { data, error } = useOperation("ListDeliveries", asked, { enabled: tested !== undefined, refetchInterval: 2000 });
  const delivery = data?.Deliveries.find((one) => one.DeliveryId === tested?.delivery);
  const tried = Boolean(delivery?.Attempts.length);
  const good = delivery?.State === "Delivered";
  return (
    <Modal
      open={tested !== undefined}
      title={t("testOf", { url: tested?.hook.Url ?? "" })}
      onCancel={close}
      destroyOnHidden
      width={720}
      footer={
        <Button type="primary" onClick={close}>
          {t("close")}
        </Button>
      }
    >
      <ErrorBox error={error} />
      <Alert type={good ? "success" : tried ? "error" : "info"} showIcon role="status" title={t(good ? "testGood" : tried ? "testBad" : "testWaits")} />
      {delivery && <DeliveryDetail delivery={delivery} />}
    </Modal>
  );
}
