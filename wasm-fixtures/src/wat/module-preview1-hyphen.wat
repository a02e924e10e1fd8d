;; A preview1 lookalike that S1's two literal names miss; the `wasi[_-]` pattern names it.
(module (import "wasi-snapshot-preview1" "proc_exit" (func (param i32))))
