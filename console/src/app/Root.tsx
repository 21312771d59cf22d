import { Outlet } from "@tanstack/react-router";
import { Spin } from "antd";
import { useEffect, useRef } from "react";
import { onSignedOut } from "@/api/client";
import { useCommonTexts } from "@/i18n/common";
import { ErrorBox } from "@/ui/ErrorBox";
import { setSession, useSession } from "./session";
import { Shell } from "./Shell";
import { SignIn } from "./SignIn";

/** Nobody signed in: the sign-in form, at whatever address was asked for; after signing in that page is shown. */
export function Root() {
  const t = useCommonTexts();
  const { data, error, isPending, refetch } = useSession();
  const wasIn = useRef(false);
  useEffect(() => onSignedOut(() => setSession(null)), []);
  useEffect(() => {
    if (data) wasIn.current = true;
  }, [data]);
  if (isPending) return <Spin fullscreen description={t("loading")} />;
  if (error)
    return (
      <div style={{ padding: 24, maxWidth: 640, margin: "10vh auto" }}>
        <ErrorBox error={error} retry={() => void refetch()} />
      </div>
    );
  if (!data) return <SignIn again={wasIn.current} />;
  return (
    <Shell>
      <Outlet />
    </Shell>
  );
}
