/** The document on screen: what the server has, and what was changed here and is not confirmed yet. */

import { batch, computed, signal } from "@preact/signals";

import { ApiError, type MapApi, type StoredChange, type Undoable as Logged } from "./api";
import { filledDocument } from "./defaults";
import { apply } from "./model";
import type { Change, Conflict, MapDocument, Op } from "./types";

export type Saving = "saved" | "saving" | "offline" | "refused";
/** A change of ours; `before` is its revision where the log told of it. */
interface Undoable { id: string; title: string; undo: readonly Op[]; before?: number }
const FETCH_OLDER_AT = 20;
const RETRY_FIRST = 1000;
const RETRY_MOST = 15000;

/** One map while it is edited: optimistic, queued, rebased on what others do. */
export class MapStore {
  readonly base = signal<MapDocument>(undefined as unknown as MapDocument);
  readonly document = signal<MapDocument>(undefined as unknown as MapDocument);
  readonly pending = signal<readonly Change[]>([]);
  readonly revision = signal(0);
  readonly saving = signal<Saving>("saved");
  readonly savedAt = signal<Date | null>(null);
  readonly conflicts = signal<readonly Conflict[]>([]);
  readonly refusal = signal<ApiError | null>(null);
  readonly past = signal<readonly Undoable[]>([]);
  readonly future = signal<readonly Undoable[]>([]);
  private older = 0;
  readonly canUndo = computed(() => this.past.value.length > 0);
  readonly canRedo = computed(() => this.future.value.length > 0);
  private sending = false;
  private retry = RETRY_FIRST;
  private readonly mine = new Set<string>();

  constructor(private readonly api: MapApi, private readonly keep: Storage | null) {}

  /** Take over the map as the server has it, and changes that an earlier visit could not send. */
  open(stored: Partial<MapDocument>, revision: number): void {
    const document = filledDocument(stored);
    batch(() => {
      this.base.value = document;
      this.document.value = document;
      this.revision.value = revision;
      this.pending.value = this.kept();
    });
    if (this.pending.value.length) {
      this.fold();
      void this.flush();
    }
  }

  /** Change the map here and now, and queue it for the server; returns whether it was possible. */
  change(title: string, ops: readonly Op[]): boolean {
    const done = this.perform(title, ops);
    if (!done) return false;
    this.past.value = [...this.past.value, done];
    this.future.value = [];
    return true;
  }

  undo(): string | null {
    return this.step(this.past, this.future);
  }

  redo(): string | null {
    return this.step(this.future, this.past);
  }

  private step(from: typeof this.past, to: typeof this.past): string | null {
    const last = from.value[from.value.length - 1];
    if (!last) return null;
    from.value = from.value.slice(0, -1);
    if (from === this.past) void this.fetchOlder();
    const done = this.perform(last.title, last.undo, last.id);
    if (!done) return "";
    to.value = [...to.value, done];
    return last.title;
  }

  /** Our own changes of earlier visits, from the log; those of this visit stay the next ones. */
  async recall(): Promise<void> {
    const known = new Set([...this.past.value, ...this.future.value].map((one) => one.id));
    const history = await this.api.history();
    const asUndoable = (one: Logged): Undoable => ({ id: one.id, title: one.title, undo: one.undo, before: one.revision });
    const fresh = (all: readonly Logged[]): Undoable[] => all.filter((one) => !known.has(one.id)).map(asUndoable).reverse();
    batch(() => {
      if (!known.size) this.future.value = fresh(history.future);
      this.past.value = [...fresh(history.past), ...this.past.value];
    });
    this.older = history.older;
  }

  /** Fetch what is older before the last one known is undone. */
  private async fetchOlder(): Promise<void> {
    const oldest = this.past.value.find((one) => one.before !== undefined);
    if (!this.older || this.past.value.length > FETCH_OLDER_AT || oldest?.before === undefined) return;
    this.older = 0;
    const history = await this.api.history(oldest.before).catch(() => null);
    if (!history) return;
    this.past.value = [...history.past.map((one) => ({ id: one.id, title: one.title, undo: one.undo, before: one.revision })).reverse(), ...this.past.value];
    this.older = history.older;
  }

  private perform(title: string, ops: readonly Op[], undoes = ""): Undoable | null {
    performance.mark("waypost:edit");
    const applied = apply(this.document.value, ops);
    if (applied.conflicts.length || applied.ops.length === 0) return null;
    const change: Change = { id: crypto.randomUUID(), title, ops: [...ops], undoes };
    this.mine.add(change.id);
    batch(() => {
      this.document.value = applied.document;
      this.pending.value = [...this.pending.value, change];
      this.saving.value = this.saving.value === "offline" ? "offline" : "saving";
    });
    this.remember();
    void this.flush();
    return { id: change.id, title, undo: applied.undo };
  }

  /** What the server changed at our word can be taken back like our own edits. */
  async done(title: string, undo: readonly Op[] | undefined): Promise<void> {
    await this.catchUp();
    if (!undo?.length) return;
    const id = (await this.api.history().catch(() => null))?.past[0]?.id ?? crypto.randomUUID();
    this.past.value = [...this.past.value, { id, title, undo }];
    this.future.value = [];
  }

  /** Changes of others, or our own coming back, in the order of their revisions. */
  received(changes: readonly StoredChange[]): void {
    batch(() => {
      for (const change of changes) this.receive(change);
      this.fold();
    });
  }

  private receive(change: StoredChange): void {
    if (change.revision <= this.revision.value) return;
    const applied = apply(this.base.value, change.ops);
    this.base.value = applied.conflicts.length ? this.base.value : applied.document;
    this.revision.value = change.revision;
    this.pending.value = this.pending.value.filter((waiting) => waiting.id !== change.id);
  }

  /** Fetch what was missed since the revision we have. */
  async catchUp(): Promise<void> {
    this.received(await this.api.since(this.revision.value));
  }

  isMine(change: string): boolean {
    return this.mine.has(change);
  }

  /** Lay the waiting changes over the base again; one that no longer fits becomes a conflict. */
  private fold(): void {
    let document = this.base.value;
    const fitting: Change[] = [];
    for (const change of this.pending.value) {
      const applied = apply(document, change.ops);
      if (applied.conflicts.length) {
        const rest = this.setAside(change, applied.conflicts);
        if (rest.length) {
          fitting.push({ ...change, id: crypto.randomUUID(), ops: rest });
          document = apply(document, rest).document;
        }
      } else {
        document = applied.document;
        fitting.push(change);
      }
    }
    this.pending.value = fitting;
    this.document.value = document;
    this.remember();
  }

  private setAside(change: Change, conflicts: readonly Conflict[]): readonly Op[] {
    this.conflicts.value = [...this.conflicts.value, ...conflicts];
    return change.ops.filter((op) => !conflicts.some((one) => isAbout(one, op)));
  }

  /** Settle a conflict: `value` is what shall stand, or undefined to leave theirs. */
  settle(conflict: Conflict, value: unknown): void {
    this.conflicts.value = this.conflicts.value.filter((one) => one !== conflict);
    if (value === undefined || conflict.theirs === null || conflict.op !== "set") return;
    const { kind, id, field } = conflict;
    const owner = kind === "head" ? this.document.value.head : this.document.value[kind][id];
    const was = (owner as unknown as Record<string, unknown> | undefined)?.[field];
    this.change("", [{ op: "set", kind, id, field, was, value }]);
  }

  private async flush(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.pending.value.length) await this.sendFirst();
      this.rest();
    } catch (fault) {
      this.failed(fault);
    } finally {
      this.sending = false;
    }
  }

  private rest(): void {
    this.saving.value = "saved";
    this.savedAt.value = new Date();
    this.retry = RETRY_FIRST;
  }

  private async sendFirst(): Promise<void> {
    const change = this.pending.value[0];
    if (!change) return;
    this.saving.value = this.saving.value === "offline" ? "offline" : "saving";
    try {
      const accepted = await this.api.send(change, this.revision.value);
      await this.confirmed(change, accepted.revision, accepted.ops);
    } catch (fault) {
      if (!(fault instanceof ApiError) || fault.status !== 409) throw fault;
      await this.refused(change, fault);
    }
  }

  private async confirmed(change: Change, revision: number, ops: readonly Op[]): Promise<void> {
    if (revision > this.revision.value + 1) await this.catchUp();
    this.received([{ revision, id: change.id, by: "", at: "", title: change.title, ops }]);
    if (this.pending.value[0]?.id === change.id) this.pending.value = this.pending.value.slice(1);
    this.remember();
  }

  private async refused(change: Change, fault: ApiError): Promise<void> {
    await this.catchUp();
    const still = this.pending.value.find((waiting) => waiting.id === change.id);
    if (!still) return;
    const rest = this.setAside(still, fault.conflicts);
    const kept = this.pending.value.filter((waiting) => waiting !== still);
    this.pending.value = rest.length && fault.conflicts.length
      ? [{ ...still, id: crypto.randomUUID(), ops: rest }, ...kept]
      : kept;
    this.fold();
  }

  private failed(fault: unknown): void {
    const error = fault instanceof ApiError ? fault : new ApiError(500, "", String(fault));
    const passing = error.status === 0 || error.status === 429 || error.status >= 500;
    if (!passing) {
      batch(() => {
        this.refusal.value = error;
        this.pending.value = this.pending.value.slice(1);
        this.saving.value = "refused";
        this.fold();
      });
      if (this.pending.value.length) setTimeout(() => void this.flush(), RETRY_FIRST);
      return;
    }
    this.saving.value = "offline";
    setTimeout(() => void this.flush(), this.retry);
    this.retry = Math.min(this.retry * 2, RETRY_MOST);
  }

  /** Try again now: the network is back. */
  wake(): void {
    this.retry = RETRY_FIRST;
    void this.flush();
  }

  private slot(): string {
    return `waypost:waiting:${this.api.root}`;
  }

  private remember(): void {
    const waiting = this.pending.value;
    try {
      if (waiting.length) this.keep?.setItem(this.slot(), JSON.stringify(waiting));
      else this.keep?.removeItem(this.slot());
    } catch (fault) {
      if (!(fault instanceof DOMException)) throw fault; // a full or forbidden storage only loses the safety net
    }
  }

  private kept(): readonly Change[] {
    try {
      const waiting = JSON.parse(this.keep?.getItem(this.slot()) ?? "[]") as Change[];
      for (const change of waiting) this.mine.add(change.id);
      return waiting;
    } catch (fault) {
      if (!(fault instanceof SyntaxError) && !(fault instanceof DOMException)) throw fault;
      return [];
    }
  }
}

function isAbout(conflict: Conflict, op: Op): boolean {
  return conflict.op === op.op && conflict.kind === op.kind && conflict.id === op.id
    && (op.op !== "set" || op.field === conflict.field);
}
