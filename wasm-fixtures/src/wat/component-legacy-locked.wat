;; A dependency name that the specification dropped in July 2026 and tools still accept.
(component (import "locked-dep=<a:b@1.0.0>" (component)))
