/** Pointing at columns: every choice asks for the preview again; a change never waits for one. */

const PAUSE = 350;

let asked = 0;
let waiting = 0;

function formValue(form: HTMLFormElement): FormData {
  return new FormData(form);
}

/** Show only the fields that the choices made so far call for. */
function arrange(form: HTMLFormElement): void {
  const meanings = new Set([...form.querySelectorAll<HTMLSelectElement>("select[data-meaning]")].map((one) => one.value));
  for (const part of form.querySelectorAll<HTMLElement>("[data-when]")) {
    const wanted = (part.dataset["when"] ?? "").split(" ");
    const unless = (part.dataset["unless"] ?? "").split(" ").filter(Boolean);
    part.hidden = !wanted.some((one) => meanings.has(one)) || unless.some((one) => meanings.has(one));
    for (const field of part.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")) field.disabled = part.hidden;
  }
  for (const part of form.querySelectorAll<HTMLElement>("[data-absent]")) {
    const wanted = (part.dataset["absent"] ?? "").split(" ");
    part.hidden = wanted.some((one) => meanings.has(one));
    for (const field of part.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")) field.disabled = part.hidden;
  }
  for (const select of form.querySelectorAll<HTMLSelectElement>("select[data-meaning]")) {
    const column = select.closest<HTMLElement>("[data-column]");
    column?.setAttribute("data-is", select.value);
    const moment = column?.querySelector<HTMLElement>("[data-moment]");
    if (moment) moment.hidden = select.value !== "moment";
  }
}

async function preview(form: HTMLFormElement, place: HTMLElement): Promise<void> {
  const mine = ++asked;
  place.setAttribute("aria-busy", "true");
  const csrf = document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";
  const headers = { "X-CSRF-Token": csrf, "HX-Request": "true" };
  try {
    const answer = await fetch(form.dataset["preview"] ?? "", { method: "POST", body: formValue(form), headers });
    const text = await answer.text();
    if (mine !== asked) return;
    place.innerHTML = text;
    mark(form, place);
  } catch {
    if (mine === asked) window.setTimeout(() => void preview(form, place), 2000);
    return;
  }
  if (mine === asked) place.removeAttribute("aria-busy");
}

/** Mark the columns that the preview found wrong, at the place where they are chosen. */
function mark(form: HTMLFormElement, place: HTMLElement): void {
  const wrong = new Map<string, string>();
  for (const one of place.querySelectorAll<HTMLElement>("[data-wrong-column]")) {
    wrong.set(one.dataset["wrongColumn"] ?? "", one.dataset["why"] ?? "");
  }
  for (const column of form.querySelectorAll<HTMLElement>("[data-column]")) {
    const why = wrong.get(column.dataset["column"] ?? "");
    const note = column.querySelector<HTMLElement>("[data-why]");
    column.querySelector("select")?.setAttribute("aria-invalid", String(why !== undefined));
    if (note) {
      note.textContent = why ?? "";
      note.hidden = why === undefined;
    }
  }
  const sum = form.querySelector<HTMLElement>("[data-sum]");
  if (sum) sum.textContent = (place.querySelector(".preview-sum strong") ?? place.querySelector(".notice strong"))?.textContent ?? "";
  const save = form.querySelector<HTMLButtonElement>("button[data-save]");
  if (save) save.disabled = place.querySelector("[data-cannot]") !== null;
}

const form = document.querySelector<HTMLFormElement>("form[data-preview]");
const place = document.querySelector<HTMLElement>("#preview");
if (form && place) {
  const later = (): void => {
    arrange(form);
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void preview(form, place), PAUSE);
  };
  form.addEventListener("change", later);
  form.addEventListener("input", later);
  arrange(form);
  void preview(form, place);
}
