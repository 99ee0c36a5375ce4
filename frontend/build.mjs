// Builds the studio's style, scripts, fonts and icons: node build.mjs <folder>
// Every top-level file of src/ is an entry; src/map/ becomes map.js; every sheet of css/ goes into studio.css.
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2];
const modules = join(here, "node_modules");
const TOKENS = "../../src/waypost/exports/assets/css/tokens.css"; // shared with maps saved as pages
const FIRST = ["fonts.css", "base.css", "components.css", "layout.css"];
const MOST_BYTES = 250_000; // of JavaScript on a page without charts
const LIBRARIES = ["i18n.ts"];
const FONTS = {
  "source-sans-3": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
  "source-sans-3-ext": "@fontsource-variable/source-sans-3/files/source-sans-3-latin-ext-wght-normal.woff2",
  "newsreader-normal": "@fontsource-variable/newsreader/files/newsreader-latin-opsz-normal.woff2",
  "newsreader-normal-ext": "@fontsource-variable/newsreader/files/newsreader-latin-ext-opsz-normal.woff2",
  "newsreader-italic": "@fontsource-variable/newsreader/files/newsreader-latin-opsz-italic.woff2",
  "newsreader-italic-ext": "@fontsource-variable/newsreader/files/newsreader-latin-ext-opsz-italic.woff2",
};

function entries() {
  const found = {};
  for (const name of readdirSync(join(here, "src"))) {
    if (/\.tsx?$/.test(name) && !LIBRARIES.includes(name) && !name.endsWith(".d.ts")) {
      found[basename(name).replace(/\.tsx?$/, "")] = join(here, "src", name);
    }
  }
  for (const name of ["main.tsx", "main.ts", "index.tsx", "index.ts"]) {
    const path = join(here, "src", "map", name);
    if (!found.map && existsSync(path)) found.map = path;
  }
  return found;
}

function sheet() {
  const others = readdirSync(join(here, "css")).filter((name) => name.endsWith(".css") && !FIRST.includes(name));
  const names = [...FIRST, ...others.sort()].filter((name) => existsSync(join(here, "css", name)));
  return [TOKENS, ...names.map((name) => `./${name}`)].map((path) => `@import "${path}";`).join("\n");
}

function symbolOf(name) {
  const path = join(modules, "lucide-static", "icons", `${name}.svg`);
  if (!existsSync(path)) throw new Error(`icons.txt names "${name}", which lucide-static does not have`);
  const inner = readFileSync(path, "utf8").replace(/<!--.*?-->/gs, "").match(/<svg[^>]*>(.*)<\/svg>/s)[1];
  const shape = inner.replace(/\s+/g, " ").trim();
  return `<symbol id="${name}" viewBox="0 0 24 24">${shape}</symbol>`;
}

function sprite() {
  const lines = readFileSync(join(here, "icons.txt"), "utf8").split("\n");
  const names = [...new Set(lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("#")))];
  const own = readFileSync(join(here, "own-icons.svg"), "utf8").match(/<svg[^>]*>(.*)<\/svg>/s)[1];
  return `<svg xmlns="http://www.w3.org/2000/svg">${own.trim()}\n${names.sort().map(symbolOf).join("\n")}\n</svg>\n`;
}

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, "fonts"), { recursive: true });
const shared = {
  bundle: true,
  minify: true,
  legalComments: "none",
  target: ["es2022"],
  outdir: target,
  logLevel: "warning",
  nodePaths: [modules],
};
await esbuild.build({
  ...shared,
  entryPoints: entries(),
  format: "esm",
  splitting: true,
  chunkNames: "parts/[name]-[hash]",
  jsx: "automatic",
  jsxImportSource: "preact",
});
await esbuild.build({
  ...shared, // lies in the repository: maps are saved as pages where there is no front end to build
  entryPoints: [join(here, "src", "page", "ways.ts")],
  format: "iife",
  outdir: undefined,
  outfile: join(here, "..", "src", "waypost", "exports", "assets", "ways.js"),
});
await esbuild.build({
  ...shared,
  stdin: { contents: sheet(), resolveDir: join(here, "css"), sourcefile: "studio.css", loader: "css" },
  outdir: undefined,
  outfile: join(target, "studio.css"),
  external: ["fonts/*"],
});
for (const name of readdirSync(target).filter((one) => one.endsWith(".js"))) {
  const size = gzipSync(readFileSync(join(target, name))).length;
  console.log(`${name}: ${Math.ceil(size / 1000)} kB compressed`);
  if (size > MOST_BYTES) throw new Error(`${name} has ${size} bytes compressed; ${MOST_BYTES} are the most a page may load`);
}
writeFileSync(join(target, "icons.svg"), sprite());
copyFileSync(join(here, "waypost.svg"), join(target, "waypost.svg"));
for (const [name, path] of Object.entries(FONTS)) copyFileSync(join(modules, path), join(target, "fonts", `${name}.woff2`));
for (const [name, folder] of [["source-sans-3", "source-sans-3"], ["newsreader", "newsreader"]]) {
  copyFileSync(join(modules, "@fontsource-variable", folder, "LICENSE"), join(target, "fonts", `${name}-LICENSE.txt`));
}
