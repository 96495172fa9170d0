import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts the module `name` beside the module at `url` as a thread. Built, it is a .js file; run from source (tests,
 * development) it needs the TypeScript loader.
 */
export const startThread = (url: string, name: string, options: WorkerOptions): Worker => {
  if (!url.endsWith(".ts")) return new Worker(new URL(`./${name}.js`, url), options);
  const [loader, file] = [import.meta.resolve("tsx/esm/api"), new URL(`./${name}.ts`, url).href];
  const code = `import(${JSON.stringify(loader)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(file)}); })`;
  return new Worker(code, { ...options, eval: true });
};
