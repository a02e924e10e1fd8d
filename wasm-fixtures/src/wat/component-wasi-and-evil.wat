;; One good import does not cover a bad one.
(component
  (import "wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64)))))
  (import "evil:host/exec@1.0.0" (instance (export "exec" (func (param "command" string))))))
