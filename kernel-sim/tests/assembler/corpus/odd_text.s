# Bytes in code that leave it at an odd address. The section is padded.
        .globl  _start
_start: ret
        .string "text in the code"
