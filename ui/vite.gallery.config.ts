import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// The gallery: every screen on fixtures, for tests and for looking at. It never ships.
export default defineConfig({
  root: "gallery",
  base: "./",
  plugins: [svelte({ configFile: "../svelte.config.js" })],
  worker: { format: "es" },
  server: { fs: { allow: ["../.."] } },
  build: {
    outDir: "../dist-gallery",
    emptyOutDir: true,
    target: ["es2022", "safari17.5", "chrome123"],
    // `light-dark()` stays as it is: the call is dark inside a light window, which its replacement cannot do.
    cssTarget: ["safari17.5", "chrome123"],
    assetsInlineLimit: 0,
  },
});
