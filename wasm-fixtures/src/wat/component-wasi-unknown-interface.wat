;; A known package, a known version, an interface that it never had.
(component (import "wasi:cli/exec@0.2.0" (instance (export "spawn" (func)))))
