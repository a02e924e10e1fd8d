;; The canonical form of a version: the track in the name, the rest in an attribute. Reads 0.2.3.
(component (import "wasi:random/random@0.2" (versionsuffix ".3") (instance)))
