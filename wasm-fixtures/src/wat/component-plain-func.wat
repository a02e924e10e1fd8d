;; A function under a plain name: the host must know it by agreement.
(component (import "log-line" (func (param "line" string))))
