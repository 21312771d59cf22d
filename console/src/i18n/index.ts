import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";

export type Language = "en" | "zh";

/** English and Chinese of one text. English may name its singular; Chinese has none. `{{name}}` stands for a value. */
export interface Text {
  en: string | { one: string; other: string };
  zh: string;
}

export type Values = Record<string, string | number>;
export type Translate<K extends string> = (key: K, values?: Values) => string;

const KEY = "reelmill.language";

function firstLanguage(): Language {
  const kept = globalThis.localStorage?.getItem(KEY);
  if (kept === "en" || kept === "zh") return kept;
  return globalThis.navigator?.language?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

void i18next.use(initReactI18next).init({
  lng: firstLanguage(),
  fallbackLng: "en",
  resources: {},
  interpolation: { escapeValue: false }, // React escapes
  react: { useSuspense: false },
  initAsync: false,
});

/** Registers the texts of one area and gives the hook that reads them. A missing translation or key does not compile. */
export function texts<const T extends Record<string, Text>>(area: string, table: T) {
  const en: Record<string, string> = {};
  const zh: Record<string, string> = {};
  for (const [key, text] of Object.entries(table)) {
    zh[key] = text.zh;
    if (typeof text.en === "string") en[key] = text.en;
    else {
      en[`${key}_one`] = text.en.one;
      en[`${key}_other`] = text.en.other;
    }
  }
  i18next.addResourceBundle("en", area, en, true, true);
  i18next.addResourceBundle("zh", area, zh, true, true);
  return function useTexts(): Translate<keyof T & string> {
    const { t } = useTranslation(area);
    return t as unknown as Translate<keyof T & string>;
  };
}

/** The language shown now; components that call this are drawn again when it changes. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === "zh" ? "zh" : "en";
}

/** The language shown now, for code outside components (formatting of numbers and dates). */
export const language = (): Language => (i18next.language === "zh" ? "zh" : "en");

export function setLanguage(chosen: Language) {
  localStorage.setItem(KEY, chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  void i18next.changeLanguage(chosen);
}
