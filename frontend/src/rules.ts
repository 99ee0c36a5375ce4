/** A rule while it is written: every change is tried on the events; own rules are put in order. */

const PAUSE = 500;
let asked = 0;
let waiting = 0;

function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";
}

async function tryOut(form: HTMLFormElement, place: HTMLElement): Promise<void> {
  const mine = ++asked;
  place.setAttribute("aria-busy", "true");
  const headers = { "X-CSRF-Token": csrf(), "HX-Request": "true" };
  const answer = await fetch(form.dataset["try"] ?? "", { method: "POST", body: new FormData(form), headers }).catch(() => null);
  if (mine !== asked) return;
  if (answer) place.innerHTML = await answer.text();
  place.removeAttribute("aria-busy");
  const save = form.querySelector<HTMLButtonElement>("button[data-save]");
  if (save) save.disabled = place.querySelector("[data-cannot]") !== null;
}

/** A further way to fit is a copy of the empty one in the template, numbered anew. */
function grow(form: HTMLFormElement): void {
  const template = form.querySelector<HTMLTemplateElement>("template[data-way]");
  const list = form.querySelector<HTMLElement>("[data-ways]");
  if (!template || !list) return;
  const number = list.children.length;
  const holder = document.createElement("div");
  holder.innerHTML = template.innerHTML.replaceAll("__n__", String(number));
  const way = holder.firstElementChild;
  if (way) list.append(way);
  way?.querySelector<HTMLInputElement>("input")?.focus();
}

function chip(list: HTMLElement, word: string): void {
  const name = list.dataset["name"] ?? "";
  const known = [...list.querySelectorAll<HTMLInputElement>("input[type=checkbox]")].find((one) => one.value === word);
  if (known) {
    known.checked = true;
    return;
  }
  const label = document.createElement("label");
  label.className = "chip";
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", name, value: word, checked: true });
  const text = document.createElement("span");
  text.textContent = word;
  label.append(box, text);
  list.append(label);
}

function start(form: HTMLFormElement, place: HTMLElement): void {
  const later = (): void => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void tryOut(form, place), PAUSE);
  };
  form.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest("button");
    if (button?.dataset["grow"] !== undefined) grow(form);
    if (button?.dataset["shrink"] !== undefined) {
      button.closest("[data-one-way]")?.remove();
      later();
    }
  });
  form.addEventListener("change", (event) => {
    const field = event.target as HTMLInputElement;
    if (field.dataset["adds"] && field.value.trim()) {
      const list = form.querySelector<HTMLElement>(`#${field.dataset["adds"]}`);
      if (list) chip(list, field.value.trim());
      field.value = "";
    }
    later();
  });
  form.addEventListener("keydown", (event) => {
    const field = event.target as HTMLInputElement;
    if (event.key === "Enter" && field.dataset["adds"]) {
      event.preventDefault();
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  form.addEventListener("input", later);
  void tryOut(form, place);
}

const form = document.querySelector<HTMLFormElement>("form[data-try]");
const place = document.querySelector<HTMLElement>("#trial");
if (form && place) start(form, place);
