;; A known interface with a NUL behind it, for readers that stop at NUL.
(module (import "wasi:cli/environment@0.2.0\00" "get-arguments" (func (param i32))))
