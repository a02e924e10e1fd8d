;; A dependency name that the specification dropped in July 2026 and tools still accept.
(component (import "url=<https://example.org/x.wasm>" (component)))
