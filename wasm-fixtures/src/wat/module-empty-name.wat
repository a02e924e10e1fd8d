;; An import whose module name is empty: legal, and nobody's.
(module (import "" "0" (func)))
