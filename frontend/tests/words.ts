/** Tells where the editor breaks words: node words.mjs cases.json, a file of {language: [words]}. */

import { readFileSync } from "node:fs";

import { soft } from "../src/map/hyphens";

const cases = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Record<string, string[]>;
const told = Object.entries(cases).map(([language, words]) => [language, words.map((word) => soft(word, language).replaceAll("\u00ad", "-"))]);
process.stdout.write(JSON.stringify(Object.fromEntries(told)));
