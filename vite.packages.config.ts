import { defineConfig } from "vite";

const modules = ["typebox", "store/duckdb", "api/fastify", "api/prom-client"];

/**
 * Makes one file each of the modules that stand for a package, with all that it loads: a command reads two files in place
 * of four hundred. The engine's binary stays where it was installed.
 */
export default defineConfig({
  ssr: { noExternal: true, external: ["@duckdb/node-bindings"] },
  build: {
    ssr: true,
    outDir: "dist",
    emptyOutDir: false,
    target: "node20",
    copyPublicDir: false,
    rolldownOptions: {
      input: Object.fromEntries(modules.map((name) => [name, `dist/${name}.js`])),
      output: { entryFileNames: "[name].js", chunkFileNames: "packages/[name].js" },
    },
  },
});
