;; S1's accepted core module: a WASI 0.2 interface by its full name, and `env`.
(module
  (import "wasi:cli/environment@0.2.0" "get-arguments" (func (param i32)))
  (import "env" "now_ms" (func (result i64))))
