;; Secure randomness and an insecure seed.
(component
  (import "wasi:random/random@0.2.0" (instance
    (export "get-random-u64" (func (result u64)))))
  (import "wasi:random/insecure-seed@0.2.0" (instance
    (export "insecure-seed" (func (result (tuple u64 u64)))))))
