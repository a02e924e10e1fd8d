;; Looks like WASI 0.2 to a prefix rule; the table knows no such interface.
(module (import "wasi:evil/x@0.2.0" "run" (func)))
