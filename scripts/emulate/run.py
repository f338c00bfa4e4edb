"""Runs routines of a static x86-64 ELF file on the processor of Bochs, a Sapphire Rapids.

usage: run.py FILE

Reads one call a line from standard input and answers each with a line, both JSON:

    {"address": 4198400, "args": [7, {"data": "base64", "start": true}]}
    {"args": ["base64"]}

An argument is a number or memory, which is passed by its address; the answer has the
memory as it is after the call. With "pointers": {"16": 0} the address of the first argument
in memory is put at byte 16, and with "hidden": 1 beside "args" the first argument is not passed
itself. Memory ends where a page ends and the next one is not
there, or, with start, begins so. Arguments are passed on the stack, as Go's ABI0 does.
What the routine may not do is answered with {"error": "..."} and ends the program.
"""
import base64
import ctypes
import json
import os
import struct
import sys

sys.setdlopenflags(os.RTLD_GLOBAL | os.RTLD_LAZY)  # processor.c finds Bochs' processors

import bochscpu  # noqa: E402
import bochscpu.cpu  # noqa: E402
import bochscpu.memory  # noqa: E402

PAGE = 4096
TABLES, STACK, END = 0x1000, 0x8000, 0x9000  # page tables, stack, a HLT to return to
ARENA = 0x40000000  # memory of arguments
SLOT = 0x1000000
pages = {}


def page(at):
    """The host's address of a page, which is made when it is not there."""
    at &= -PAGE
    if at not in pages:
        pages[at] = bochscpu.memory.allocate_host_page()
        bochscpu.memory.page_insert(at, pages[at])
    return pages[at]


def pieces(at, size):
    """Splits a range at ends of pages: (offset, host address, length)."""
    done = 0
    while done < size:
        inside = (at + done) % PAGE
        length = min(PAGE - inside, size - done)
        yield done, page(at + done) + inside, length
        done += length


def write(at, data):
    for done, host, length in pieces(at, len(data)):
        ctypes.memmove(host, data[done:done + length], length)


def read(at, size):
    return b"".join(ctypes.string_at(host, length) for _, host, length in pieces(at, size))


def load(path):
    """Writes the loaded segments of an ELF file to their addresses."""
    with open(path, "rb") as f:
        elf = f.read()
    at, = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    for i in range(count):
        kind, _, offset, address, _, length = struct.unpack_from("<IIQQQQ", elf, at + i * size)
        if kind == 1:
            write(address, elf[offset:offset + length])


def segment(attributes):
    s = bochscpu.Segment()
    s.present, s.selector, s.base, s.limit, s.attr = True, 8, 0, 0xFFFFFFFF, attributes
    return s


def start():
    """Maps the first two GiB to themselves in pages of 2 MiB; HLT is what calls return to."""
    write(TABLES, struct.pack("<Q", TABLES + PAGE | 3))
    write(TABLES + PAGE, struct.pack("<QQ", TABLES + 2 * PAGE | 3, TABLES + 3 * PAGE | 3))
    write(TABLES + 2 * PAGE, struct.pack("<1024Q", *(i << 21 | 0x83 for i in range(1024))))
    write(END, b"\xf4")


def state(rip, rsp):
    s = bochscpu.State()
    bochscpu.cpu.set_long_mode(s)
    s.cr0, s.cr3, s.cr4, s.efer = 0x80050033, TABLES, 0x406A0, 0xD00
    s.xcr0 = 0xE7  # x87, SSE, AVX, AVX-512
    s.cs = segment(0xA09B)
    s.ds = s.es = s.ss = s.fs = s.gs = segment(0xC093)
    s.rflags, s.rip, s.rsp, s.mxcsr, s.mxcsr_mask = 2, rip, rsp, 0x1F80, 0xFFFF
    return s


def call(address, args, hidden=0):
    words, memory = [], []
    for i, arg in enumerate(args):
        if isinstance(arg, dict):
            data = base64.b64decode(arg["data"])
            # Two slots an argument: pages grow downward from the end, or upward from the start.
            at = ARENA + (2 * i + 1) * SLOT - len(data)
            if arg.get("start"):
                at = ARENA + (2 * i + 2) * SLOT - SLOT // 2
            write(at, data)
            for offset, number in arg.get("pointers", {}).items():
                write(at + int(offset), struct.pack("<Q", memory[number][0]))
            memory.append((at, len(data)))
            arg = at
        words.append(arg)
    words = words[hidden:]
    frame = struct.pack(f"<Q{len(words)}q", END, *words)
    at = STACK + PAGE // 2
    write(at, frame)
    wrong = []
    session = bochscpu.Session()

    def missing(gpa):
        page(gpa)
        wrong.append(f"touches {gpa:#x}, where no memory is")

    def exception(s, _cpu, vector, _code):
        wrong.append(f"exception {vector} at {s.cpu.rip:#x}")
        s.stop()

    session.missing_page_handler = missing
    hook = bochscpu.Hook()
    hook.exception = exception
    hook.hlt = lambda s, _cpu: s.stop()
    session.cpu.state = state(address, at)
    session.run([hook])
    after = session.cpu.state
    if not wrong and (after.rsp != at + 8 or after.rip != END + 1):
        wrong.append(f"returns to {after.rip:#x} with the stack at {after.rsp:#x}, not {at + 8:#x}")
    if wrong:
        return {"error": "; ".join(wrong)}
    return {"args": [base64.b64encode(read(*m)).decode() for m in memory]}


def main():
    start()
    load(sys.argv[1])
    for line in sys.stdin:
        answer = call(**json.loads(line))
        print(json.dumps(answer), flush=True)
        if "error" in answer:
            sys.exit(1)


main()
