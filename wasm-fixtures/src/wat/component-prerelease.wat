;; A release candidate is its own track: it matches nothing but itself.
(component (import "wasi:cli/environment@0.2.0-rc-2023-11-10" (instance (export "get-arguments" (func (result (list string)))))))
