;; Both tracks in one binary, as 59 of 152 real components have them.
(component
  (import "wasi:random/random@0.2.12" (instance (export "get-random-u64" (func (result u64)))))
  (import "wasi:random/random@0.3.0" (instance (export "get-random-u64" (func (result u64))))))
