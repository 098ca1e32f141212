// `npm run gallery -- --shots DIR [--scene NAME]`: a picture of every screen in every language, tested on the way.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { shots: { type: "string", default: "shots" }, scene: { type: "string" } } });
const env = { ...process.env, SHOTS: resolve(values.shots), ...(values.scene && { SCENE: values.scene }) };
const { status } = spawnSync("npx", ["vitest", "run", "--config", "vitest.screens.config.ts", "screens"], { env, stdio: "inherit" });
process.exit(status ?? 1);
