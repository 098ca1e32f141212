// The desktop shell. The only file that touches @tauri-apps.
import { convertFileSrc, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { AppView } from "../bindings/AppView";
import type { ViewUpdate } from "../bindings/ViewUpdate";
import type { Backend } from "./types";
import { WholeViews } from "./whole";

export function tauriBackend(): Backend {
  const snapshot = () => invoke<AppView>("snapshot");
  return {
    act: (action) => invoke<void>("act", { action }),
    snapshot,
    attachment: (id, size) => `${convertFileSrc(id, "attachment")}?size=${size}`,
    onView: (callback) => {
      const views = new WholeViews(snapshot, callback);
      return listen<ViewUpdate>("view", (event) => views.take(event.payload));
    },
  };
}
