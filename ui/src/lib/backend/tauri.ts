// The desktop shell. The only file that touches @tauri-apps.
import { convertFileSrc, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { AppView } from "../bindings/AppView";
import type { Backend } from "./types";

export function tauriBackend(): Backend {
  return {
    act: (action) => invoke<void>("act", { action }),
    snapshot: () => invoke<AppView>("snapshot"),
    attachment: (id, size) => `${convertFileSrc(id, "attachment")}?size=${size}`,
    onView: (callback) => listen<AppView>("view", (event) => callback(event.payload)),
  };
}
