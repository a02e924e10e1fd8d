;; S1's blind spot: the network as a component import. It was observed as an empty list and passed.
(component (import "wasi:sockets/tcp@0.2.0" (instance)))
