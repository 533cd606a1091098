#!/usr/bin/env python3
"""heed.py: libheed from Python, by ctypes alone: `heed.py LIBRARY PACKS TEXT...` prints a line for each text.

Structures and functions are those of include/heed/heed.h; a Heed object holds one engine and one scratch, for one thread."""
import ctypes as c
import json
import pathlib
import sys


class Pack(c.Structure):
    _fields_ = [("name", c.c_char_p), ("bytes", c.c_char_p), ("len", c.c_size_t)]


class Message(c.Structure):
    _fields_ = [("size", c.c_size_t), ("role", c.c_int), ("text", c.c_char_p), ("text_len", c.c_size_t), ("turns", c.c_void_p),
                ("turn_count", c.c_size_t), ("carried_level", c.c_int), ("country", c.c_char_p), ("age", c.c_int)]


class Finding(c.Structure):
    _fields_ = ([("size", c.c_size_t)] + [(name, c.c_char_p) for name in ("concept", "phrase", "why", "source")] +
                [("level", c.c_int), ("base_level", c.c_int), ("start", c.c_size_t), ("end", c.c_size_t), ("turn", c.c_int), ("confidence", c.c_int)] +
                [(name, c.c_int) for name in ("negated", "uncertain", "hypothetical", "question", "quoted", "idiom")] +
                [("time", c.c_char_p), ("experiencer", c.c_char_p)])


class Heed:
    def __init__(self, library, packs):
        self.lib = lib = c.CDLL(str(library))
        for name in ("heed_screen", "heed_verdict_reason", "heed_verdict_lang", "heed_version"):
            getattr(lib, name).restype = c.c_void_p if name == "heed_screen" else c.c_char_p
        lib.heed_verdict_count.restype = c.c_size_t
        if lib.heed_abi() != 1:
            raise RuntimeError("another ABI of libheed")
        sources = [(str(path.relative_to(packs)).encode(), path.read_bytes()) for path in sorted(pathlib.Path(packs).rglob("*.yaml"))]
        listed = (Pack * len(sources))(*[Pack(name, data, len(data)) for name, data in sources])
        image, size, error = c.c_void_p(), c.c_size_t(), c.create_string_buffer(320)
        self.engine, self.scratch = c.c_void_p(), c.c_void_p()
        if (lib.heed_build(None, listed, c.c_size_t(len(sources)), c.byref(image), c.byref(size), error)
                or lib.heed_open(None, image, size, c.byref(self.engine), error)
                or lib.heed_scratch_open(self.engine, c.byref(self.scratch), error)):
            raise RuntimeError(error.value.decode())
        lib.heed_image_free(None, image)

    def screen(self, text, role="client"):
        data = text.encode()
        message = Message(size=c.sizeof(Message), role=role == "assistant", text=data, text_len=len(data))
        verdict = c.c_void_p(self.lib.heed_screen(self.engine, self.scratch, c.byref(message)))
        if self.lib.heed_verdict_state(verdict) == 0:
            return {"level": None, "reason": self.lib.heed_verdict_reason(verdict).decode(), "findings": []}
        findings, finding = [], Finding(size=c.sizeof(Finding))
        for i in range(self.lib.heed_verdict_count(verdict)):
            if self.lib.heed_verdict_finding(verdict, c.c_size_t(i), c.byref(finding)) == 0:
                findings.append({"concept": finding.concept.decode(), "level": finding.level, "start": finding.start, "end": finding.end,
                                 "time": finding.time.decode(), "why": finding.why.decode()})
        return {"level": self.lib.heed_verdict_level(verdict), "lang": self.lib.heed_verdict_lang(verdict).decode(), "findings": findings}

    def close(self):
        self.lib.heed_scratch_close(self.scratch)
        self.lib.heed_close(self.engine)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    heed = Heed(sys.argv[1], sys.argv[2])
    for text in sys.argv[3:]:
        print(json.dumps(heed.screen(text), ensure_ascii=False))
    heed.close()


if __name__ == "__main__":
    main()
