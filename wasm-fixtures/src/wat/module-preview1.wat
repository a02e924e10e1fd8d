;; A preview1 command, the negative that S1 names first: forbidden, not allow-listed, no WASI 0.2.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")))
