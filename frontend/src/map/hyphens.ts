/** Where long words may break in a narrow column: browsers without a dictionary would break them anywhere. */

import { language } from "../i18n";

const LONG = 10;
const LEAST = 3;
const SHY = "\u00ad";
const VOWELS = "aeiouäöüy";

/** Parts that German compounds of shops and service are made of: words break before them first. */
const PARTS = [
  "abbruch", "abholung", "ablauf", "abschluss", "adresse", "angebot", "anfrage", "annahme", "anprobe", "anruf", "antwort", "anzeige", "artikel", "aufgabe", "auswahl", "beleg", "berater",
  "beratung", "berührung", "bestand", "bestätigung", "bestellung", "besuch", "bewertung", "brief", "buchung", "daten", "dienst", "eingang", "einkauf", "empfehlung", "ergebnis",
  "erinnerung", "erlebnis", "fahrrad", "fehler", "filter", "formular", "frage", "führung", "gespräch", "größe", "gutschein", "handlung", "handel", "hilfe", "inspektion", "karte", "kasse", "käufe", "kauf", "kennung",
  "konto", "korb", "kontakt", "kosten", "kunde", "kundin", "laden", "leistung", "lieferung", "liste", "maschine", "meldung", "menge", "nachricht", "netzwerk", "nummer", "partner", "person", "phase", "pflege",
  "portal", "post", "preis", "probe", "produkt", "prüfung", "punkt", "quote", "rabatt", "rechner", "rechnung", "reise", "retoure", "rückgabe", "schein", "schluss", "schritt", "seite", "sendung", "service", "shop", "sicherheit",
  "stelle", "suche", "system", "tausch", "termin", "ticket", "träger", "umfrage", "verfolgung", "vergleich", "verkauf", "versand", "vertrag", "vorschlag", "wagen", "ware", "wechsel", "weg", "werbung", "werkstatt", "wunsch",
  "heit", "keit", "lich", "nis", "schaft", "absage", "abmeldung", "anmeldung", "ausfall", "einlösung", "einstellung", "eröffnung", "schrift", "umtausch", "verlauf", "verlust", "zusage",
  "zahlung", "zeichen", "zeile", "zeit", "zentrale", "zettel", "zufriedenheit", "zustellung",
];
const PREFIXES = ["über", "unter", "wieder", "zurück", "zusammen", "weiter", "auf", "aus", "ein", "vor", "ver", "ent", "zer", "ab", "an", "be", "ge", "un"];
/** Letters that stay together, or begin a syllable together. */
const ONE_SOUND = [
  "schl", "schr", "schm", "schn", "schw", "sch", "spr", "str", "pfl", "ch", "ck", "ph", "th", "sh", "qu",
  "bl", "br", "dr", "fl", "fr", "gl", "gr", "kl", "kn", "kr", "pl", "pr", "tr", "zw",
];
const SUFFIXES = ["tion", "tions", "ment", "ments", "ness", "able", "ible", "less", "ship", "ing"];

const kept = new Map<string, string>();

/** The text with soft hyphens in its long words; the same text where nothing is long. */
export function soft(text: string, written = language()): string {
  if (text.length < LONG || !/[^\s\u00ad-]{10}/.test(text)) return text;
  const key = `${written}|${text}`;
  let found = kept.get(key);
  if (found === undefined) {
    const breaks = written === "de" || written === "" ? german : english;
    found = text.replace(/[\p{L}]{10,}/gu, (word) => broken(word, breaks(word.toLocaleLowerCase())));
    kept.set(key, found);
  }
  return found;
}

function broken(word: string, at: readonly number[]): string {
  let made = "";
  let from = 0;
  for (const place of at) { made += word.slice(from, place) + SHY; from = place; }
  return made + word.slice(from);
}

function vowel(letter: string | undefined): boolean {
  return letter !== undefined && VOWELS.includes(letter);
}

/** Before the parts of a compound, and between syllables that are not beside such a seam. */
export function german(word: string): number[] {
  const seams = seamsOf(word);
  const found = new Set(seams);
  for (const at of syllables(word)) if (seams.every((seam) => Math.abs(seam - at) > 2)) found.add(at);
  return spaced([...found].filter((at) => at >= LEAST && word.length - at >= LEAST), new Set(seams));
}

/** In order, without those too near to the one before; `first` are kept before others. */
function spaced(places: readonly number[], first: ReadonlySet<number>): number[] {
  const kept: number[] = [];
  for (const at of [...places].sort((a, b) => Number(first.has(b)) - Number(first.has(a)) || a - b)) {
    if (kept.every((one) => Math.abs(one - at) >= LEAST)) kept.push(at);
  }
  return kept.sort((a, b) => a - b);
}

function seamsOf(word: string): number[] {
  const found: number[] = [];
  for (const part of PARTS) {
    const at = word.indexOf(part, LEAST);
    const before = word.slice(0, at);
    if (at >= LEAST && [...before].some(vowel) && !found.some((one) => Math.abs(one - at) < LEAST)) found.push(at);
  }
  for (const start of [0, ...found]) {
    const prefix = PREFIXES.find((one) => one.length >= LEAST && word.startsWith(one, start) && [...word.slice(start + one.length, start + one.length + 4)].some(vowel) && !vowel(word[start + one.length - 1]));
    if (prefix) found.push(start + prefix.length);
  }
  return found;
}

/** The last sound between two vowels begins the next syllable. */
function syllables(word: string): number[] {
  const found: number[] = [];
  for (let at = 1; at < word.length; at += 1) {
    if (!vowel(word[at]) || vowel(word[at - 1])) continue;
    let from = at - 1;
    const sound = ONE_SOUND.find((one) => word.endsWith(one, at) && at - one.length >= 0 && word.slice(at - one.length, at) === one);
    if (sound) from = at - sound.length;
    if (/(?:^|[^a-zäöü])[bg]es$/.test(word.slice(0, from))) from -= 1;
    if ([...word.slice(0, from)].some(vowel)) found.push(from);
  }
  return found;
}

/** Only where English readers expect it: before an ending, and between two consonants. */
export function english(word: string): number[] {
  const found = new Set<number>();
  const suffix = SUFFIXES.find((one) => word.endsWith(one));
  if (suffix && word.length - suffix.length > LEAST) found.add(word.length - suffix.length);
  for (let at = LEAST; at < word.length - LEAST; at += 1) {
    const [before, one, two, after] = [word[at - 2], word[at - 1], word[at], word[at + 1]];
    const pair = `${one ?? ""}${two ?? ""}`;
    if (!(suffix && Math.abs(word.length - suffix.length - at) < LEAST) && vowel(before) && !vowel(one) && !vowel(two) && vowel(after) && !/^(?:[bcdfgkpt][lr]|[cgpstw]h|ck|st|ng|qu)$/.test(pair)) found.add(at);
  }
  return spaced([...found], new Set());
}
