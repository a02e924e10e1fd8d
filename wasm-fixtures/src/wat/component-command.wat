;; Exports `wasi:cli/run`: something to start.
(component
  (core module $code (func (export "run") (result i32) i32.const 0))
  (core instance $code (instantiate $code))
  (func $run (result (result)) (canon lift (core func $code "run")))
  (instance $cli-run (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $cli-run)))
