;; preview1 with a space behind it, which S1's exact match missed.
(module (import "wasi_snapshot_preview1 " "proc_exit" (func (param i32))))
