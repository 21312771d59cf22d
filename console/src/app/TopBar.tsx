import { GlobalOutlined, SearchOutlined, UserOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Dropdown, Layout, Select, Tag } from "antd";
import { Suspense, lazy, useEffect, useState } from "react";
import { session } from "@/api/client";
import { useShellTexts } from "@/i18n/shell";
import { ActivityBell } from "./ActivityBell";
import { UploadsUnderWay } from "./UploadsUnderWay";
import { LanguageSwitch, SchemeSwitch } from "./Switches";
import { setSession, useMe } from "./session";

const Palette = lazy(() => import("./Palette"));

export function TopBar() {
  const t = useShellTexts();
  const [searching, setSearching] = useState(false);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpened(true);
        setSearching((now) => !now);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  return (
    <Layout.Header style={{ display: "flex", alignItems: "center", gap: 8, borderBlockEnd: "1px solid var(--rm-color-border-secondary)", lineHeight: "normal" }}>
      <Link to="/" aria-label="ReelMill" style={{ display: "flex", alignItems: "center", gap: 8, color: "var(--rm-color-text)", fontWeight: 600, fontSize: 16, marginInlineEnd: 8 }}>
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={24} height={24} />
        <span className="rm-where-wide">ReelMill</span>
      </Link>
      <Region />
      <div style={{ flex: 1, display: "flex", justifyContent: "center", minWidth: 0 }}>
        <Button
          icon={<SearchOutlined />}
          onClick={() => {
            setOpened(true);
            setSearching(true);
          }}
          style={{ maxWidth: 400, flex: "0 1 400px", justifyContent: "flex-start", color: "var(--rm-color-text-tertiary)", overflow: "hidden" }}
        >
          <span style={{ flex: 1, textAlign: "start", overflow: "hidden", textOverflow: "ellipsis" }}>{t("search")}</span>
          <kbd className="rm-where-wide" style={{ fontSize: 12, fontFamily: "inherit" }}>Ctrl K</kbd>
        </Button>
      </div>
      <UploadsUnderWay />
      <ActivityBell />
      <LanguageSwitch />
      <SchemeSwitch />
      <UserMenu />
      {opened && (
        <Suspense>
          <Palette open={searching} close={() => setSearching(false)} />
        </Suspense>
      )}
    </Layout.Header>
  );
}

function Region() {
  const t = useShellTexts();
  const { Region, Regions } = useMe();
  const [busy, setBusy] = useState(false);
  if (Regions.length < 2)
    return (
      <Tag icon={<GlobalOutlined />} title={`${t("region")}: ${Region}`} variant="outlined">
        <span className="rm-where-wide">{Region}</span>
      </Tag>
    );
  return (
    <Select
      aria-label={t("region")}
      value={Region}
      loading={busy}
      prefix={<GlobalOutlined />}
      options={Regions.map((value) => ({ value, label: value }))}
      popupMatchSelectWidth={false}
      onChange={(chosen) => {
        setBusy(true);
        session
          .chooseRegion(chosen)
          .then(setSession)
          .finally(() => setBusy(false));
      }}
    />
  );
}

function UserMenu() {
  const t = useShellTexts();
  const { User, Role } = useMe();
  const role = t(Role);
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "who", disabled: true, label: `${t("user", { user: User })} · ${role}` },
          { type: "divider" },
          { key: "out", label: t("signOut"), onClick: () => void session.signOut().then(() => location.assign(import.meta.env.BASE_URL)) },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t("user", { user: User })} />
    </Dropdown>
  );
}
