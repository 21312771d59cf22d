import type { operations } from "./schema";

/** Operations that the server does not describe yet; each goes when console/openapi.json has it. */
interface Coming {
  ListMedia: {
    in: { NextPageToken?: string; MaximumPageSize?: number; From?: string; To?: string };
    out: { MediaList: Out<"QueryMediaList">["MediaList"]; NextPageToken?: string };
  };
  SearchMedia: {
    in: {
      Title?: string;
      KeyWord?: string;
      Tag?: string;
      PublishState?: string;
      From?: string;
      To?: string;
      NextPageToken?: string;
      PageNumber?: number;
      PageSize?: number;
      SortBy?: "CreationTime:Desc" | "CreationTime:Asc";
    };
    out: { MediaList: Out<"QueryMediaList">["MediaList"]; NextPageToken?: string; TotalCount?: number; TotalIsAtLeast?: boolean };
  };
}

type Described = keyof operations;
export type Action = Described | keyof Coming;

type Json<T> = T extends { content: { "application/json": infer Body } } ? Body : never;
type Answered<A extends Described> = operations[A] extends { responses: { 200: infer Response } } ? Json<Response> : never;

/** What an operation is asked. */
export type In<A extends Action> = A extends Described ? Json<NonNullable<operations[A]["requestBody"]>> : A extends keyof Coming ? Coming[A]["in"] : never;
/** What it answers. */
export type Out<A extends Action> = A extends Described ? Answered<A> : A extends keyof Coming ? Coming[A]["out"] : never;

export type Problem = Out<"ValidateTopology">["Problems"][number];
export type ExecutionRow = Out<"SearchMediaWorkflowExecutions">["Executions"][number];
export type Execution = NonNullable<Out<"DescribeExecution">["Execution"]>;
export type ActivityRow = Execution["Activities"][number];
export type PipelineLoad = Out<"DescribePipelineLoad">["Pipelines"][number];
export type Slot = PipelineLoad["Slots"][number];
export type Queued = PipelineLoad["Queue"][number];
export type Overview = Out<"GetOverview">;
export type StoredObject = Out<"ListObjects">["Objects"][number];

export type Media = Out<"QueryMediaList">["MediaList"]["Media"][number];
export type Workflow = Out<"SearchMediaWorkflow">["MediaWorkflowList"]["MediaWorkflow"][number];
export type Pipeline = Out<"SearchPipeline">["PipelineList"]["Pipeline"][number];
export type Template = Out<"SearchTemplate">["TemplateList"]["Template"][number];
export type Bucket = Out<"ListAllMediaBucket">["MediaBucketList"]["MediaBucket"][number];

export interface Session {
  User: string;
  Account: string;
  Role: "administrator" | "operator" | "viewer";
  Region: string;
  Regions: string[];
  Csrf: string;
  Version: string;
}

export interface Bilingual {
  en: string;
  zh: string;
}

export interface CatalogueNode {
  Type: string;
  Aliases: string[];
  Label: Bilingual;
  Help: Bilingual;
  Stage: "prepare" | "make" | "check" | "package" | "publish";
  Predecessors: string[];
  Schema: Schema;
}

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  enum?: (string | number | boolean | null)[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  items?: Schema;
  "x-zh"?: { title?: string; description?: string };
  "x-widget"?: "pipeline" | "input-bucket" | "output-bucket" | "template" | "object-path" | "text" | "json";
  "x-unit"?: string;
  "x-advanced"?: boolean;
  "x-json-string"?: boolean;
}

export interface CataloguePreset {
  Id: string;
  Label: Bilingual;
  Help: Bilingual;
  Topology: Record<string, unknown>;
}

export interface Catalogue {
  Nodes: CatalogueNode[];
  Presets: CataloguePreset[];
}
