;; Proposals that show outside bodies only: two memories (one with 64-bit addresses), a constant expression that adds.
(module
  (memory i64 1)
  (memory 1)
  (global (export "sum") i32 (i32.add (i32.const 1) (i32.const 2))))
