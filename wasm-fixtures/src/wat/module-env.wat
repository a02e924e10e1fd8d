;; Imports from `env` only: allow-listed by S1, but nothing of it is WASI.
(module (import "env" "now_ms" (func (result i64))))
