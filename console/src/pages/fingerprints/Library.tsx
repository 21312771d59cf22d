import { FileSearchOutlined } from "@ant-design/icons";
import { Link, useParams } from "@tanstack/react-router";
import { Alert } from "antd";
import { useEffect, useState } from "react";
import { call } from "@/api/client";
import { changed, useOperation } from "@/api/query";
import type { Out } from "@/api/types";
import { useMayChange } from "@/app/session";
import { useFingerprintTexts } from "@/i18n/fingerprints";
import { useServerText } from "@/i18n/server";
import { plainKey } from "@/pages/tasks/keys";
import { Blind } from "@/ui/Blind";
import { DataTable } from "@/ui/DataTable";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorBox } from "@/ui/ErrorBox";
import { AddButton, PageList } from "@/ui/PageList";
import { PagePending } from "@/ui/PagePending";
import { RowAction } from "@/ui/RowAction";
import { TokenPager, useTokens } from "@/ui/TokenPager";
import { RelativeTime } from "@/ui/facts";
import { useConfirm } from "@/ui/useConfirm";
import { useFilters } from "@/ui/useFilters";
import { ImportFilm } from "./ImportFilm";

type Film = Out<"ListFpShotFiles">["FpShotFileList"]["FpShotFile"][number];

/** What one fingerprint library holds. */
export default function Library() {
  const t = useFingerprintTexts();
  const { libraryId = "" } = useParams({ strict: false });
  const { data, error, isPending, refetch } = useOperation("ListFpShotDB", { FpDBIds: libraryId });
  if (error || isPending) return <PagePending error={error} retry={() => void refetch()} />;
  const library = data.FpShotDBList.FpShotDB[0];
  if (!library) return <EmptyState level={1} title={t("notFound")} action={<Link to="/fingerprints">{t("toList")}</Link>} />;
  return <Films key={libraryId} libraryId={libraryId} name={library.Name ?? ""} help={library.Description} />;
}

function Films({ libraryId, name, help }: { libraryId: string; name: string; help: string | undefined }) {
  const t = useFingerprintTexts();
  const mayChange = useMayChange();
  const [{ token }, set] = useFilters();
  const { data, error, isPending, isPlaceholderData, refetch } = useOperation("ListFpShotFiles", { FpDBId: libraryId, NextPageToken: token, PageSize: 50 });
  const tokens = useTokens(token, (next) => set({ token: next }));
  const [adding, setAdding] = useState(false);
  const [job, setJob] = useState<string>();
  const [confirm, ask] = useConfirm();
  const takeOut = ({ FileId = "", PrimaryKey = "" }: Film) =>
    ask({
      title: t("takeOutTitle", { name: PrimaryKey }),
      content: t("takeOutHelp"),
      ok: t("takeOut"),
      action: () => call("SubmitFpFileDeleteJob", { FpDBId: libraryId, FileIds: FileId }).then(() => changed(["fingerprints"])),
    });
  const add = mayChange && <AddButton label={t("import")} onClick={() => setAdding(true)} />;
  return (
    <PageList title={name} help={help} action={add} filters={<Link to="/fingerprints">{t("toList")}</Link>}>
      <Blind />
      {job && <Import jobId={job} close={() => setJob(undefined)} />}
      <ErrorBox error={error} retry={() => void refetch()} />
      <DataTable<Film>
        rowKey={({ FileId }) => FileId ?? ""}
        dataSource={data?.FpShotFileList.FpShotFile ?? []}
        loading={isPending || isPlaceholderData}
        pagination={false}
        scroll={{ x: 640 }}
        locale={{ emptyText: !data ? " " : <EmptyState icon={<FileSearchOutlined />} title={t("emptyFilms")} help={t("emptyFilmsHelp")} action={add} /> }}
        columns={[
          { title: t("film"), render: (_, { InputFile }) => <span style={{ overflowWrap: "anywhere" }}>{plainKey(InputFile)}</span> },
          { title: t("key"), render: (_, { PrimaryKey }) => <span className="mono" style={{ overflowWrap: "anywhere" }}>{PrimaryKey}</span> },
          { title: t("stored"), render: (_, { StoreTime }) => <RelativeTime time={StoreTime} /> },
          { title: <span className="visually-hidden">{t("actions")}</span>, align: "end", render: (_, film) => mayChange && <RowAction verb={t("takeOut")} of={film.PrimaryKey} danger onClick={() => takeOut(film)} /> },
        ]}
      />
      <TokenPager tokens={tokens} next={data?.NextPageToken} />
      <ImportFilm libraryId={libraryId} name={name} open={adding} close={() => setAdding(false)} begun={setJob} />
      {confirm}
    </PageList>
  );
}

/** How an import goes. */
function Import({ jobId, close }: { jobId: string; close: () => void }) {
  const t = useFingerprintTexts();
  const say = useServerText();
  const { data } = useOperation("ListFpShotImportJob", { JobIds: jobId });
  const job = data?.FpShotImportJobList[0];
  const state = job?.Status;
  useEffect(() => {
    if (state === "Success") changed(["fingerprints"]);
  }, [state]);
  const isOver = state === "Success" || state === "Fail";
  const title = state === "Fail" ? t("importFailed", { why: say(job?.Message ?? "") }) : t(state === "Success" ? "importDone" : "imported");
  return <Alert type={state === "Fail" ? "error" : state === "Success" ? "success" : "info"} showIcon title={title} closable={isOver ? { onClose: close } : false} style={{ marginBottom: 16 }} />;
}
