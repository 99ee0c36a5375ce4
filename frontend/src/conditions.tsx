/** Conditions by rows in forms; what is still being read is waited for, and what cannot be read is not sent: `<div data-conditions="persons" data-workspace="…"><textarea>`, which keeps the text that is sent. */

import { render } from "preact";

import { loadLanguage } from "./i18n";
import { WorkspaceApi } from "./map/api";
import { ConditionBuilder } from "./map/view/conditions";
import { useSprite } from "./map/view/parts";

const beside = (name: string): string => new URL(name, import.meta.url).href;

async function start(places: readonly HTMLElement[]): Promise<void> {
  const language = document.documentElement.lang || "de";
  useSprite(beside("icons.svg"));
  await loadLanguage(language, language === "en" ? "" : beside(`messages/${language}.json`));
  for (const place of places) build(place);
}

function build(place: HTMLElement): void {
  const kept = place.querySelector("textarea");
  const about = place.dataset["conditions"] === "events" ? "events" : "persons";
  if (!kept) return;
  const rows = document.createElement("div");
  place.append(rows);
  for (const plain of place.querySelectorAll<HTMLElement>("[data-plain]")) plain.hidden = true;
  let last: Promise<boolean> | null = null;
  const judging = (work: Promise<boolean>): void => {
    last = work;
    void work.then((isFine) => { if (isFine && last === work) last = null; });
  };
  render(<ConditionBuilder asking={new WorkspaceApi(place.dataset["workspace"] ?? "")} about={about} text={kept.value} changed={(text) => { kept.value = text; }} judging={judging} />, rows);
  const form = place.closest("form");
  form?.addEventListener("submit", (event) => {
    if (!last) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    void last.then((isFine) => { if (isFine) form.requestSubmit(submitter); else place.scrollIntoView({ block: "center" }); });
  });
}

const places = [...document.querySelectorAll<HTMLElement>("[data-conditions]")];
if (places.length) void start(places);
