;; A WIT package: a component binary that holds types and nothing that runs.
(component
  (type (export "console") (component
    (export "fixtures:log/console@0.1.0" (instance
      (export "log" (func (param "line" string))))))))
