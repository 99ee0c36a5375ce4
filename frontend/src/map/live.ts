/** What others do, as it happens: server-sent events, with a resume after every break. */

import { signal } from "@preact/signals";

import type { MapApi, StoredChange } from "./api";
import type { MapStore } from "./store";
import type { Place, Presence } from "./types";

const AGAIN_AFTER = 3000;
const TELL_AT_MOST_EVERY = 400;
const TELL_AT_LEAST_EVERY = 20000;

/** Journeys that were built anew: which, and when. */
export interface Built { snapshot: string; since: string }

export interface Heard {
  comment: () => void;
  numbers: (built: Built | null) => void;
  /** The stream has ended for good: `rights` (they changed), `no-access` or `gone`. */
  closed: (reason: string) => void;
  version: () => void;
  change: (change: StoredChange) => void;
}

/** Listens to one map and tells where we are. */
export class Live {
  readonly others = signal<readonly Presence[]>([]);
  readonly connected = signal(false);
  private readonly client = crypto.randomUUID();
  private source: EventSource | null = null;
  private where: Place | null = null;
  private timer = 0;
  private wasOpen = false;
  private seen = 0;

  constructor(private readonly api: MapApi, private readonly store: MapStore, private readonly heard: Heard) {}

  /** `happened`: how much had happened to the map when it was opened. */
  start(happened: number): void {
    this.seen = happened;
    this.listen();
    addEventListener("online", () => { this.store.wake(); this.listen(); });
    document.addEventListener("visibilitychange", () => { if (!document.hidden && !this.connected.value) this.listen(); });
    setInterval(() => this.tell(), TELL_AT_LEAST_EVERY);
    addEventListener("pagehide", () => { this.source?.close(); this.api.leave(this.client); });
  }

  /** Remember where the reader is and tell the others soon. */
  at(where: Place | null): void {
    if (where?.id === this.where?.id) return;
    this.where = where;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.tell(), TELL_AT_MOST_EVERY);
  }

  private tell(): void {
    if (document.hidden) return;
    this.api.presence(this.where, this.client).catch(() => undefined);
  }

  /** Listen from what is known now. What was heard already does not come again. */
  listen(): void {
    this.source?.close();
    const source = new EventSource(this.api.live(this.store.revision.value, this.seen));
    this.source = source;
    source.onopen = () => {
      if (this.wasOpen) this.heard.numbers(null);
      this.wasOpen = true;
      this.connected.value = true;
      this.tell();
    };
    source.onerror = () => {
      this.connected.value = false;
      if (source.readyState === EventSource.CLOSED && this.source === source) setTimeout(() => this.listen(), AGAIN_AFTER);
    };
    for (const kind of ["change", "comment", "version"]) source.addEventListener(kind, (event) => { this.seen = Number(event.lastEventId) || this.seen; });
    source.addEventListener("change", (event) => this.changed(read<StoredChange>(event)));
    source.addEventListener("presence", (event) => this.present(read<unknown>(event)));
    source.addEventListener("comment", () => this.heard.comment());
    source.addEventListener("numbers", (event) => this.heard.numbers(read<Built>(event)));
    source.addEventListener("version", () => { this.heard.version(); void this.store.catchUp(); });
    source.addEventListener("closed", (event) => {
      source.close();
      this.connected.value = false;
      this.heard.closed(read<{ reason: string }>(event)?.reason ?? "");
    });
  }

  private changed(change: StoredChange | null): void {
    if (!change) return;
    if (change.revision > this.store.revision.value + 1) void this.store.catchUp();
    else this.store.received([change]);
    if (!this.store.isMine(change.id)) this.heard.change(change);
  }

  private present(told: unknown): void {
    const body = told as { people?: Presence[]; present?: Presence[] } | Presence[] | null;
    const people = Array.isArray(body) ? body : body?.people ?? body?.present;
    if (people) this.others.value = people.filter((one) => one.client !== this.client);
    else if (body && "client" in body) this.oneMoved(body as unknown as Presence);
  }

  private oneMoved(person: Presence & { gone?: boolean }): void {
    if (person.client === this.client) return;
    const rest = this.others.value.filter((one) => one.client !== person.client);
    this.others.value = person.gone ? rest : [...rest, person];
  }
}

function read<T>(event: Event): T | null {
  try {
    return JSON.parse((event as MessageEvent<string>).data) as T;
  } catch {
    return null;
  }
}
