/** Words of the studio in the reader's language, from the same catalogue as every page. */

type Values = Readonly<Record<string, string | number>>;
type Catalogue = Readonly<Record<string, string | readonly string[]>>;

let catalogue: Catalogue = {};
let current = "en";

/** Take over the messages of one language; English needs none. */
export function useLanguage(language: string, messages: Catalogue): void {
  current = language;
  catalogue = messages;
}

/** The language of everything on screen: "de" or "en". */
export function language(): string {
  return current;
}

function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** Mark a text for the catalogue without translating it yet. */
export function N_(text: string): string {
  return text;
}

/** Mark a singular and its plural for the catalogue. */
export function NN_(one: string, many: string): readonly [string, string] {
  return [one, many];
}

/** The text in the reader's language, placeholders filled. */
export function t(text: string, values: Values = {}): string {
  const found = catalogue[text];
  return filled((typeof found === "string" ? found : found?.[0]) || text, values);
}

/** The singular or the plural, by `n`, which also fills `{n}` unless `values` has it. */
export function tn(one: string, many: string, n: number, values: Values = {}): string {
  const found = catalogue[one];
  const forms = Array.isArray(found) ? (found as readonly string[]) : [one, many];
  const form = (n === 1 ? forms[0] : forms[1]) ?? many;
  return filled(form, { n, ...values });
}

/** Fetch and take over a language's messages; where they cannot be had, the English text stays. */
export async function loadLanguage(name: string, address: string): Promise<void> {
  useLanguage(name, {});
  if (!address) return;
  const answer = await fetch(address).catch(() => null);
  if (answer?.ok) useLanguage(name, (await answer.json()) as Catalogue);
}
