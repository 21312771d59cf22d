import { Alert, Button } from "antd";
import { ApiError } from "@/api/client";
import { useCommonTexts } from "@/i18n/common";
import { useServerText } from "@/i18n/server";
import { Id } from "./facts";

type Advice = "doNoAnswer" | "doForbidden" | "doNotFound" | "doThrottled" | "doServer" | "doCaller";

function advice(error: ApiError): Advice {
  if (error.status === 0) return "doNoAnswer";
  if (error.status === 403) return "doForbidden";
  if (error.status === 404) return "doNotFound";
  if (error.status === 429 || error.code.startsWith("Throttling")) return "doThrottled";
  return error.status >= 500 ? "doServer" : "doCaller";
}

/** What went wrong, why, and what to do; it stays until it is mended or closed. */
export function ErrorBox({ error, retry, onClose }: { error: unknown; retry?: () => void; onClose?: () => void }) {
  const t = useCommonTexts();
  const say = useServerText();
  if (!error) return null;
  const api = error instanceof ApiError ? error : new ApiError(500, "PageError", error instanceof Error ? error.message : String(error));
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      className="error-box"
      styles={{ title: { fontSize: 14, fontWeight: 600 } }}
      closable={onClose ? { onClose } : false}
      title={
        <>
          {say(api.message)} <span className="mono">{api.code}</span>
        </>
      }
      description={
        <>
          {api.problems.length > 1 && (
            <ul style={{ paddingInlineStart: 18, margin: "4px 0" }}>
              {api.problems.map((problem, index) => (
                <li key={index}>
                  {problem.Path && <span className="mono">{problem.Path} </span>}
                  {say(problem.Message ?? "")}
                </li>
              ))}
            </ul>
          )}
          <div>{t(advice(api))}</div>
          {api.requestId && (
            <div>
              {t("requestId")}: <Id id={api.requestId} full />
            </div>
          )}
        </>
      }
      action={
        retry && (
          <Button size="small" onClick={retry}>
            {t("retry")}
          </Button>
        )
      }
    />
  );
}
