/** The editor as a whole. */

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import { t } from "../../i18n";
import type { Editor } from "../editor";
import { pageKey } from "../keys";
import { CompareBar, ComparePanel } from "./compare";
import { Dialogs } from "./dialogs";
import { Grid } from "./grid";
import { LinkPrompt } from "./links";
import { Menu } from "./menu";
import { Panel } from "./panel";
import { EditorContext, Tool } from "./parts";
import { PhoneCurve } from "./phone-curve";
import { Navigator, SearchBar, Toolbar, TopBar } from "./toolbar";

const PHONE = "(max-width: 760px)";

export function App({ editor, crumbs }: { editor: Editor; crumbs: readonly { id: string; title: string }[] }): JSX.Element {
  useEffect(() => {
    const phone = matchMedia(PHONE);
    const fit = (): void => { editor.narrow.value = phone.matches; };
    fit();
    phone.addEventListener("change", fit);
    const key = (event: KeyboardEvent): void => pageKey(editor, event);
    addEventListener("keydown", key);
    const leaving = (event: BeforeUnloadEvent): void => { if (editor.store.pending.peek().length) event.preventDefault(); };
    addEventListener("beforeunload", leaving);
    return () => { removeEventListener("keydown", key); removeEventListener("beforeunload", leaving); phone.removeEventListener("change", fit); };
  }, []);
  return (
    <EditorContext.Provider value={editor}>
      <TopBar crumbs={crumbs} />
      <Toolbar />
      <SearchBar />
      <CompareBar />
      <Navigator />
      <PhoneCurve />
      <div class={`work${editor.comparing.value ? (editor.compareList.value ? " has-panel" : "") : editor.panelOpen.value && editor.selected.value ? " has-panel" : ""}`}>
        <Grid />
        {editor.comparing.value ? <ComparePanel /> : <Panel />}
      </div>
      <Menu />
      <Dialogs />
      <Notice editor={editor} />
      <LinkPrompt />
      <div class="vh" role="status" aria-live="polite">{editor.said.value}</div>
    </EditorContext.Provider>
  );
}

function Notice({ editor }: { editor: Editor }): JSX.Element | null {
  const toast = editor.toast.value;
  if (!toast) return null;
  const { action } = toast;
  return (
    <div class="toast"><span>{toast.text}</span>
      {action ? <button type="button" class="link" onClick={() => { action.run(); editor.toast.value = null; }}>{action.label}</button> : null}
      <Tool icon="x" label={t("Close")} bare run={() => { editor.toast.value = null; }} />
    </div>
  );
}
