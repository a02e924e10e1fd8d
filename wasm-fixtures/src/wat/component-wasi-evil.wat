;; Right prefix, right version, no such interface.
(component (import "wasi:evil/x@0.2.0" (instance (export "run" (func)))))
