/** The form of one activity: its name, what it follows, and its parameters as fields or as JSON. */
import { DeleteOutlined } from "@ant-design/icons";
import { Alert, Button, Input, Select, Tabs, Tag } from "antd";
import { useId, useMemo, useState } from "react";
import type { Catalogue, Problem, Warning } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useServerText } from "@/i18n/server";
import { canonical, kindOf, roleOf } from "../catalogue";
import { nameFault } from "../edit";
import { ActivitiesContext, TypeContext } from "../form/Control";
import { JsonText } from "../form/JsonText";
import { SchemaForm, type FieldProblem } from "../form/SchemaForm";
import type { Path } from "../form/words";
import { isObject, type Json } from "../json";
import { TypeIcon } from "../look";
import { fieldPath, parametersOf, toForm } from "../parameters";
import { useProblemText } from "../problems";
import { possibleAnswers, possibleFollows } from "../rules";
import { followsOf, type ActivityBody, type GraphNode } from "../topology";
import { Deciding, Whens } from "./Deciding";
import { useEditorTexts } from "./texts";
import type { EditorState } from "./useEditor";

interface Props {
  node: GraphNode;
  editor: EditorState;
  catalogue: Catalogue;
  problems: readonly Problem[];
  warnings: readonly Warning[];
  readOnly: boolean;
  wanted?: { path: Path } | undefined;
}

export function NodePanel({ node, editor, catalogue, problems, warnings, readOnly, wanted }: Props) {
  const t = useEditorTexts();
  const language = useLanguage();
  const say = useProblemText();
  const inWords = useServerText();
  const kind = kindOf(catalogue, node.body.Type);
  const [tab, setTab] = useState<{ key: string; since: unknown }>({ key: "form", since: undefined });
  const fields = problems.flatMap((problem): FieldProblem[] => {
    const path = fieldPath(problem.Path ?? "", node.name);
    return path?.length ? [{ path, message: say(problem) }] : [];
  });
  const { nodes } = editor.drawing.graph;
  const activities = useMemo(() => nodes.map(({ name, body }) => ({ name, type: canonical(catalogue, body.Type) })), [nodes, catalogue]);
  const decides = !["start", "end"].includes(roleOf(catalogue, node.body.Type) ?? "");
  const conditional = decides ? problems.find((problem) => problem.Path === `Activities.${node.name}.Condition`) : undefined;
  const others = problems.filter((problem) => problem !== conditional && !fieldPath(problem.Path ?? "", node.name)?.length);
  return (
    <>
      <header className="fe-panel-head">
        <TypeIcon type={kind?.Type ?? node.body.Type} />
        <div>
          <h2>{kind?.Label[language] ?? node.body.Type}</h2>
          <div className="fe-hint">{kind?.Help[language] ?? t("unknownType", { type: node.body.Type })}</div>
        </div>
        {!readOnly && <Button type="text" icon={<DeleteOutlined />} aria-label={t("removeNode")} title={t("removeNode")} onClick={editor.remove} />}
      </header>
      {others.map((problem) => (
        <Alert key={`${problem.Path} ${problem.Message}`} type="error" showIcon title={inWords(problem.Message ?? "")} style={{ marginBottom: 12 }} />
      ))}
      {warnings.map((warning) => (
        <Alert key={warning.Path} type="warning" showIcon title={inWords(warning.Message ?? "")} style={{ marginBottom: 12 }} />
      ))}
      <NameField node={node} editor={editor} readOnly={readOnly} />
      <Follows node={node} editor={editor} catalogue={catalogue} readOnly={readOnly} />
      <Whens node={node} editor={editor} readOnly={readOnly} />
      {decides && <Deciding node={node} editor={editor} readOnly={readOnly} problem={conditional && inWords(conditional.Message ?? "")} />}
      <Tabs
        size="small"
        activeKey={tab.since === wanted ? tab.key : "form"} // a problem leads to its field, whatever tab was open
        onChange={(key) => setTab({ key, since: wanted })}
        items={[
          {
            key: "form",
            label: t("form"),
            children:
              kind && Object.keys(kind.Schema.properties ?? {}).length ? (
                <TypeContext value={kind.Type}>
                  <ActivitiesContext value={activities}>
                    <SchemaForm
                      schema={kind.Schema}
                      value={toForm(parametersOf(node.body))}
                      change={(path, value) => editor.setParameter(node.name, path, value)}
                      problems={fields}
                      disabled={readOnly}
                      wanted={wanted}
                    />
                  </ActivitiesContext>
                </TypeContext>
              ) : (
                <p className="fe-hint">{kind ? t("noParameters") : t("unknownType", { type: node.body.Type })}</p>
              ),
          },
          {
            key: "json",
            label: t("json"),
            children: (
              <JsonText
                label={t("json")}
                value={node.body}
                disabled={readOnly}
                minRows={12}
                refuse={(value) => (isBody(value) ? "" : t("bodyWrong"))}
                onChange={(value) => editor.setBody(node.name, value as ActivityBody)}
              />
            ),
          },
        ]}
      />
    </>
  );
}

const isBody = (value: Json | undefined): boolean => isObject(value) && typeof value.Type === "string";

function NameField({ node, editor, readOnly }: Pick<Props, "node" | "editor" | "readOnly">) {
  const t = useEditorTexts();
  const id = useId();
  const [draft, setDraft] = useState<{ of: string; text: string }>();
  const text = draft?.of === node.name ? draft.text : node.name;
  const fault = nameFault(editor.drawing.graph, node.name, text);
  const commit = () => {
    if (!fault && text !== node.name) editor.rename(node.name, text);
    setDraft(undefined);
  };
  return (
    <div className="sf-field">
      <label className="sf-label" htmlFor={id}>
        {t("name")}
      </label>
      <Input
        id={id}
        disabled={readOnly}
        value={text}
        status={fault ? "error" : ""}
        aria-describedby={fault ? `${id}-fault` : undefined}
        onChange={(event) => setDraft({ of: node.name, text: event.target.value })}
        onBlur={commit}
        onPressEnter={commit}
      />
      {fault && (
        <div className="sf-problem" id={`${id}-fault`}>
          {t(`fault_${fault}`)}
        </div>
      )}
    </div>
  );
}

function Follows({ node, editor, catalogue, readOnly }: Pick<Props, "node" | "editor" | "catalogue" | "readOnly">) {
  const t = useEditorTexts();
  const id = useId();
  const { graph } = editor.drawing;
  const follows = followsOf(graph, node.name);
  const answers = possibleAnswers(catalogue, graph, node.name).filter((name) => !follows.includes(name));
  const possible = [...new Set([...possibleFollows(catalogue, graph, node.name), ...follows])];
  if (roleOf(catalogue, node.body.Type) === "start" && !follows.length) return null;
  if (readOnly)
    return (
      <div className="sf-field">
        <span className="sf-label">{t("follows")}</span>
        {follows.map((name) => (
          <Tag key={name}>{name}</Tag>
        ))}
      </div>
    );
  return (
    <div className="sf-field">
      <label className="sf-label" htmlFor={id}>
        {t("follows")}
      </label>
      <Select
        id={id}
        mode="multiple"
        className="sf-wide"
        value={follows}
        aria-describedby={`${id}-help`}
        options={[
          ...possible.map((name) => ({ value: name, label: name })),
          ...answers.map((name) => ({ value: name, label: t("followsAnswer", { name }) })),
        ]}
        notFoundContent={t("followsNone")}
        onChange={(names: string[]) => editor.setFollows(node.name, names, answers)}
      />
      <div className="sf-help" id={`${id}-help`}>
        {t("followsHelp")}
      </div>
    </div>
  );
}
