;; The 8-byte module that S1 packages in its walkthrough (edge-runtime.wasm): no imports at all.
(module)
