;; A WASI 0.3 interface imported by a core module.
(module (import "wasi:cli/environment@0.3.0" "get-arguments" (func (param i32))))
