;; Waits on the monotonic clock.
(component
  (import "wasi:clocks/monotonic-clock@0.2.3" (instance
    (export "subscribe-duration" (func (param "when" u64) (result u32))))))
