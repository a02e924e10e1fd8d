;; Streams and polls: neutral, no capability of their own.
(component
  (import "wasi:io/error@0.2.0" (instance (export "error" (type (sub resource)))))
  (import "wasi:io/poll@0.2.0" (instance
    (export "pollable" (type $pollable (sub resource)))
    (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
  (import "wasi:io/streams@0.2.0" (instance (export "input-stream" (type (sub resource))))))
