/** Questions and segments: charts that fit, tables that sort, lists that grow while one types. */

function isDark(): boolean {
  const theme = document.documentElement.dataset["theme"];
  if (theme === "dark" || theme === "light") return theme === "dark";
  return window.matchMedia("(prefers-color-scheme: dark)").matches;
}

/** A chart is drawn by the server as wide as there is room, in the colours of the page; its height is kept free until it is there. */
function fit(image: HTMLImageElement): void {
  const room = image.parentElement?.clientWidth ?? 0;
  const sizes = (image.dataset["sizes"] ?? "").split(" ").map((size) => size.split("x").map(Number));
  const [width = 0, height = 0] = sizes.filter(([wide = 0]) => wide <= room).pop() ?? sizes[0] ?? [];
  if (height) {
    image.width = width;
    image.height = height;
  }
  const address = `${image.dataset["chart"] ?? ""}&width=${width}&theme=${isDark() ? "dark" : "light"}`;
  if (image.getAttribute("src") !== address) image.src = address;
}

function fitAll(): void {
  for (const image of document.querySelectorAll<HTMLImageElement>("img[data-chart]")) fit(image);
}

function valueOf(row: HTMLTableRowElement, column: number): string {
  return row.cells[column]?.dataset["sort"] ?? "";
}

function compared(one: string, other: string): number {
  if (one === "" || other === "") return one === other ? 0 : one === "" ? 1 : -1;
  const [a, b] = [Number(one), Number(other)];
  return Number.isNaN(a) || Number.isNaN(b) ? one.localeCompare(other) : a - b;
}

/** Figures begin with the largest; what has no value stays last either way. */
function sort(button: HTMLElement): void {
  const head = button.closest("th");
  const body = button.closest("table")?.tBodies[0];
  if (!head || !body) return;
  const column = Number(button.dataset["column"]);
  const before = head.getAttribute("aria-sort");
  const falls = before === null ? head.classList.contains("n") : before === "ascending";
  for (const other of head.parentElement?.querySelectorAll("th") ?? []) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", falls ? "descending" : "ascending");
  const rows = [...body.rows].map((row) => ({ row, value: valueOf(row, column) }));
  rows.sort((a, b) => (falls && a.value !== "" && b.value !== "" ? compared(b.value, a.value) : compared(a.value, b.value)));
  body.append(...rows.map((one) => one.row));
}

/** The last row of a list is always empty: filling it in makes another one. */
function grow(input: HTMLInputElement): void {
  const list = input.closest("[data-many]");
  const row = input.closest<HTMLElement>(".many-row");
  if (!list || !row || input.value === "") return;
  const rows = [...list.querySelectorAll<HTMLElement>(".many-row")];
  if (rows[rows.length - 1] !== row) return;
  const copy = row.cloneNode(true) as HTMLElement;
  const field = copy.querySelector("input");
  const number = copy.querySelector(".many-n");
  if (!field) return;
  field.value = "";
  field.removeAttribute("aria-invalid");
  const label = field.getAttribute("aria-label") ?? "";
  field.setAttribute("aria-label", label.replace(/\d+$/, String(rows.length + 1)));
  if (number) number.textContent = String(rows.length + 1);
  row.after(copy);
}

function isNumberless(units: HTMLSelectElement): boolean {
  return units.selectedOptions[0]?.hasAttribute("data-numberless") ?? false;
}

function numberOf(units: HTMLSelectElement): HTMLInputElement | null {
  return units.parentElement?.querySelector("input") ?? null;
}

/** "Any time" and calendar months need no number; another unit asks for one again. */
function showNumber(units: HTMLSelectElement): void {
  const number = numberOf(units);
  if (!number) return;
  number.hidden = isNumberless(units);
  if (!number.hidden && number.value === "") number.focus();
}

/** What is empty or as usual stays out of the address. */
function tidy(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input[name], select[name]")) {
    const isUsual = field instanceof HTMLSelectElement && field.options[0]?.value === field.value && ["only_of", "breakdown_of", "unit"].includes(field.name);
    const isLonely = field instanceof HTMLSelectElement && field.matches("[data-time-unit]") && !isNumberless(field) && numberOf(field)?.value === "";
    if (field.value === "" || isUsual || isLonely) field.disabled = true;
  }
  const condition = form.querySelector<HTMLInputElement>("[name=add_field]");
  if (condition?.value === "") for (const part of form.querySelectorAll<HTMLInputElement>(".adder [name]")) part.disabled = true;
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const sorter = target?.closest<HTMLElement>(".sorter");
  if (sorter) sort(sorter);
});

document.addEventListener("input", (event) => {
  if (!(event.target instanceof HTMLInputElement)) return;
  grow(event.target);
});
document.addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement && event.target.matches("[data-time-unit]")) showNumber(event.target);
});
document.addEventListener("submit", (event) => {
  if (event.target instanceof HTMLFormElement && event.target.dataset["question"] !== undefined) tidy(event.target);
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll<HTMLInputElement>("form[data-question] :disabled")) field.disabled = false;
});
document.addEventListener("htmx:afterSwap", fitAll);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", fitAll);
let later = 0;
window.addEventListener("resize", () => {
  window.clearTimeout(later);
  later = window.setTimeout(fitAll, 200);
});
for (const place of document.querySelectorAll<HTMLElement>("[data-absolute]")) {
  place.textContent = new URL(place.textContent ?? "", window.location.href).href;
}
fitAll();
