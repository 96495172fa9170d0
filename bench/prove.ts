/** The long proofs: `npm run prove` runs all, `npm run prove kill` one. */
const proofs: Record<string, () => Promise<{ run: () => Promise<boolean> }>> = {
  kill: () => import("./kill.ts"),
  sources: () => import("./sources.ts"),
};

const names = process.argv.slice(2);
for (const name of names) {
  if (name in proofs) continue;
  process.stderr.write(`There is no proof ${name}; there are ${Object.keys(proofs).join(", ")}.\n`);
  process.exit(2);
}

let failed = 0;
for (const [name, load] of Object.entries(proofs)) {
  if (names.length > 0 && !names.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  const good = await (await load()).run();
  process.stdout.write(`${good ? "PASS" : "FAIL"}  ${name}\n`);
  if (!good) failed++;
}
process.exit(failed === 0 ? 0 : 1);
