/** The server, as the editor asks it. Every answer is JSON; every fault becomes an ApiError. */

import type {
  BindingCount, Change, ConditionChoices, ConditionRow, Conditions, ChangeWords, Comment, Conflict, Difference, Filters, LintFinding, MapDocument, MapPerson, MapSummary, Me, Op, Place, Proposal,
  Reading, Touchpoint, Version,
} from "./types";

export interface Opened {
  id: string;
  revision: number;
  happened?: number;
  document: MapDocument;
  rights: readonly string[];
  me: Me;
  versions?: number;
  numbers_id?: string;
  crumbs?: readonly { id: string; title: string }[];
}
export interface Accepted { revision: number; ops: readonly Op[]; undo: readonly Op[] }
export interface StoredChange { revision: number; id: string; by: string; at: string; title: string; ops: readonly Op[] }

export interface Undoable { id: string; revision: number; title: string; undo: readonly Op[] }
export interface History { past: readonly Undoable[]; future: readonly Undoable[]; older: number }

/** What went wrong, in the server's words; `status` 0 means that the server was not reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint = "",
    readonly conflicts: readonly Conflict[] = [],
    readonly revision = 0,
  ) {
    super(message);
  }
}

type Raw = Record<string, unknown>;
/** Seconds after which the server says how far a reading is; the page asks for the same address in advance. */
const PATIENCE = "1";

function errorFrom(status: number, body: Raw): ApiError {
  const inner = (typeof body["error"] === "object" && body["error"] !== null ? body["error"] : body) as Raw;
  const facts = (inner["facts"] ?? inner["details"] ?? {}) as Raw;
  const read = (name: string): unknown => inner[name] ?? body[name] ?? facts[name];
  return new ApiError(
    status,
    String(read("code") ?? ""),
    String(read("message") ?? `HTTP ${status}`),
    String(read("hint") ?? ""),
    (read("conflicts") ?? []) as readonly Conflict[],
    Number(read("revision") ?? 0),
  );
}

function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";
}

async function ask<T>(method: string, address: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf();
  const form = body instanceof FormData;
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  const payload = body === undefined ? null : form ? body : JSON.stringify(body);
  let answer: Response;
  try {
    answer = await fetch(address, { method, headers, body: payload, signal: signal ?? null, credentials: "same-origin" });
  } catch (fault) {
    if (fault instanceof DOMException && fault.name === "AbortError") throw fault;
    throw new ApiError(0, "offline", "");
  }
  const text = await answer.text();
  const read = readJson(text);
  if (!answer.ok) throw errorFrom(answer.status, (read ?? {}) as Raw);
  return read as T;
}

function readJson(text: string): unknown {
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function list<T>(answer: unknown, ...names: string[]): readonly T[] {
  if (Array.isArray(answer)) return answer as T[];
  const body = (answer ?? {}) as Raw;
  const found = [...names, "items"].map((name) => body[name]).find(Array.isArray);
  return (found ?? []) as readonly T[];
}

/** What a workspace is asked, whatever page asks. */
export class WorkspaceApi {
  readonly maps: string;
  private choices: Promise<ConditionChoices> | null = null;

  constructor(readonly workspace: string) {
    this.maps = `/api/v1/workspaces/${encodeURIComponent(workspace)}`;
  }

  /** What conditions can be made of; asked once. */
  conditionChoices(): Promise<ConditionChoices> {
    this.choices ??= ask<ConditionChoices>("GET", `${this.maps}/conditions`);
    this.choices.catch(() => { this.choices = null; });
    return this.choices;
  }

  /** Rows as text or a text as rows; of conditions on persons, how many they leave. */
  conditions(about: "events" | "persons", asked: { rows?: readonly ConditionRow[]; text?: string }): Promise<Conditions> {
    return ask("POST", `${this.maps}/conditions`, { about, ...asked });
  }
}

/** All requests about one map. */
export class MapApi extends WorkspaceApi {
  readonly root: string;

  constructor(workspace: string, readonly map: string) {
    super(workspace);
    this.root = `${this.maps}/maps/${encodeURIComponent(map)}`;
  }

  open(): Promise<Opened> {
    return ask("GET", this.root);
  }
  send(change: Change, base: number): Promise<Accepted> {
    return ask("POST", `${this.root}/changes`, { id: change.id, base, title: change.title, ops: change.ops, undoes: change.undoes ?? "" });
  }
  /** What the reader can undo and do again, from the log; the next one first. */
  history(before?: number): Promise<History> {
    return ask("GET", `${this.root}/undo${before === undefined ? "" : `?before=${before}`}`);
  }
  async since(revision: number): Promise<readonly StoredChange[]> {
    return list(await ask("GET", `${this.root}/changes?since=${revision}`), "changes");
  }
  live(revision: number, happened: number): string {
    return `${this.root}/live?since=${revision}${happened ? `&after=${happened}` : ""}`;
  }
  presence(where: Place | null, client: string): Promise<unknown> {
    return ask("POST", `${this.root}/presence`, { where, client });
  }
  /** A long reading is asked for again until it is there; `under` hears how far it is, from 0 to 1. */
  async numbers(filters: Filters, signal: AbortSignal, under: (share: number) => void = () => undefined): Promise<Reading> {
    const address = `${this.root}/numbers?${asked({ ...compact(filters), patience: PATIENCE }).toString()}`;
    for (;;) {
      const answer = await ask<{ reading: Reading } | { done: number; total: number }>("GET", address, undefined, signal);
      if ("reading" in answer) return answer.reading;
      under(answer.total ? answer.done / answer.total : 0);
    }
  }
  async lint(): Promise<readonly LintFinding[]> {
    return list(await ask("GET", `${this.root}/lint`), "findings", "lint");
  }
  async proposals(): Promise<readonly Proposal[]> {
    return list(await ask("GET", `${this.root}/proposals`), "proposals");
  }
  judge(proposal: string, verdict: "accept" | "reject"): Promise<Partial<Accepted> | null> {
    return ask("POST", `${this.root}/proposals/${encodeURIComponent(proposal)}`, { verdict });
  }
  async touchpoints(filters: Filters): Promise<readonly Touchpoint[]> {
    const told = asked({ ...compact(filters), map: this.map });
    return list(await ask("GET", `${this.maps}/touchpoints?${told.toString()}`), "touchpoints");
  }
  count(binding: { touchpoints: readonly string[]; where: string }, step: string, filters: Filters, signal: AbortSignal): Promise<BindingCount> {
    return ask("POST", `${this.maps}/binding/count`, { ...binding, filter: compact(filters), map: this.map, step }, signal);
  }
  async comments(): Promise<readonly Comment[]> {
    return list(await ask("GET", `${this.root}/comments`), "comments");
  }
  comment(anchor: Place, text: string, parent: string | null, mentions: readonly number[]): Promise<Comment> {
    return ask("POST", `${this.root}/comments`, { anchor, text, parent, mentions });
  }
  editComment(id: string, text: string): Promise<unknown> {
    return ask("PATCH", `${this.root}/comments/${id}`, { text });
  }
  removeComment(id: string): Promise<unknown> {
    return ask("DELETE", `${this.root}/comments/${id}`);
  }
  resolve(id: string, resolved: boolean): Promise<unknown> {
    return ask("POST", `${this.root}/comments/${id}/resolve`, { resolved });
  }
  async versions(): Promise<readonly Version[]> {
    return list(await ask("GET", `${this.root}/versions`), "versions");
  }
  saveVersion(name: string): Promise<Version> {
    return ask("POST", `${this.root}/versions`, { name });
  }
  /** What is different, and each difference in words. */
  comparison(from: string, to: string): Promise<{ differences: readonly Difference[]; words: readonly ChangeWords[] }> {
    return ask("GET", `${this.root}/versions/${from}/compare/${to}`);
  }
  async stateOf(version: string): Promise<MapDocument> {
    return (await ask<{ document: MapDocument }>("GET", `${this.root}/versions/${version}`)).document;
  }
  restore(version: string): Promise<Accepted> {
    return ask("POST", `${this.root}/versions/${version}/restore`, {});
  }
  async people(): Promise<readonly MapPerson[]> {
    return list(await ask("GET", `${this.root}/people`), "people");
  }
  leave(client: string): void {
    fetch(`${this.root}/presence/${client}`, { method: "DELETE", keepalive: true, headers: { "X-CSRF-Token": csrf() } }).catch(() => undefined);
  }
  async shares(): Promise<readonly Raw[]> {
    return list(await ask("GET", `${this.root}/shares`), "shares");
  }
  share(wishes: Raw): Promise<Raw> {
    return ask("POST", `${this.root}/shares`, wishes);
  }
  unshare(id: string): Promise<unknown> {
    return ask("DELETE", `${this.root}/shares/${id}`);
  }
  async otherMaps(): Promise<readonly MapSummary[]> {
    return list(await ask("GET", `${this.maps}/maps`), "maps");
  }
  upload(file: File): Promise<{ id: string; width?: number; height?: number; media_type?: string }> {
    const form = new FormData();
    form.append("file", file);
    return ask("POST", `${this.root}/images`, form);
  }
  image(id: string): string {
    return `${this.root}/images/${encodeURIComponent(id)}`;
  }
  export(format: string, wishes: Readonly<Record<string, string>>): string {
    const asked = new URLSearchParams(wishes).toString();
    return `${this.root}/export.${format}${asked ? `?${asked}` : ""}`;
  }
}

function compact(filters: Filters): Record<string, string | string[]> {
  const told = Object.entries(filters).filter(([, value]) => value !== "");
  return Object.fromEntries(told.map(([name, value]: [string, string]) => [name, name === "segment" ? value.split("\n") : value]));
}

/** As parts of an address; rules of a segment repeat. */
function asked(told: Record<string, string | string[]>): URLSearchParams {
  return new URLSearchParams(Object.entries(told).flatMap(([name, value]) => [value].flat().map((one) => [name, one])));
}
