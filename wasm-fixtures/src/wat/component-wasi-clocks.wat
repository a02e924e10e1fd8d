;; Both clocks, read only: no timers.
(component
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance (export "now" (func (result u64)))))
  (import "wasi:clocks/wall-clock@0.2.0" (instance
    (type $datetime (record (field "seconds" u64) (field "nanoseconds" u32)))
    (export "datetime" (type (eq $datetime)))
    (export "now" (func (result 1))))))
