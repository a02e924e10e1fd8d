;; What S1's `wasi:*` let through: no such package, no such version.
(module (import "wasi:anything/at-all@99" "run" (func)))
