import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// The page of the desktop app. Relative addresses, because the shell serves it from its own scheme.
export default defineConfig({
  base: "./",
  plugins: [svelte()],
  worker: { format: "es" },
  server: { fs: { allow: [".."] } },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["es2022", "safari17.5", "chrome123"],
    // `light-dark()` stays as it is: the call is dark inside a light window, which its replacement cannot do.
    cssTarget: ["safari17.5", "chrome123"],
    assetsInlineLimit: 0,
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
