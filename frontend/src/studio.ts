/** Behaviour that every page shares: htmx with our form token, small parts, words for screen readers. */

import htmx from "htmx.org";

const csrf = document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "[45]..", swap: true, error: true },
];

document.addEventListener("htmx:configRequest", (event) => {
  const detail = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  detail.headers["X-CSRF-Token"] = csrf;
});

/** Tell people who cannot see it what happened. */
function say(text: string): void {
  const place = document.getElementById("says");
  if (place) place.textContent = text;
}

/** Numbers that a style needs stand in data attributes; the page's rules allow no style attributes. */
function draw(root: ParentNode): void {
  for (const part of root.querySelectorAll<HTMLElement>("[data-part]")) {
    part.style.setProperty("flex", part.dataset["part"] ?? "0");
  }
  for (const bar of root.querySelectorAll<HTMLElement>("[data-v]")) {
    for (const name of ["v", "lo", "hi"]) {
      const value = bar.dataset[name];
      if (value !== undefined) bar.style.setProperty(`--${name}`, value);
    }
  }
}

function copyText(button: HTMLElement): void {
  const source = document.getElementById(button.dataset["copy"] ?? "");
  const text = source instanceof HTMLInputElement ? source.value : (source?.textContent ?? "");
  const done = button.dataset["done"] ?? "";
  void navigator.clipboard.writeText(text).then(() => {
    say(done);
    const label = button.querySelector("span");
    if (label && done) label.textContent = done;
  });
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const copy = target?.closest<HTMLElement>("[data-copy]");
  if (copy) copyText(copy);
  const opener = target?.closest<HTMLElement>("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset["opens"] ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  }
  const closer = target?.closest<HTMLElement>("[data-closes]");
  closer?.closest("dialog")?.close();
});

const more = document.querySelector<HTMLElement>("[data-more]");

function showAreas(isOpen: boolean): void {
  more?.setAttribute("aria-expanded", String(isOpen));
  document.getElementById("areas")?.toggleAttribute("data-open", isOpen);
}

more?.addEventListener("click", () => showAreas(more.getAttribute("aria-expanded") !== "true"));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && more?.getAttribute("aria-expanded") === "true") {
    showAreas(false);
    more.focus();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  const question = (event as SubmitEvent).submitter?.dataset["sure"] ?? form?.dataset["sure"];
  if (question && !window.confirm(question)) event.preventDefault();
});

document.addEventListener("change", (event) => {
  const field = event.target instanceof HTMLElement ? event.target : null;
  if (field?.dataset["submits"] !== undefined) field.closest("form")?.requestSubmit();
});

/** Where the focus was in what is replaced, it goes to what comes instead. */
let wasInside = false;
document.addEventListener("htmx:beforeSwap", (event) => {
  wasInside = event.target instanceof Element && event.target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.target;
  if (!wasInside || document.activeElement !== document.body || !(place instanceof HTMLElement) || !place.isConnected) return;
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
});

document.addEventListener("htmx:afterSwap", (event) => draw(event.target as ParentNode));
draw(document);
document.querySelector<HTMLFormElement>("form[data-at-once]")?.requestSubmit();
document.documentElement.dataset["ready"] = "";
