# socket: a server has a name, and a client finds it by that.
#
# The server gives its socket a name (bind), lets others find it (listen), and takes
# whoever comes (accept): for each there is a new file. The client has a socket of
# its own and asks for the name (connect). Then each can write to the other one.
#
# Here the client is a child of the server. It need not be: unlike the ends of a
# pipe, a name can be known to anybody.
#
# Prints:
#   client: hello, I am a client
#   server: hello, client
# Ends: exit 0

        .equ    READ, 63
        .equ    WRITE, 64
        .equ    EXIT, 93
        .equ    SOCKET, 198     # socket(domain, type, 0)
        .equ    BIND, 200       # bind(file, address of the name, its length)
        .equ    LISTEN, 201     # listen(file, how many may wait)
        .equ    ACCEPT, 202     # accept(file, 0, 0)
        .equ    CONNECT, 203    # connect(file, address of the name, its length)
        .equ    CLONE, 220
        .equ    WAIT4, 260
        .equ    SIGCHLD, 17
        .equ    STDOUT, 1
        .equ    AF_UNIX, 1      # on this computer
        .equ    STREAM, 1       # bytes in a row, without borders

        .data
name:   .half   AF_UNIX
        .ascii  "greetings"
        .equ    NAME, . - name
buffer: .zero   64
hello:  .ascii  "client: hello, I am a client\n"
        .equ    HELLO, . - hello
answer: .ascii  "server: hello, client\n"
        .equ    ANSWER, . - answer

        .text
        .globl  _start
_start:
        call    socket
        mv      s0, a0
        li      a7, BIND
        la      a1, name
        li      a2, NAME
        ecall
        li      a7, LISTEN
        mv      a0, s0
        li      a1, 5
        ecall
        li      a7, CLONE
        li      a0, SIGCHLD
        li      a1, 0
        ecall
        beqz    a0, client

        li      a7, ACCEPT      # waits for a client
        mv      a0, s0
        li      a1, 0
        li      a2, 0
        ecall
        mv      s1, a0          # the connection
        call    show
        li      a7, WRITE
        mv      a0, s1
        la      a1, answer
        li      a2, ANSWER
        ecall
        li      a7, WAIT4       # so that the client comes to its end
        li      a0, -1
        li      a1, 0
        li      a2, 0
        li      a3, 0
        ecall
        j       exit

client: call    socket
        mv      s1, a0
        li      a7, CONNECT
        la      a1, name
        li      a2, NAME
        ecall
        li      a7, WRITE
        mv      a0, s1
        la      a1, hello
        li      a2, HELLO
        ecall
        call    show
exit:   li      a7, EXIT
        li      a0, 0
        ecall

# Gives a new socket in a0.
socket: li      a7, SOCKET
        li      a0, AF_UNIX
        li      a1, STREAM
        li      a2, 0
        ecall
        ret

# Shows what comes from the other side of s1.
show:   li      a7, READ
        mv      a0, s1
        la      a1, buffer
        li      a2, 64
        ecall
        mv      a2, a0
        li      a7, WRITE
        li      a0, STDOUT
        la      a1, buffer
        ecall
        ret
