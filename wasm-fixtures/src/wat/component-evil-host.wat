;; S1's bypass: arbitrary host execution, packaged as compliant because component imports were not read.
(component (import "evil:host/exec@1.0.0" (instance (export "exec" (func (param "command" string))))))
