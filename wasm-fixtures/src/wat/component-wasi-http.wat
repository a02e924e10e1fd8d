;; Calls out over HTTP.
(component
  (import "wasi:http/types@0.2.0" (instance
    (export "fields" (type $fields (sub resource)))
    (export "[constructor]fields" (func (result (own $fields))))))
  (import "wasi:http/outgoing-handler@0.2.0" (instance
    (export "handle" (func (result (result)))))))
