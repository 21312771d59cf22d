import { Alert, Button, Card, Form, Input, Segmented, Typography } from "antd";
import { useState } from "react";
import { ApiError, type Credentials, session } from "@/api/client";
import { useServerText } from "@/i18n/server";
import { useSignInTexts } from "@/i18n/signin";
import { ErrorBox } from "@/ui/ErrorBox";
import { useTitle } from "@/ui/PageList";
import { LanguageSwitch, SchemeSwitch } from "./Switches";
import { setSession } from "./session";

/** Shown at whatever address was asked for; `again` tells somebody whose session ended that nothing is lost. */
export function SignIn({ again }: { again: boolean }) {
  const t = useSignInTexts();
  const say = useServerText();
  const [way, setWay] = useState<"key" | "password">("key");
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  useTitle(t("title"));

  const signIn = (credentials: Credentials) => {
    setBusy(true);
    setError(undefined);
    session
      .signIn(credentials)
      .then(setSession, setError)
      .finally(() => setBusy(false));
  };
  const field = (name: string, label: string, autoComplete: string, help: string | undefined, input: "text" | "password") => (
    <Form.Item name={name} label={label} extra={help} rules={[{ required: true, message: t("needed") }]} validateTrigger={[]}>
      {input === "text" ? <Input autoComplete={autoComplete} spellCheck={false} /> : <Input.Password autoComplete={autoComplete} />}
    </Form.Item>
  );

  return (
    <main style={{ minHeight: "100%", display: "flex", flexDirection: "column", alignItems: "center", justifyContent: "center", gap: 16, padding: 16, background: "var(--rm-color-bg-layout)" }}>
      <Card style={{ width: "100%", maxWidth: 400 }} styles={{ body: { padding: 32 } }}>
        <div style={{ display: "flex", alignItems: "center", gap: 12, marginBottom: 24 }}>
          <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={32} height={32} />
          <Typography.Title level={1} style={{ fontSize: 20, margin: 0 }}>
            ReelMill
          </Typography.Title>
        </div>
        {again && <Alert type="info" showIcon title={t("again")} style={{ marginBottom: 16 }} />}
        <Segmented
          block
          aria-label={t("how")}
          value={way}
          onChange={setWay}
          options={[
            { value: "key", label: t("byKey") },
            { value: "password", label: t("byPassword") },
          ]}
          style={{ marginBottom: 24 }}
        />
        <Form key={way} layout="vertical" requiredMark={false} onFinish={signIn} disabled={busy}>
          {way === "key" ? (
            <>
              {field("AccessKeyId", t("keyId"), "username", undefined, "text")}
              {field("AccessKeySecret", t("keySecret"), "current-password", t("keyHelp"), "password")}
            </>
          ) : (
            <>
              {field("User", t("user"), "username", undefined, "text")}
              {field("Password", t("password"), "current-password", t("passwordHelp"), "password")}
            </>
          )}
          {error !== undefined && (
            <div style={{ marginBottom: 16 }}>
              {error instanceof ApiError && error.status === 401 ? <Alert type="error" showIcon role="alert" title={say(error.message)} /> : <ErrorBox error={error} />}
            </div>
          )}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {t("title")}
          </Button>
        </Form>
      </Card>
      <div>
        <LanguageSwitch />
        <SchemeSwitch />
      </div>
    </main>
  );
}
