;; Standard streams and the terminal, at the newest release of the 0.2 track.
(component
  (import "wasi:cli/stdin@0.2.12" (instance (export "get-stdin" (func (result u32)))))
  (import "wasi:cli/stdout@0.2.12" (instance (export "get-stdout" (func (result u32)))))
  (import "wasi:cli/terminal-stdout@0.2.12" (instance (export "get-terminal-stdout" (func (result (option u32)))))))
