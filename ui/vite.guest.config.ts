import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// The guest page, which the clinic server carries inside and puts its own HTML around: the first script is small and has a
// name that the server knows, the rest is loaded when it is wanted.
export default defineConfig({
  base: "./",
  plugins: [svelte()],
  worker: { format: "es" },
  build: {
    outDir: "dist-guest",
    emptyOutDir: true,
    target: ["es2022", "safari17.5", "chrome123", "firefox128"],
    // `light-dark()` stays as it is: the call is dark inside a light window, which its replacement cannot do.
    cssTarget: ["safari17.5", "chrome123", "firefox128"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { guest: "src/guest.ts" },
      output: { entryFileNames: "[name].js" },
    },
  },
});
