import { Link, useRouterState } from "@tanstack/react-router";
import { Layout, Menu } from "antd";
import type { ReactNode } from "react";
import { useEventStream } from "@/api/events";
import { useShellTexts } from "@/i18n/shell";

export function Shell({ children }: { children: ReactNode }) {
  const t = useShellTexts();
  useEventStream();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const item = (to: string, label: string) => ({ key: to, label: <Link to={to}>{label}</Link> });
  return (
    <Layout style={{ height: "100%" }}>
      <Layout.Sider width={208}>
        <Menu
          mode="inline"
          selectedKeys={[path]}
          items={[item("/", t("overview")), item("/media", t("mediaList")), item("/upload", t("upload")), item("/workflows", t("workflows")), item("/runs", t("runs")), item("/buckets", t("buckets")), item("/queues", t("queues")), item("/templates", t("templates")), item("/about", t("about"))]}
        />
      </Layout.Sider>
      <Layout.Content id="content" style={{ overflow: "auto" }}>
        {children}
      </Layout.Content>
    </Layout>
  );
}
