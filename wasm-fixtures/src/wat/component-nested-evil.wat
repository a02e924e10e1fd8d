;; A nested component imports a forbidden interface, and the outer one satisfies it from within: not a requirement.
(component
  (component $inner (import "evil:host/exec@1.0.0" (instance)))
  (instance $nothing)
  (instance (instantiate $inner (with "evil:host/exec@1.0.0" (instance $nothing)))))
