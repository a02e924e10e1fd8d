;; WASI 0.3 renamed both sides of HTTP: `client` is imported, `handler` exported.
(component
  (import "wasi:http/client@0.3.0" (instance (export "send" (func (result (result))))))
  (core module $code (func (export "handle")))
  (core instance $code (instantiate $code))
  (func $handle (canon lift (core func $code "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/handler@0.3.0" (instance $handler)))
