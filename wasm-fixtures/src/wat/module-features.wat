;; Uses proposals in bodies and outside them: shared memory, 128-bit vectors, tail calls, saturating conversions.
(module
  (memory 1 1 shared)
  (func $sign (param i32) (result i32) local.get 0 i32.extend8_s)
  (func (export "sat") (param f32) (result i32) local.get 0 i32.trunc_sat_f32_s)
  (func (export "tail") (param i32) (result i32) local.get 0 return_call $sign)
  (func (export "wait") (result i32) i32.const 0 i32.const 0 i64.const -1 memory.atomic.wait32)
  (func (export "zero") (result v128) v128.const i64x2 0 0))
