;; Only looks at handles, as the preview1 adapter does for stdio: no `filesystem.open`.
(component
  (import "wasi:filesystem/types@0.2.3" (instance
    (export "descriptor" (type $descriptor (sub resource)))
    (export "[method]descriptor.get-type" (func (param "self" (borrow $descriptor)) (result (result)))))))
