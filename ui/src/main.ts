// The desktop window: the app on top of the shell.
import { mount } from "svelte";
import App from "./App.svelte";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/stage.css";
import { tauriBackend } from "./lib/backend/tauri";

const target = document.getElementById("app");
if (target === null) throw new Error("index.html has no #app");
mount(App, { target, props: { backend: tauriBackend() } });
