using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "margin", worker = .margin)],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "margin")],
);

const margin :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "../../build/edge/worker.js"),
    (name = "margin.wasm", wasm = embed "../../dist/margin.wasm"),
  ],
  compatibilityDate = "2026-01-01",
);
