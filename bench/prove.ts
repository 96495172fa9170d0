/*
 * The long proofs: `npm run prove` runs all, `npm run prove kill job` these. Each runs the built program against
 * stand-ins on loopback, prints what it saw and answers whether it held.
 */

const proofs: Readonly<Record<string, () => Promise<{ readonly run: () => Promise<boolean> }>>> = {
  sources: () => import("./sources-table.ts"),
  job: () => import("./job.ts"),
  kill: () => import("./kill.ts"),
  "fuzz-sources": () => import("./fuzz-sources.ts"),
  week: () => import("./week.ts"),
  "index-versions": () => import("./index-versions.ts"),
};

const names = process.argv.slice(2);
const strange = names.filter((name) => !(name in proofs));
if (strange.length > 0) {
  process.stderr.write(
    `There is no proof ${strange.join(", ")}; there are ${Object.keys(proofs).join(", ")}.\n`,
  );
  process.exit(2);
}

const results: [name: string, held: boolean, seconds: number][] = [];
for (const [name, load] of Object.entries(proofs)) {
  if (names.length > 0 && !names.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  const began = performance.now();
  const held = await (await load()).run().catch((error: unknown) => {
    process.stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return false;
  });
  results.push([name, held, (performance.now() - began) / 1000]);
}
process.stdout.write("\n");
for (const [name, held, seconds] of results)
  process.stdout.write(`${held ? "PASS" : "FAIL"}  ${name}  ${seconds.toFixed(1)} s\n`);
process.exit(results.every(([, held]) => held) ? 0 : 1);
