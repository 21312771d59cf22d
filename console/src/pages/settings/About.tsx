import { Card, Descriptions, Typography } from "antd";
import { ROOT } from "@/api/client";
import { useMe } from "@/app/session";
import { useSettingTexts } from "@/i18n/settings";
import { PageList } from "@/ui/PageList";

export default function About() {
  const t = useSettingTexts();
  const { User, Account, Role, Region, Regions, Version } = useMe();
  return (
    <PageList title={t("about")}>
      <Card style={{ maxWidth: 720 }}>
        <Descriptions
          column={1}
          items={[
            { key: "version", label: t("version"), children: `ReelMill ${Version}` },
            { key: "user", label: t("signedInAs"), children: `${User} (${Role})` },
            { key: "account", label: t("account"), children: Account },
            { key: "region", label: t("region"), children: Region },
            { key: "regions", label: t("regions"), children: Regions.join(", ") },
            { key: "api", label: t("api"), children: <a href={`${ROOT}/openapi.json`}>{t("openapi")}</a> },
            {
              key: "licence",
              label: t("licence"),
              children: (
                <>
                  Apache-2.0 {"· "}
                  <a href={`${import.meta.env.BASE_URL}licences.md`}>{t("notices")}</a>
                </>
              ),
            },
            { key: "keys", label: t("shortcuts"), children: <span><kbd>Ctrl K</kbd> {t("searchKey")}</span> },
          ]}
        />
        <Typography.Paragraph type="secondary" style={{ margin: "16px 0 0" }}>
          {t("apiHelp")} {t("privacy")}
        </Typography.Paragraph>
      </Card>
    </PageList>
  );
}
