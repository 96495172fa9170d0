import type { FastifyInstance } from "fastify";

/** The methods that an address takes; none where there is no such address. */
export type MethodsOf = (path: string) => readonly string[];

/** Notes every endpoint that is registered from now on. */
export const noteMethods = (app: FastifyInstance): MethodsOf => {
  const noted = new Map<string, { readonly path: RegExp; readonly methods: Set<string> }>();
  app.addHook("onRoute", ({ url, method }) => {
    if (url.includes("*")) return;
    const known = noted.get(url) ?? { path: patternOf(url), methods: new Set<string>() };
    for (const each of [method].flat()) known.methods.add(each);
    noted.set(url, known);
  });
  return (path) => {
    const found = [...noted.values()].filter((each) => each.path.test(path));
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort();
  };
};

const patternOf = (url: string): RegExp =>
  new RegExp(`^${url.replace(/[.+()]/g, "\\$&").replace(/:\w+/g, "[^/]+")}$`);
