import { defineConfig } from "vitest/config";

// Tests in a real browser, over the built gallery. Needs Chromium: CHROMIUM names it, /usr/bin/chromium otherwise.
export default defineConfig({
  test: {
    include: ["tests/**/*.e2e.ts"],
    globalSetup: ["tests/serve.ts"],
    environment: "node",
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
