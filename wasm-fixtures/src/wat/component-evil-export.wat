;; What a component exports asks nothing of its host, whatever the name.
(component
  (core module $code (func (export "exec")))
  (core instance $code (instantiate $code))
  (func $exec (canon lift (core func $code "exec")))
  (instance $exec (export "exec" (func $exec)))
  (export "evil:host/exec@1.0.0" (instance $exec)))
