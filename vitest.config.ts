import { defineConfig } from "vitest/config";

/** `npx vitest run --project unit` leaves out what runs the built program. */
export default defineConfig({
  test: {
    // Programs under test mostly wait, so that more run at once than there are cores.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: "unit",
          // Loading the program anew for each of two hundred files takes longer than most of them; tests keep no state in it.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: "test/helpers/e2e-setup.ts",
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
