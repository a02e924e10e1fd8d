;; Exports `wasi:http/incoming-handler`: something that serves requests.
(component
  (core module $code (func (export "handle")))
  (core instance $code (instantiate $code))
  (func $handle (canon lift (core func $code "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/incoming-handler@0.2.3" (instance $handler)))
