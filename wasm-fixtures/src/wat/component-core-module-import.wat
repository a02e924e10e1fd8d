;; Code that nobody has seen, linked in at instantiation.
(component (import "plug-in" (core module)))
