;; A core module wearing an interface name.
(component (import "wasi:random/random@0.2.0" (core module)))
