;; No imports; exports one of each kind, so that export facts and their kinds can be told apart.
(module
  (type $nothing (func))
  (memory (export "memory") 1)
  (table (export "table") 2 funcref)
  (global (export "counter") (mut i32) (i32.const 0))
  (tag (export "failure") (type $nothing))
  (func (export "run") (type $nothing)))
