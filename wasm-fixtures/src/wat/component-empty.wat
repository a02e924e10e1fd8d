;; The 8-byte component: asks for nothing, offers nothing.
(component)
