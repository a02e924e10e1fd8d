;; Standard name mangling of the canonical ABI, with the version written as its compatibility track.
(module
  (import "cm32p2|wasi:io/poll@0.2" "[method]pollable.block" (func (param i32)))
  (import "cm32p2|wasi:io/poll@0.2" "[resource-drop]pollable" (func (param i32))))
