;; A proposal of the preview1 era, under the same `wasi[_-]` pattern.
(module (import "wasi_ephemeral_nn" "load" (func (param i32 i32 i32 i32 i32) (result i32))))
