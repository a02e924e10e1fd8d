;; Can change directories: what `filesystem.open` means.
(component
  (import "wasi:filesystem/types@0.2.0" (instance
    (export "descriptor" (type $descriptor (sub resource)))
    (export "[method]descriptor.create-directory-at" (func (param "self" (borrow $descriptor)) (param "path" string) (result (result))))))
  (import "wasi:filesystem/preopens@0.2.0" (instance (export "get-directories" (func (result (list u32)))))))
