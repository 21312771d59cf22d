import { MoonOutlined, SunOutlined, TranslationOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { setLanguage, useLanguage } from "@/i18n";
import { useShellTexts } from "@/i18n/shell";
import { setScheme, useScheme } from "./prefs";

/** Names the other language in its own words, so that whoever cannot read this one finds it. */
export function LanguageSwitch() {
  const other = useLanguage() === "zh" ? "en" : "zh";
  return (
    <Button type="text" icon={<TranslationOutlined />} lang={other} onClick={() => setLanguage(other)}>
      {other === "zh" ? "中文" : "English"}
    </Button>
  );
}

export function SchemeSwitch() {
  const t = useShellTexts();
  const scheme = useScheme();
  const name = t(scheme === "dark" ? "toLight" : "toDark");
  return (
    <Tooltip title={name}>
      <Button type="text" aria-label={name} icon={scheme === "dark" ? <SunOutlined /> : <MoonOutlined />} onClick={() => setScheme(scheme === "dark" ? "light" : "dark")} />
    </Tooltip>
  );
}
