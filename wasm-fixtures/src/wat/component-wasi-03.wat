;; WASI 0.3 alone: arguments, the wall clock under its new name, and waiting.
(component
  (import "wasi:cli/environment@0.3.0" (instance (export "get-arguments" (func (result (list string))))))
  (import "wasi:clocks/system-clock@0.3.0" (instance (export "now" (func (result u64)))))
  (import "wasi:clocks/monotonic-clock@0.3.0" (instance (export "wait-for" (func async (param "how-long" u64))))))
