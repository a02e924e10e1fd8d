;; The whole network: ambient handle, TCP, UDP, names.
(component
  (import "wasi:sockets/instance-network@0.2.0" (instance
    (export "network" (type $network (sub resource)))
    (export "instance-network" (func (result (own $network))))))
  (import "wasi:sockets/tcp-create-socket@0.2.0" (instance
    (export "create-tcp-socket" (func (result (result))))))
  (import "wasi:sockets/udp-create-socket@0.2.0" (instance
    (export "create-udp-socket" (func (result (result))))))
  (import "wasi:sockets/ip-name-lookup@0.2.0" (instance
    (export "resolve-addresses" (func (param "name" string) (result (result)))))))
