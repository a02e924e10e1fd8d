;; A resource type under a plain name.
(component (import "connection" (type (sub resource))))
