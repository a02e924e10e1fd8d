;; What a Go program for the browser imports.
(module (import "gojs" "runtime.wasmExit" (func (param i32))))
