import { defineConfig } from "vite";

/** Makes one file of dist/typebox.js and all that it loads. */
export default defineConfig({
  ssr: { noExternal: true },
  build: {
    ssr: "dist/typebox.js",
    outDir: "dist",
    emptyOutDir: false,
    target: "node20",
    copyPublicDir: false,
    rolldownOptions: { output: { entryFileNames: "typebox.js" } },
  },
});
