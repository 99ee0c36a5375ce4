/** Files on their way in: dropped or chosen, sent in pieces, resumed after a lost connection. */

const PIECE = 4 * 1024 * 1024;
const AT_ONCE = 3;
const LONGEST_PAUSE = 15_000;

interface State { id: string; received: number; size: number; state: string }
interface Source { file: File; folder: string }
interface Row { place: HTMLElement; bar: HTMLProgressElement; told: HTMLElement; stop: AbortController }

class Refused extends Error {
  constructor(readonly status: number, message: string, readonly facts: Record<string, string>) {
    super(message);
  }
}

let table: Uint32Array | undefined;

/** CRC-32 as zlib has it: it needs no secure context, unlike the browser's own digests. */
export function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";
}

async function ask<T>(method: string, address: string, body: BodyInit | null, more: Record<string, string>, signal: AbortSignal): Promise<T> {
  const headers = { Accept: "application/json", "X-CSRF-Token": csrf(), ...more };
  const answer = await fetch(address, { method, headers, body, signal, credentials: "same-origin" });
  if (answer.ok) return (await answer.json()) as T;
  const said = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  const inner = (typeof said["error"] === "object" && said["error"] !== null ? said["error"] : said) as Record<string, unknown>;
  const words = [inner["message"], inner["hint"]].filter(Boolean).join(" ");
  throw new Refused(answer.status, words || `HTTP ${answer.status}`, (inner["facts"] ?? {}) as Record<string, string>);
}

const pause = (ms: number): Promise<void> => new Promise((done) => window.setTimeout(done, ms));

export class Uploads {
  private readonly waiting: Source[] = [];
  private busy = 0;
  private sent = 0;
  private failed = 0;

  constructor(private readonly zone: HTMLElement) {}

  /** Take files; each shows up at once, three are sent at a time. */
  take(sources: readonly Source[]): void {
    this.waiting.push(...sources.filter((one) => !one.file.name.startsWith(".")));
    while (this.busy < AT_ONCE && this.waiting.length > 0) void this.next();
  }

  private async next(): Promise<void> {
    const source = this.waiting.shift();
    if (!source) return;
    this.busy += 1;
    const row = this.row(source);
    try {
      await this.send(source, row);
      row.place.remove();
      this.sent += 1;
    } catch (error) {
      if (!row.stop.signal.aborted) this.fail(row, error);
    }
    this.busy -= 1;
    const sending = document.querySelector<HTMLElement>("#sending");
    if (sending && sending.children.length === 0) document.querySelector("#sending-section")?.setAttribute("hidden", "");
    document.body.dispatchEvent(new CustomEvent("uploads-changed", { bubbles: true }));
    if (this.waiting.length > 0) void this.next();
    else if (this.busy === 0) this.then();
  }

  /** Where the page is not the one that shows what became of the files, go there. */
  private then(): void {
    const next = this.zone.dataset["then"];
    if (!next || this.sent === 0) return;
    if (this.failed === 0) window.location.assign(next);
    else document.querySelector("#sent-some")?.removeAttribute("hidden");
  }

  private row(source: Source): Row {
    const template = document.querySelector<HTMLTemplateElement>("#upload-row");
    const place = (template?.content.firstElementChild?.cloneNode(true) ?? document.createElement("li")) as HTMLElement;
    const find = <E extends Element>(name: string): E => place.querySelector<E>(`[data-part="${name}"]`) as E;
    const stop = new AbortController();
    find<HTMLElement>("name").textContent = source.file.name;
    find<HTMLProgressElement>("bar").setAttribute("aria-label", source.file.name);
    find<HTMLButtonElement>("cancel").addEventListener("click", () => {
      stop.abort();
      place.remove();
    });
    document.querySelector("#sending")?.append(place);
    document.querySelector("#sending-section")?.removeAttribute("hidden");
    return { place, bar: find("bar"), told: find("told"), stop };
  }

  private fail(row: Row, error: unknown): void {
    this.failed += 1;
    row.place.classList.add("is-failed");
    row.told.textContent = error instanceof Error ? error.message : String(error);
    row.told.setAttribute("role", "alert");
    row.bar.remove();
  }

  private async send(source: Source, row: Row): Promise<void> {
    const { file, folder } = source;
    const signal = row.stop.signal;
    const address = this.zone.dataset["uploads"] ?? "";
    const asked = { files: [{ name: file.name, size: file.size, folder, stamp: String(file.lastModified) }] };
    const json = { "Content-Type": "application/json" };
    const begun = await this.patiently(row, () => ask<{ uploads: State[] }>("POST", address, JSON.stringify(asked), json, signal));
    let state = begun.uploads[0] as State;
    const mine = `${address}/${state.id}`;
    signal.addEventListener("abort", () => {
      void ask("DELETE", mine, null, {}, new AbortController().signal).catch(() => undefined);
    });
    while (state.state === "receiving" && state.received < file.size) {
      const at = state.received;
      const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
      const more = { "Content-Type": "application/octet-stream", "Upload-Offset": String(at), "Upload-Checksum": `crc32=${crc32(piece)}` };
      state = await this.patiently(row, () => this.piece(mine, piece, more, signal));
      this.tell(row, state, file.size);
    }
  }

  /** Send one piece; where the server wants another place, its state says which. */
  private async piece(mine: string, piece: Uint8Array<ArrayBuffer>, more: Record<string, string>, signal: AbortSignal): Promise<State> {
    try {
      return await ask<State>("PUT", mine, piece, more, signal);
    } catch (error) {
      if (error instanceof Refused && error.status === 409) return ask<State>("GET", mine, null, {}, signal);
      throw error;
    }
  }

  /** Ask again while the connection is gone or the server is busy; give up where it says no. */
  private async patiently<T>(row: Row, what: () => Promise<T>): Promise<T> {
    for (let wait = 500; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      try {
        const answer = await what();
        row.place.classList.remove("is-waiting");
        return answer;
      } catch (error) {
        const says = error instanceof Refused && error.status < 500 && error.status !== 408 && error.status !== 429;
        if (row.stop.signal.aborted || says) throw error;
        row.place.classList.add("is-waiting");
        row.told.textContent = row.place.dataset["offline"] ?? "";
        await pause(wait);
      }
    }
  }

  private tell(row: Row, state: State, size: number): void {
    const share = size ? state.received / size : 1;
    row.bar.value = share;
    const language = document.documentElement.lang || "en";
    row.told.textContent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(share);
  }
}

async function entriesOf(items: DataTransferItemList): Promise<Source[]> {
  const dropped = [...items].filter((item) => item.kind === "file");
  const all = dropped.map((item) => [item.webkitGetAsEntry(), item.getAsFile()] as const);
  const found = await Promise.all(all.map(async ([entry, file]) => {
    if (entry) return walk(entry, "");
    return file ? [{ file, folder: "" }] : [];
  }));
  return found.flat();
}

async function walk(entry: FileSystemEntry, folder: string): Promise<Source[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, no) => (entry as FileSystemFileEntry).file(done, no));
    return [{ file, folder }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Source[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, no) => reader.readEntries(done, no));
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await walk(one, entry.name)));
  }
}

function chosen(input: HTMLInputElement): Source[] {
  return [...(input.files ?? [])].map((file) => ({ file, folder: file.webkitRelativePath.split("/").slice(0, -1).join("/") }));
}

function start(zone: HTMLElement): void {
  const uploads = new Uploads(zone);
  for (const input of zone.querySelectorAll<HTMLInputElement>('input[type="file"]')) {
    input.addEventListener("change", () => {
      uploads.take(chosen(input));
      input.value = "";
    });
  }
  for (const button of zone.querySelectorAll<HTMLButtonElement>("button[data-choose]")) {
    button.addEventListener("click", () => zone.querySelector<HTMLInputElement>(`#${button.dataset["choose"]}`)?.click());
  }
  const over = (event: DragEvent, on: boolean): void => {
    event.preventDefault();
    zone.classList.toggle("is-over", on);
  };
  document.addEventListener("dragover", (event) => over(event, true));
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(event, false); });
  document.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer) void entriesOf(event.dataTransfer.items).then((found) => uploads.take(found));
  });
}

const zone = document.querySelector<HTMLElement>("[data-uploads]");
if (zone) start(zone);
