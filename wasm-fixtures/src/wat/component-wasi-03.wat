;; WASI 0.3 alone.
(component
  (import "wasi:cli/environment@0.3.0" (instance (export "get-arguments" (func (result (list string))))))
  (import "wasi:clocks/system-clock@0.3.0" (instance (export "now" (func (result u64))))))
