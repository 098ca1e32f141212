import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/** Beside each file the same one in a third of its size: the server packs nothing. */
const packed: Plugin = {
  name: "packed",
  writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle).filter((each) => /\.(js|css)$/.test(each))) {
      const file = join(dir ?? "", name);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    }
  },
};

// The guest page, which the clinic server carries inside and puts its own HTML around: the first script is small and has a
// name that the server knows, the rest is loaded when it is wanted.
export default defineConfig({
  base: "./",
  plugins: [svelte(), packed],
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
