import { type ThemeConfig, theme } from "antd";
import type { Scheme } from "./prefs";

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';
const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", monospace';

/** Text colours of the states, each with 4.5:1 on the page's and on a card's background. Canvas and lists share them (`--state-*` in base.css). */
export function themeOf(scheme: Scheme): ThemeConfig {
  const dark = scheme === "dark";
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: "rm", prefix: "rm" },
    hashed: false,
    token: {
      colorPrimary: dark ? "#6d6af6" : "#4f46e5",
      colorLink: dark ? "#a5b4fc" : "#4f46e5",
      colorLinkHover: dark ? "#c7d2fe" : "#4338ca",
      colorInfo: dark ? "#818cf8" : "#4f46e5",
      colorSuccess: dark ? "#4ade80" : "#15803d",
      colorWarning: dark ? "#fbbf24" : "#b45309",
      colorError: dark ? "#ff8f8f" : "#c81e1e",
      colorBgLayout: dark ? "#0e1016" : "#f6f7f9",
      colorBgContainer: dark ? "#161922" : "#ffffff",
      colorBgElevated: dark ? "#1e222d" : "#ffffff",
      colorBorder: dark ? "#3a4050" : "#d4d8e0",
      colorBorderSecondary: dark ? "#272c38" : "#e7e9ee",
      colorText: dark ? "#e6e8ee" : "#1b1f2a",
      colorTextSecondary: dark ? "#aab1c0" : "#4f5768",
      colorTextTertiary: dark ? "#949cae" : "#606879",
      colorTextDescription: dark ? "#949cae" : "#606879",
      colorTextPlaceholder: dark ? "#8a92a5" : "#6b7386",
      colorTextDisabled: dark ? "#8a92a5" : "#636b7b",
      fontFamily: FONT,
      fontFamilyCode: MONO,
      borderRadius: 6,
      motionDurationFast: "0.08s",
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.15s",
      motion: !globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches,
    },
    components: {
      Layout: { headerBg: dark ? "#161922" : "#ffffff", siderBg: dark ? "#161922" : "#ffffff", headerHeight: 48, headerPadding: "0 16px" },
      Menu: { itemBg: "transparent", subMenuItemBg: "transparent", itemHeight: 34, itemMarginInline: 8, itemMarginBlock: 2, activeBarBorderWidth: 0, itemSelectedColor: dark ? "#c7d2fe" : "#4338ca" },
      Table: { cellPaddingBlockMD: 8, cellPaddingInlineMD: 12, headerBorderRadius: 6 },
      Button: dark ? { dangerColor: "#1b1012" } : {},
      Segmented: { trackBg: dark ? "#1e222d" : "#e4e7ec" },
      Tabs: dark ? { itemSelectedColor: "#a5b4fc", itemHoverColor: "#c7d2fe", itemActiveColor: "#c7d2fe", inkBarColor: "#a5b4fc" } : {},
      Card: { bodyPadding: 16, headerPadding: 16 },
    },
  };
}
