;; A known interface that carries a string which nobody has checked.
(component (import "wasi:random/random@0.2.0" (external-id "https://example.org/x") (instance)))
