import { texts } from ".";

export const useSignInTexts = texts("signin", {
  title: { en: "Sign in", zh: "登录" },
  byKey: { en: "AccessKey", zh: "AccessKey" },
  byPassword: { en: "Password", zh: "密码" },
  how: { en: "Sign in with", zh: "登录方式" },
  keyId: { en: "AccessKey ID", zh: "AccessKey ID" },
  keySecret: { en: "AccessKey secret", zh: "AccessKey Secret" },
  keyHelp: { en: "The server printed the first pair when it started; more are made by “mill admin”.", zh: "首次启动时服务器会打印第一对密钥；更多密钥由 “mill admin” 创建。" },
  user: { en: "User", zh: "用户名" },
  password: { en: "Password", zh: "密码" },
  passwordHelp: { en: "An administrator sets it with “mill admin”.", zh: "由管理员通过 “mill admin” 设置。" },
  needed: { en: "Needed to sign in", zh: "登录需要此项" },
  again: { en: "Your session ended. Sign in to go on where you were.", zh: "会话已结束，请重新登录，之后回到原页面。" },
});
