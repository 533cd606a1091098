#!/usr/bin/env python3
"""heed.py: libheed from Python, by ctypes alone: `heed.py LIBRARY PACKS TEXT...` prints a line for each text; `--stream` before the texts
lets each pass as a model's reply, in pieces of five bytes, and prints what could be shown.

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
    _fields_ = ([("size", c.c_size_t)] + [(name, c.c_char_p) for name in ("concept_id", "phrase", "why", "source")] +
                [("level", c.c_int), ("base_level", c.c_int), ("start", c.c_size_t), ("end", c.c_size_t), ("turn", c.c_int), ("confidence", c.c_int)] +
                [(name, c.c_int) for name in ("negated", "uncertain", "hypothetical", "question", "quoted", "idiom")] +
                [(name, c.c_char_p) for name in ("time", "experiencer", "family")])


class Heed:
    def __init__(self, library, packs):
        self.lib = lib = c.CDLL(str(library))
        for name in ("heed_verdict_reason", "heed_verdict_lang", "heed_verdict_time", "heed_verdict_experiencer", "heed_version"):
            getattr(lib, name).restype = c.c_char_p
        for name in ("heed_verdict_count", "heed_verdict_explain"):
            getattr(lib, name).restype = c.c_size_t
        for name in ("heed_screen", "heed_stream_verdict"):
            getattr(lib, name).restype = c.c_void_p
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
                findings.append({"concept": finding.concept_id.decode(), "level": finding.level, "start": finding.start, "end": finding.end,
                                 "time": finding.time.decode(), "family": finding.family.decode(), "why": finding.why.decode()})
        words = c.create_string_buffer(8192)
        self.lib.heed_verdict_explain(verdict, words, c.c_size_t(len(words)))
        return {"level": self.lib.heed_verdict_level(verdict), "lang": self.lib.heed_verdict_lang(verdict).decode(),
                "time": self.lib.heed_verdict_time(verdict).decode(), "experiencer": self.lib.heed_verdict_experiencer(verdict).decode(),
                "explanation": words.value.decode(errors="ignore"), "findings": findings}

    def release(self, pieces, role="assistant"):
        """Of pieces (bytes) of a reply, those that may be shown; ends at the first sentence that may not."""
        message, stream, error = Message(size=c.sizeof(Message), role=role == "assistant"), c.c_void_p(), c.create_string_buffer(320)
        if self.lib.heed_stream_open(self.engine, c.byref(message), None, c.byref(stream), error):
            raise RuntimeError(error.value.decode())
        text, size = c.c_void_p(), c.c_size_t()
        try:
            for piece in [*pieces, None]:
                if piece is None:
                    self.lib.heed_stream_finish(stream, self.scratch)
                else:
                    self.lib.heed_stream_feed(stream, self.scratch, piece, c.c_size_t(len(piece)))
                while self.lib.heed_stream_next(stream, c.byref(text), c.byref(size)):
                    yield c.string_at(text, size.value)
                if self.lib.heed_stream_state(stream) == 0:
                    return
        finally:
            self.lib.heed_stream_close(stream)

    def close(self):
        self.lib.heed_scratch_close(self.scratch)
        self.lib.heed_close(self.engine)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    heed = Heed(sys.argv[1], sys.argv[2])
    streamed = sys.argv[3] == "--stream"
    for text in sys.argv[3 + streamed:]:
        if streamed:
            data = text.encode()
            shown = b"".join(heed.release(data[at:at + 5] for at in range(0, len(data), 5)))
            print(json.dumps({"shown": shown.decode()}, ensure_ascii=False))
        else:
            print(json.dumps(heed.screen(text), ensure_ascii=False))
    heed.close()


if __name__ == "__main__":
    main()
