/** What the map was: named states, what is different, and back to one of them. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import { N_, t } from "../../i18n";
import type { Editor } from "../editor";
import * as f from "../formats";
import type { Difference, Version } from "../types";
import { word } from "../words";
import { Icon, Tool, useEditor } from "./parts";

export function VersionsDialog(): JSX.Element {
  const editor = useEditor();
  const versions = useSignal<readonly Version[]>([]);
  const looked = useSignal("");
  const load = (): void => { editor.api.versions().then((all) => { versions.value = all; }, (fault: Error) => editor.tell(fault.message)); };
  useEffect(load, []);
  const keep = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = String(new FormData(form).get("name") ?? "").trim();
    if (!name) return;
    await editor.api.saveVersion(name).then(() => { form.reset(); editor.tell(t("Version “{name}” kept", { name })); }, (fault: Error) => editor.tell(fault.message));
    load();
  };
  return (
    <div class="stack">
      {editor.mayEdit ? (
        <form class="copy-line" onSubmit={(event) => void keep(event)}>
          <input class="input" name="name" maxLength={200} required placeholder={t("for example: shown to the board")} aria-label={t("Name of the version")} />
          <button type="submit" class="btn btn-main"><Icon name="bookmark" />{t("Keep this state")}</button>
        </form>
      ) : null}
      {versions.value.length ? null : <p class="quiet">{t("No version kept yet. Before something big changes, a state is kept by itself.")}</p>}
      <ol class="versions">
        {versions.value.map((one) => (
          <li key={one.id}>
            <div class="version-line">
              <span><b>{one.name || reasonWord(one.reason ?? "")}</b><small class="quiet">{f.moment(one.at)} · {one.by}</small></span>
              <Tool icon="git-compare" label={t("What is different now")} class="btn-s" pressed={looked.value === one.id} run={() => { looked.value = looked.value === one.id ? "" : one.id; }} />
              {editor.mayEdit ? <Tool icon="rotate-ccw" label={t("Restore")} class="btn-s" run={() => void restore(editor, one)} /> : null}
            </div>
            {looked.value === one.id ? <Differences version={one.id} /> : null}
          </li>
        ))}
      </ol>
    </div>
  );
}

const REASONS: Readonly<Record<string, string>> = {
  named: N_("Kept by name"), "before-restore": N_("Before something was restored"), daily: N_("End of a day’s work"),
};

function reasonWord(reason: string): string {
  const known = REASONS[reason];
  return known ? t(known) : t("Kept by itself");
}

async function restore(editor: Editor, version: Version): Promise<void> {
  try {
    const answer = await editor.api.restore(version.id);
    await editor.store.done(t("Version restored"), answer.undo);
    editor.dialog.value = "";
    editor.numbers.soon();
    editor.tell(t("The map is as it was; the state before is kept as a version."));
  } catch (fault) {
    editor.tell(fault instanceof Error ? fault.message : String(fault));
  }
}

function Differences({ version }: { version: string }): JSX.Element {
  const editor = useEditor();
  const found = useSignal<readonly Difference[] | null>(null);
  useEffect(() => { editor.api.compare(version, "0").then((all) => { found.value = all; }, (fault: Error) => editor.tell(fault.message)); }, [version]);
  if (!found.value) return <p class="quiet small">{t("comparing …")}</p>;
  if (!found.value.length) return <p class="quiet small">{t("Nothing is different.")}</p>;
  return <ul class="diff">{found.value.slice(0, 200).map((one, index) => <DifferenceLine key={index} one={one} />)}</ul>;
}

const CHANGES: Readonly<Record<Difference["change"], readonly [string, string]>> = {
  added: [N_("new"), "plus"], removed: [N_("gone"), "minus"], moved: [N_("moved"), "arrow-right"], changed: [N_("changed"), "pencil"],
};

function said(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value !== "object") return String(value);
  const entity = value as Record<string, unknown>;
  const label = entity["text"] ?? entity["label"];
  if (label && typeof label === "object") return word(label as Record<string, string>);
  const texts = Object.values(entity);
  return texts.every((one) => typeof one === "string") ? texts.join(" / ") : "…";
}

function DifferenceLine({ one }: { one: Difference }): JSX.Element {
  const editor = useEditor();
  const [name, icon] = CHANGES[one.change];
  const where = [one.where.step, one.where.lane].filter(Boolean).map((id) => editor.nameOf({ kind: editor.document.steps[id] ? "steps" : "lanes", id })).filter(Boolean).join(" · ");
  return (
    <li class={`diff-${one.change}`}>
      <span class="diff-k"><Icon name={icon} />{t(name)}</span>
      <span>{one.change === "changed" ? <><del>{said(one.before)}</del> <ins>{said(one.after)}</ins></> : one.change === "moved" ? editor.nameOf({ kind: one.kind, id: one.id }) : said(one.after ?? one.before)}
        {where ? <small class="quiet">{where}</small> : null}</span>
    </li>
  );
}
