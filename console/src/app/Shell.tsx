import { MenuFoldOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Link, useRouterState } from "@tanstack/react-router";
import { Alert, Button, Layout, Menu, type MenuProps } from "antd";
import { type ReactNode, useState } from "react";
import { useConnected, useEventStream } from "@/api/events";
import { useShellTexts } from "@/i18n/shell";
import { TopBar } from "./TopBar";
import { MENU, entryOf } from "./menu";

/** Top bar, left menu, and the page. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useShellTexts();
  useEventStream();
  const connected = useConnected();
  const path = useRouterState({ select: (state) => state.location.pathname.replace(/^\/-\/console/, "") || "/" });
  const [isSmall, setSmall] = useState(false);
  const [chosen, setChosen] = useState<boolean>(); // by hand; until then the editor's canvas has the room
  const narrow = chosen ?? (isSmall || /^\/workflows\/./.test(path));

  const items = MENU.flatMap(({ group, entries }): NonNullable<MenuProps["items"]> => {
    const children = entries.map(({ name, to, icon }) => ({ key: to, icon, label: <Link to={to}>{t(name)}</Link>, title: t(name) }));
    if (!group) return children;
    // Folded, there is no room for the names of groups; a line parts them.
    return narrow ? [{ key: group, type: "divider" }, ...children] : [{ key: group, type: "group", label: t(group), children }];
  });

  return (
    <Layout style={{ height: "100%" }}>
      <a href="#content" className="skip-link">
        {t("skip")}
      </a>
      <TopBar />
      {!connected && <Alert banner type="warning" title={t("lost")} role="status" />}
      <Layout style={{ minHeight: 0 }}>
        <Layout.Sider
          width={232}
          collapsedWidth={56}
          collapsed={narrow}
          breakpoint="lg"
          onBreakpoint={setSmall}
          style={{ borderInlineEnd: "1px solid var(--rm-color-border-secondary)", overflow: "auto" }}
        >
          <nav aria-label={t("mainMenu")} style={{ minHeight: "100%", display: "flex", flexDirection: "column" }}>
            <Menu mode="inline" inlineIndent={12} selectedKeys={[entryOf(path)]} items={items} style={{ border: 0, flex: 1, paddingBlock: 8 }} />
            <div style={{ padding: 8 }}>
              <Button
                type="text"
                block
                aria-label={t(narrow ? "unfold" : "fold")}
                aria-expanded={!narrow}
                icon={narrow ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
                onClick={() => setChosen(!narrow)}
              />
            </div>
          </nav>
        </Layout.Sider>
        <Layout.Content id="content" tabIndex={-1} style={{ overflow: "auto", outline: "none" }}>
          {children}
        </Layout.Content>
      </Layout>
    </Layout>
  );
}
