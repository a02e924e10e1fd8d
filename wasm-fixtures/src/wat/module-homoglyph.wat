;; `wasi` with a Cyrillic a (U+0430): a different name, however it looks.
(module (import "w\d0\b0si:cli/environment@0.2.0" "get-arguments" (func (param i32))))
