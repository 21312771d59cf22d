import { App, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { type ReactNode, useLayoutEffect } from "react";
import { useLanguage } from "@/i18n";
import { useShellTexts } from "@/i18n/shell";
import { useScheme } from "./prefs";
import { themeOf } from "./theme";

const POPUPS = "popups";
/** Menus and lists that float stand in a landmark of their own, so that nothing on a page is outside of all landmarks. */
const popups = () => document.getElementById(POPUPS) ?? document.body;

/** Language and colours of everything below. */
export function Look({ children }: { children: ReactNode }) {
  const t = useShellTexts();
  const language = useLanguage();
  const scheme = useScheme();
  useLayoutEffect(() => {
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
    document.documentElement.dataset.scheme = scheme;
    dayjs.locale(language === "zh" ? "zh-cn" : "en");
  }, [language, scheme]);
  return (
    <ConfigProvider locale={language === "zh" ? zhCN : enUS} theme={themeOf(scheme)} button={{ autoInsertSpace: false }} getPopupContainer={popups}>
      <App style={{ height: "100%" }}>{children}</App>
      <div id={POPUPS} role="region" aria-label={t("popups")} />
    </ConfigProvider>
  );
}
