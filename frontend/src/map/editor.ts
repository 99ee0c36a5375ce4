/** Everything one open map needs: its store, its figures, what is selected, what is being written. */

import { batch, computed, effect, signal } from "@preact/signals";

import { t } from "../i18n";
import { ApiError, MapApi, type Opened } from "./api";
import { compareStates, NOW, type Comparing } from "./comparing";
import * as edits from "./edits";
import { adoptedCard } from "./judging";
import { layOut } from "./layout";
import { Linking } from "./linking";
import { moment } from "./formats";
import { type Built, Live } from "./live";
import { kindOf } from "./model";
import { Numbers } from "./numbers";
import { MapStore } from "./store";
import type { CardKind, Comment, Kind, LaneKind, LintFinding, Me, Op, Place, Proposal, Series, State, Touchpoint } from "./types";
import { laneName, word } from "./words";

/** What is being written in place: a name, or a new card in a cell. */
export interface Writing { place: Place; field: "label" | "text"; kind?: CardKind; span?: number }
export type Tab = "binding" | "evidence" | "check" | "comments" | "details";
export type Dialog = "" | "share" | "export" | "versions" | "keys" | "conflict" | "head" | "proposals" | "personas" | "lane" | "check";

const LINT_AFTER = 1500;
const TOAST_FOR = 6000;

export interface Toast { text: string; action?: { label: string; run: () => void } }

export class Editor {
  readonly api: MapApi;
  readonly store: MapStore;
  readonly numbers: Numbers;
  readonly live: Live;
  readonly linking = new Linking(this);
  /** Two states over one another: then nothing can be written. */
  readonly comparing = signal<Comparing | null>(null);
  readonly compareList = signal(false);
  readonly layout = computed(() => layOut(this.document, this.numbers.beside.value));
  readonly selected = signal<Place | null>(null);
  readonly writing = signal<Writing | null>(null);
  readonly panelOpen = signal(false);
  readonly tab = signal<Tab>("binding");
  readonly dialog = signal<Dialog>("");
  readonly menu = signal<{ at: DOMRect; items: readonly MenuItem[]; label: string } | null>(null);
  readonly reality = signal(true);
  readonly showing = signal<"both" | "as-is" | "to-be">("both");
  readonly sideBySide = signal(false);
  readonly zoom = signal(1);
  readonly searching = signal<string | null>(null);
  readonly comments = signal<readonly Comment[]>([]);
  readonly findings = signal<readonly LintFinding[]>([]);
  readonly proposals = signal<readonly Proposal[]>([]);
  /** What the data would add; what a computed card shows already is offered there, to be taken over. */
  readonly offered = computed(() => this.proposals.value.filter((one) => !adoptedCard(one)));
  readonly adoptable = computed(() => new Map(this.proposals.value.filter(adoptedCard).map((one) => [adoptedCard(one), one] as const)));
  readonly touchpoints = signal<readonly Touchpoint[]>([]);
  readonly said = signal("");
  readonly toast = signal<Toast | null>(null);
  readonly phoneStep = signal(0);
  readonly narrow = signal(false);
  readonly rights = signal<ReadonlySet<string>>(new Set());
  readonly me = signal<Me>({ user: 0, name: "", initials: "" });
  readonly focusNext = signal<Place | null>(null);
  /** Cells shown whole although much lies in them. */
  readonly unfolded = signal<ReadonlySet<string>>(new Set());
  /** The first picture has the lanes in sight; the others follow at once. */
  readonly allRows = signal(false);
  readonly commentCounts = computed(() => countOpen(this.comments.value));
  private happened = 0;
  private lintTimer = 0;
  private toastTimer = 0;

  constructor(readonly workspace: string, readonly id: string, readonly home: string) {
    this.api = new MapApi(workspace, id);
    this.store = new MapStore(this.api, window.localStorage);
    this.numbers = new Numbers(this.api);
    this.live = new Live(this.api, this.store, {
      comment: () => void this.loadComments(),
      numbers: (built) => void this.recount(built),
      closed: (reason) => void this.cutOff(reason),
      version: () => this.say(t("A version was saved or restored.")),
      change: (change) => {
        this.say(t("{name} changed the map: {title}", { name: change.by, title: change.title }));
        this.numbers.soon();
        const comparing = this.comparing.peek();
        if (comparing?.next === NOW || comparing?.old === NOW) void this.compare(comparing.old, comparing.next);
      },
    });
  }

  get document() {
    return this.comparing.value?.document ?? this.store.document.value;
  }
  get canEdit(): boolean {
    return this.rights.value.has("edit-maps");
  }
  get mayEdit(): boolean {
    return this.canEdit && this.comparing.value === null;
  }
  get mayComment(): boolean {
    return this.rights.value.has("comment");
  }

  /** Show the map, then fetch what lies beside it. */
  open(opened: Opened): void {
    this.happened = opened.happened ?? 0;
    batch(() => {
      this.rights.value = new Set(opened.rights);
      this.me.value = opened.me;
      this.store.open(opened.document, opened.revision);
    });
    effect(() => { this.live.at(this.selected.value); });
    effect(() => { if (this.store.conflicts.value.length) this.dialog.value = "conflict"; });
    effect(() => {
      const refused = this.store.refusal.value;
      if (refused) this.tell([refused.message, refused.hint].filter(Boolean).join(" "));
    });
  }

  /** Figures, comments, proposals and findings. Settled when all that takes room on the map is there; the map is usable before. */
  beside(): Promise<unknown> {
    const drawn = [this.numbers.ask(), this.loadComments(), this.loadProposals()];
    this.live.start(this.happened);
    void this.lint();
    effect(() => { void this.loadTouchpoints(this.numbers.filters.value); });
    if (this.canEdit) this.recall();
    return Promise.allSettled(drawn);
  }

  /** Make earlier visits' changes undoable, once what an earlier visit left unsent is sent. */
  private recall(): void {
    const stop = effect(() => {
      if (this.store.pending.value.length) return;
      queueMicrotask(() => { stop(); void this.store.recall().catch(() => undefined); });
    });
  }

  /** The journeys were built anew: read again quietly, then say so; after a break of the line only read. */
  private async recount(built: Built | null): Promise<void> {
    await this.numbers.ask();
    void this.loadProposals();
    void this.loadTouchpoints();
    void this.lint();
    if (built) this.tell(t("New figures: as of {time}", { time: moment(built.since) }));
  }

  /** The server has ended the stream: ask what we may do now, and go on with that. */
  private async cutOff(reason: string): Promise<void> {
    if (reason === "rights") {
      try {
        this.rights.value = new Set((await this.api.open()).rights);
        this.tell(t("What you may do with this map has changed."));
        this.live.listen();
        return;
      } catch (fault) {
        if (!(fault instanceof ApiError)) throw fault;
      }
    }
    this.rights.value = new Set();
    this.tell(reason === "gone" ? t("This map has been deleted.") : t("You are no longer signed in here, or this map is no longer open to you. Load the page again."));
  }

  async loadTouchpoints(filters = this.numbers.filters.peek()): Promise<void> {
    const found = await this.api.touchpoints(filters).catch(() => null);
    if (found && filters === this.numbers.filters.peek()) this.touchpoints.value = found;
  }

  async loadComments(): Promise<void> {
    this.comments.value = await this.api.comments().catch(() => this.comments.peek());
  }
  async loadProposals(): Promise<void> {
    this.proposals.value = await this.api.proposals().catch(() => this.proposals.peek());
  }
  async lint(): Promise<void> {
    this.findings.value = await this.api.lint().catch(() => this.findings.peek());
  }

  /** Change the map; the title is what others and the history read. */
  change(title: string, ops: readonly Op[], telling = title): boolean {
    if (!this.mayEdit || ops.length === 0) return false;
    const done = this.store.change(title, ops);
    if (!done) return false;
    this.say(telling);
    clearTimeout(this.lintTimer);
    this.lintTimer = window.setTimeout(() => void this.lint(), LINT_AFTER);
    if (ops.some((op) => asksForNumbers(op))) this.numbers.soon();
    return true;
  }

  undo(): void {
    if (this.comparing.peek()) return;
    this.told(this.store.undo(), t("Undone: {title}"), t("There is nothing to undo."));
  }
  redo(): void {
    if (this.comparing.peek()) return;
    this.told(this.store.redo(), t("Done again: {title}"), t("There is nothing to do again."));
  }
  private told(title: string | null, done: string, nothing: string): void {
    if (title === null) this.say(nothing);
    else if (title === "") this.tell(t("Somebody else has changed this since, so it cannot be undone."));
    else this.say(done.replace("{title}", title));
    if (title) this.numbers.soon();
  }

  /** Words for screen readers, without a sign on screen. */
  say(text: string): void {
    this.said.value = this.said.value === text ? `${text}\u200b` : text;
  }

  /** Words for everybody, gone after a while. */
  tell(text: string, action?: Toast["action"]): void {
    this.toast.value = action ? { text, action } : { text };
    this.say(text);
    clearTimeout(this.toastTimer);
    this.toastTimer = window.setTimeout(() => { this.toast.value = null; }, TOAST_FOR);
  }

  select(place: Place | null, open = false): void {
    if (place?.id !== this.selected.value?.id || place?.kind !== this.selected.value?.kind) this.selected.value = place;
    if (open && place) this.openPanel(this.usualTab(place));
  }

  /** Lay two kept states over one another; `NOW` is the map as it is. */
  async compare(old: string, next: string): Promise<void> {
    try {
      const comparing = await compareStates(this.api, old, next);
      batch(() => {
        if (!this.comparing.peek()) { this.compareList.value = !this.narrow.peek(); this.panelOpen.value = false; this.dialog.value = ""; this.writing.value = null; this.linking.leave(); }
        this.comparing.value = comparing;
        this.showing.value = "both";
      });
      this.say(t("The map shows what is different; nothing can be changed until the comparison is closed."));
    } catch (fault) {
      this.tell(fault instanceof Error ? fault.message : String(fault));
    }
  }

  /** Rows per persona, one under the other; fewer than two: as one. */
  showBeside(personas: readonly string[]): void {
    this.sideBySide.value = personas.length > 1;
    void this.numbers.sideBySide(personas);
    this.say(personas.length > 1 ? t("{n} personas side by side", { n: personas.length }) : t("Personas one over the other"));
  }

  stopComparing(): void {
    if (!this.comparing.peek()) return;
    batch(() => { this.comparing.value = null; this.compareList.value = false; });
    this.say(t("Comparison closed."));
  }

  /** Bring a thing into sight and the keyboard to it, wherever it lies. */
  goTo(place: Place): void {
    this.turnTo(place);
    this.focus(place);
  }

  /** On a phone, show the step that the thing belongs to. */
  turnTo(place: Place): void {
    const step = this.document.cards[place.id]?.step ?? this.document.points[place.id]?.step ?? place.id;
    const column = this.layout.value.columns.findIndex((one) => one.id === step || one.stage.id === step);
    if (this.narrow.peek() && column >= 0) this.phoneStep.value = column;
  }

  unfold(cell: string): void {
    this.unfolded.value = new Set([...this.unfolded.peek(), cell]);
  }

  openPanel(tab: Tab): void {
    this.tab.value = tab;
    this.panelOpen.value = true;
  }

  /** Move the keyboard's place there once it is drawn. */
  focus(place: Place): void {
    this.selected.value = place;
    this.focusNext.value = place;
  }

  usualTab(place: Place): Tab {
    const now = this.tab.peek();
    if (now === "check" || now === "comments") return now;
    if (place.kind === "steps") return now === "evidence" || now === "details" ? now : "binding";
    if (place.kind === "computed") return "evidence";
    if (place.kind === "cards") return now === "evidence" ? now : "details";
    return "details";
  }

  write(place: Place, field: Writing["field"], more: Partial<Writing> = {}): void {
    if (this.mayEdit) this.writing.value = { place, field, ...more };
  }

  /** What a place is called, for announcements and heads. */
  nameOf(place: Place): string {
    const doc = this.document;
    if (place.kind === "head") return word(doc.head.title, doc);
    if (place.kind === "cells") return this.cellName(place.id);
    if (place.kind === "lanes") { const lane = doc.lanes[place.id]; return lane ? laneName(lane, doc) : ""; }
    if (place.kind === "stages") return word(doc.stages[place.id]?.label, doc) || t("Phase without a name");
    if (place.kind === "steps") return word(doc.steps[place.id]?.label, doc) || t("Step without a name");
    if (place.kind === "cards") return word(doc.cards[place.id]?.text, doc) || t("Empty card");
    return place.id;
  }

  private cellName(id: string): string {
    const [lane = "", step = "", persona = ""] = id.split("|");
    const who = word(this.document.personas[persona]?.label, this.document);
    return [this.nameOf({ kind: "lanes", id: lane }), this.nameOf({ kind: "steps", id: step }), who].filter(Boolean).join(", ");
  }

  /* ---- edits that the toolbar, the menus and the keys share ---- */

  addStep(after?: string): void {
    const doc = this.document;
    const layout = this.layout.value;
    const before = after ? doc.steps[after] : undefined;
    const stage = before?.stage ?? (after && doc.stages[after] ? after : layout.stages[layout.stages.length - 1]?.id);
    if (!stage) { this.addStage(); return; }
    const inside = edits.stepsIn(doc, stage);
    const at = before ? inside.findIndex((step) => step.id === after) + 1 : inside.length;
    const made = edits.addStep(doc, stage, at, t("New step"));
    if (this.change(t("Step added"), made.ops)) this.created({ kind: "steps", id: made.id });
  }

  addStage(after?: string): void {
    const stages = this.layout.value.stages;
    const at = after ? stages.findIndex((stage) => stage.id === after) + 1 : stages.length;
    const made = edits.addStage(this.document, at, t("New phase"));
    const after2 = { ...this.document, stages: { ...this.document.stages, [made.id]: {} as never } };
    const step = edits.addStep(after2, made.id, 0, t("New step"));
    if (this.change(t("Phase added"), [...made.ops, ...step.ops])) this.created({ kind: "stages", id: made.id });
  }

  addLane(kind: LaneKind, after?: string): void {
    const lanes = Object.entries(this.document.lanes).map(([id, lane]) => ({ ...lane, id })).sort((a, b) => (a.order < b.order ? -1 : 1));
    const at = after ? lanes.findIndex((lane) => lane.id === after) + 1 : lanes.length;
    const made = edits.addLane(this.document, kind, at, "");
    if (this.change(t("Lane added"), made.ops)) this.focus({ kind: "lanes", id: made.id });
  }

  private created(place: Place): void {
    this.focus(place);
    this.write(place, "label");
  }

  rename(place: Place, text: string): void {
    const kind = place.kind as Kind | "head";
    const field = kind === "cards" ? "text" : kind === "head" ? "title" : "label";
    const value = edits.labelOf(text, this.document);
    this.change(kind === "cards" ? t("Text changed") : t("Renamed to “{name}”", { name: text.trim() }), edits.set(this.document, kind, place.id, field, value));
  }

  put(place: Place, field: string, value: unknown, title: string): void {
    this.change(title, edits.set(this.document, place.kind as Kind | "head", place.id, field, value));
  }

  addCard(lane: string, step: string, kind: CardKind, text: string, more: Partial<import("./types").Card> = {}): string {
    const made = edits.addCard(this.document, { lane, step, kind, text: edits.labelOf(text, this.document), ...more });
    return this.change(t("Card added"), made.ops) ? made.id : "";
  }

  /** Spell a step or card out in another map, which then knows where it belongs. */
  async linkSubMap(place: Place, child: string): Promise<void> {
    this.put(place, "sub_map", child, t("Sub-map linked"));
    if (!child) return;
    const api = new MapApi(this.workspace, child);
    try {
      const { document, revision, rights } = await api.open();
      const told: readonly (readonly [string, unknown, string])[] = [["parent_map", document.head.parent_map ?? "", this.id], ["parent_card", document.head.parent_card ?? "", place.id]];
      if (!rights.includes("edit-maps") || document.head.parent_map) return;
      const ops = told.map(([field, was, value]) => ({ op: "set" as const, kind: "head" as const, id: "head", field, was, value }));
      await api.send({ id: crypto.randomUUID(), title: t("Sub-map linked"), ops }, revision);
    } catch (fault) {
      this.tell(fault instanceof Error ? fault.message : String(fault));
    }
  }

  addPoint(lane: string, step: string, persona: string, series: Series, value: number): string {
    const made = edits.addPoint(lane, step, persona, series, value);
    return this.change(t("Point drawn"), made.ops) ? made.id : "";
  }

  remove(place: Place, next?: Place): void {
    const kind = kindOf(this.document, place.id);
    if (!kind || !this.mayEdit) return;
    const name = this.nameOf(place);
    if (this.change(t("Deleted: {name}", { name }), edits.remove(kind, place.id))) {
      if (next) this.focus(next);
      else this.selected.value = null;
      this.tell(t("Deleted: {name}", { name }), { label: t("Undo"), run: () => this.undo() });
    }
  }

  shows(state: State): boolean {
    return this.showing.value === "both" || state === "both" || state === this.showing.value;
  }
}

export interface MenuItem {
  label: string;
  icon?: string;
  hint?: string;
  danger?: boolean;
  checked?: boolean;
  run: () => void;
}

function asksForNumbers(op: Op): boolean {
  if (op.kind === "head" || op.kind === "steps" || op.kind === "stages" || op.kind === "personas") {
    return op.op !== "set" || ["binding", "order", "stage", "segment", "since", "until", "filter", "goal_step"].includes(op.field);
  }
  return op.kind === "lanes" && op.op !== "set";
}

function countOpen(comments: readonly Comment[]): ReadonlyMap<string, number> {
  const closed = new Set(comments.filter((one) => one.resolved && !one.parent).map((one) => one.id));
  const found = new Map<string, number>();
  for (const one of comments) {
    if (one.resolved || closed.has(one.parent ?? "")) continue;
    found.set(one.anchor.id, (found.get(one.anchor.id) ?? 0) + 1);
  }
  return found;
}
