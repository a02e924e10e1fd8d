;; A whole component, unseen.
(component (import "plug-in" (component)))
