;; The module name before preview1.
(module (import "wasi_unstable" "proc_exit" (func (param i32))))
