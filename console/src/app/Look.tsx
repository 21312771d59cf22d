import { App, ConfigProvider } from "antd";
import type { Locale } from "antd/es/locale";
import enUS from "antd/es/locale/en_US";
import zhCN from "antd/es/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { type ReactNode, useLayoutEffect } from "react";
import { useLanguage } from "@/i18n";
import { useShellTexts } from "@/i18n/shell";
import { useScheme } from "./prefs";
import { themeOf } from "./theme";

/** The month and the year of a calendar's head are named by what they show, as WCAG 2.5.3 asks; antd would name them by what they open. */
function withNamedHead(locale: Locale): Locale {
  const { DatePicker } = locale;
  return DatePicker ? { ...locale, DatePicker: { ...DatePicker, lang: { ...DatePicker.lang, monthSelect: "", yearSelect: "" } } } : locale;
}
const LOCALES = { en: withNamedHead(enUS), zh: withNamedHead(zhCN) };

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
    <ConfigProvider locale={LOCALES[language]} theme={themeOf(scheme)} button={{ autoInsertSpace: false }} wave={{ disabled: true }} getPopupContainer={popups}>
      <App style={{ height: "100%" }}>{children}</App>
      <div id={POPUPS} role="region" aria-label={t("popups")} />
    </ConfigProvider>
  );
}
