;; A known interface with a space behind it: a different name.
(module (import "wasi:cli/environment@0.2.0 " "get-arguments" (func (param i32))))
