;; A nested module imports preview1 and an adapter module provides it: wiring, not a requirement.
(component
  (core module $adapter
    (func (export "fd_write") (param i32 i32 i32 i32) (result i32) i32.const 0))
  (core module $main
    (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32))))
  (core instance $adapted (instantiate $adapter))
  (core instance (instantiate $main (with "wasi_snapshot_preview1" (instance $adapted)))))
