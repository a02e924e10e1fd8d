;; A WASI interface without a version: nothing says which one.
(component (import "wasi:random/random" (instance (export "get-random-u64" (func (result u64))))))
