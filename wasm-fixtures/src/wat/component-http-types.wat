;; Only the types of HTTP: describes requests and cannot send one.
(component
  (import "wasi:http/types@0.2.12" (instance
    (export "fields" (type $fields (sub resource)))
    (export "[constructor]fields" (func (result (own $fields)))))))
