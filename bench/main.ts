import { type Figure, holds, printFigure } from "./report.ts";

/** Every benchmark: `npm run bench` runs all, `npm run bench http book` these. */
const benches: Record<string, () => Promise<{ run: () => Promise<Figure[]> }>> = {
  import: () => import("./import.ts"),
  book: () => import("./book.ts"),
  pull: () => import("./pull.ts"),
  http: () => import("./http.ts"),
  fits: () => import("./fits.ts"),
  refresh: () => import("./refresh.ts"),
};

const names = process.argv.slice(2);
for (const name of names) {
  if (!(name in benches)) {
    process.stderr.write(`There is no benchmark ${name}; there are ${Object.keys(benches).join(", ")}.\n`);
    process.exit(2);
  }
}

let missed = 0;
for (const [name, load] of Object.entries(benches)) {
  if (names.length > 0 && !names.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  const figures = await (await load()).run();
  for (const figure of figures) printFigure(figure);
  missed += figures.filter((figure) => !holds(figure)).length;
}
process.stdout.write(missed === 0 ? "\nAll figures hold.\n" : `\n${missed} figures miss their limit.\n`);
process.exit(missed === 0 ? 0 : 1);
