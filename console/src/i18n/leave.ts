import { texts } from ".";

export const useLeaveTexts = texts("leave", {
  title: { en: "Leave without saving?", zh: "离开而不保存？" },
  content: { en: "What you changed on this page is lost then.", zh: "本页的修改将会丢失。" },
  leave: { en: "Leave", zh: "离开" },
  stay: { en: "Stay", zh: "留下" },
});
