/** A form made from a JSON Schema of the catalogue. It shows values as `parameters.ts` presents them and reports each change with its path. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Collapse } from "antd";
import { createContext, use, useCallback, useEffect, useId, useRef, useState, type ReactNode } from "react";
import type { Schema } from "@/api/types";
import { useLanguage } from "@/i18n";
import { isObject, type Json } from "../json";
import { at } from "../parameters";
import { Control } from "./Control";
import "./form.css";
import { useFormTexts } from "./texts";
import { helpOf, kindOfField, pathKey, sections, startsWith, titleOf, type Path } from "./words";

export interface FieldProblem {
  path: Path;
  message: string;
}

interface Form {
  value: Json;
  change: (path: Path, value: Json | undefined) => void;
  problems: readonly FieldProblem[];
  disabled: boolean;
  /** The field to bring into view, anew whenever the object changes. */
  wanted?: { path: Path } | undefined;
}

const FormContext = createContext<Form | undefined>(undefined);

function useForm(): Form {
  const form = use(FormContext);
  if (!form) throw new Error("a field outside a form");
  return form;
}

export function SchemaForm({ schema, ...given }: Form & { schema: Schema }) {
  const box = useRef<HTMLDivElement>(null);
  // one function for ever, so that a field is drawn again only when it changes itself
  const latest = useRef(given.change);
  useEffect(() => {
    latest.current = given.change;
  });
  const change = useCallback((path: Path, value: Json | undefined) => latest.current(path, value), []);
  const form = { ...given, change };
  useEffect(() => {
    if (!form.wanted || !box.current) return;
    const { path } = form.wanted;
    // The field itself, else the nearest one around it. Folded parts open first, therefore the wait.
    const timer = setTimeout(() => {
      for (let length = path.length; length > 0; length--) {
        const field = box.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(pathKey(path.slice(0, length)))}"]`);
        if (!field) continue;
        field.scrollIntoView({ block: "center" });
        field.querySelector<HTMLElement>("input, textarea, button, [tabindex]")?.focus();
        return;
      }
    }, 60);
    return () => clearTimeout(timer);
  }, [form.wanted]);
  return (
    <FormContext value={form}>
      <div ref={box} className="sf">
        <Members schema={schema} path={[]} />
      </div>
    </FormContext>
  );
}

function Members({ schema, path }: { schema: Schema; path: Path }) {
  const t = useFormTexts();
  const form = useForm();
  const { plain, advanced } = sections(schema);
  const value = at(form.value, path);
  const known = new Set([...plain, ...advanced]);
  const extra = isObject(value) ? Object.keys(value).filter((name) => !known.has(name)) : [];
  const set = advanced.filter((name) => isObject(value) && value[name] !== undefined).length;
  const isInside = (one: Path) => advanced.some((name) => startsWith(one, [...path, name]));
  const urgent = form.problems.some((problem) => isInside(problem.path)) || (form.wanted !== undefined && isInside(form.wanted.path));
  const [opened, setOpened] = useState(false);
  const field = (name: string) => (
    <Field key={name} name={name} schema={schema.properties?.[name] ?? {}} path={[...path, name]} required={schema.required?.includes(name) ?? false} />
  );
  return (
    <>
      {plain.map(field)}
      {extra.map((name) => (
        <Field key={name} name={name} schema={{ "x-widget": "json" }} path={[...path, name]} required={false} />
      ))}
      {advanced.length > 0 && (
        <Collapse
          ghost
          size="small"
          className="sf-advanced"
          activeKey={opened || urgent ? ["advanced"] : []}
          onChange={(keys) => setOpened(keys.length > 0)}
          items={[{ key: "advanced", label: set ? t("advancedSet", { count: set }) : t("advanced"), children: advanced.map(field) }]}
        />
      )}
    </>
  );
}

interface FieldProps {
  name: string;
  schema: Schema;
  path: Path;
  required: boolean;
}

function Field({ name, schema, path, required }: FieldProps) {
  const language = useLanguage();
  const kind = kindOfField(schema);
  if (kind === "object") return <Group title={titleOf(schema, name, language)} help={helpOf(schema, language)} path={path} schema={schema} />;
  if (kind === "list") return <List name={titleOf(schema, name, language)} schema={schema} path={path} />;
  return <Plain name={name} schema={schema} path={path} required={required} />;
}

function Problems({ id, path, inside = false }: { id?: string; path: Path; inside?: boolean }) {
  const { problems } = useForm();
  const found = problems.filter((problem) => pathKey(problem.path) === pathKey(path) || (inside && startsWith(problem.path, path)));
  if (!found.length) return null;
  return (
    <div id={id} className="sf-problem">
      {found.map((problem) => (
        <div key={pathKey(problem.path) + problem.message}>{problem.message}</div>
      ))}
    </div>
  );
}

function Plain({ name, schema, path, required }: FieldProps) {
  const t = useFormTexts();
  const language = useLanguage();
  const form = useForm();
  const id = useId();
  const { change } = form;
  const key = pathKey(path);
  const onChange = useCallback((value: Json | undefined) => change(JSON.parse(key) as Path, value), [change, key]);
  const wrong = form.problems.some((problem) => startsWith(problem.path, path));
  // The input's path is one that exists; names of outputs are made of placeholders.
  const bucket = name === "ObjectPrefix" ? at(form.value, [...path.slice(0, -1), "Bucket"]) : undefined;
  const foldersOf = name === "ObjectPrefix" ? (typeof bucket === "string" ? bucket : "") : undefined;
  const help = helpOf(schema, language);
  const fallback = schema.default === undefined || schema.default === "" || typeof schema.default === "object" ? "" : t("byDefault", { value: String(schema.default) });
  return (
    <div className="sf-field" data-path={pathKey(path)}>
      <label htmlFor={id} className="sf-label">
        {titleOf(schema, name, language)}
        {required && <span className="sf-required"> ({t("required")})</span>}
      </label>
      <Control
        id={id}
        schema={schema}
        value={at(form.value, path)}
        onChange={onChange}
        disabled={form.disabled}
        wrong={wrong}
        describedBy={`${id}-help ${id}-problem`}
        foldersOf={foldersOf}
        label={titleOf(schema, name, language)}
      />
      <Problems id={`${id}-problem`} path={path} inside />
      {(help || fallback) && (
        <div id={`${id}-help`} className="sf-help">
          {[help, fallback].filter(Boolean).join(" ")}
        </div>
      )}
    </div>
  );
}

function Group({ title, help, path, schema, extra }: { title: string; help: string; path: Path; schema: Schema; extra?: ReactNode }) {
  return (
    <fieldset className="sf-group" data-path={pathKey(path)}>
      <legend>
        {title}
        {extra}
      </legend>
      {help && <div className="sf-help">{help}</div>}
      <Problems path={path} />
      <Members schema={schema} path={path} />
    </fieldset>
  );
}

function List({ name, schema, path }: { name: string; schema: Schema; path: Path }) {
  const t = useFormTexts();
  const form = useForm();
  const value = at(form.value, path);
  const items = Array.isArray(value) ? value : [];
  const schemaMost = (schema as { maxItems?: number }).maxItems;
  const inner = schema.items ?? {};
  // MPS asks for exactly one element in some lists: then the list itself is not shown.
  if (schemaMost === 1) return <Group title={name} help="" path={[...path, 0]} schema={inner} />;
  return (
    <div className="sf-list" data-path={pathKey(path)}>
      <Problems path={path} />
      {items.map((_, place) => {
        const title = t("item", { name, number: place + 1 });
        return (
          <Group
            key={place}
            title={title}
            help=""
            path={[...path, place]}
            schema={inner}
            extra={
              !form.disabled && (
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined />}
                  aria-label={t("removeItem", { name: title })}
                  onClick={() => form.change([...path, place], undefined)}
                />
              )
            }
          />
        );
      })}
      {!form.disabled && (
        <Button size="small" icon={<PlusOutlined />} onClick={() => form.change([...path, items.length], {})}>
          {t("addItem", { name })}
        </Button>
      )}
    </div>
  );
}
