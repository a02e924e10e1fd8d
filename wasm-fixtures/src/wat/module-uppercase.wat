;; Names are case-sensitive in core modules.
(module (import "WASI:CLI/ENVIRONMENT@0.2.0" "get-arguments" (func (param i32))))
