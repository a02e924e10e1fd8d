;; Imports the handler that it exports: it stands between a server and its caller.
(component
  (import "wasi:http/incoming-handler@0.2.3" (instance $next (export "handle" (func))))
  (export "wasi:http/incoming-handler@0.2.3" (instance $next)))
