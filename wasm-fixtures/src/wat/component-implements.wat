;; A plain name that hides an interface: hosts link what `implements` names, so that is what is judged.
(component (import "x" (implements "wasi:random/random@0.2.0") (instance)))
