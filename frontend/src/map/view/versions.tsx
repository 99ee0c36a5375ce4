/** What the map was: named states, what is different, and back to one of them. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import { N_, t } from "../../i18n";
import { NOW } from "../comparing";
import type { Editor } from "../editor";
import * as f from "../formats";
import type { Version } from "../types";
import { Icon, Tool, useEditor } from "./parts";

export function VersionsDialog(): JSX.Element {
  const editor = useEditor();
  const versions = useSignal<readonly Version[]>([]);
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
              <Tool icon="git-compare" label={t("What is different now")} class="btn-s" run={() => { editor.dialog.value = ""; void editor.compare(one.id, NOW); }} />
              {editor.canEdit ? <Tool icon="rotate-ccw" label={t("Restore")} class="btn-s" run={() => void restore(editor, one)} /> : null}
            </div>
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

export async function restore(editor: Editor, version: Version): Promise<void> {
  try {
    const answer = await editor.api.restore(version.id);
    await editor.store.done(t("Version restored"), answer.undo);
    editor.dialog.value = "";
    editor.stopComparing();
    editor.numbers.soon();
    editor.tell(t("The map is as it was; the state before is kept as a version."));
  } catch (fault) {
    editor.tell(fault instanceof Error ? fault.message : String(fault));
  }
}
