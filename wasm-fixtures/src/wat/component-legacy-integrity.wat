;; A dependency name that the specification dropped in July 2026 and tools still accept.
(component (import "integrity=<sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=>" (component)))
