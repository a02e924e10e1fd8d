;; Imports one of each core kind from `env`.
(module
  (import "env" "call" (func))
  (import "env" "table" (table 1 funcref))
  (import "env" "memory" (memory 1))
  (import "env" "base" (global i32))
  (import "env" "failure" (tag)))
