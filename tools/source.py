"""source.py: what the lint scripts share: the project's C files, C text without comments and strings, functions, exception lists."""
import os
import re
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def tracked(*patterns):
    """Files of the repository, committed or new, that are there and not ignored."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "--"] + list(patterns), cwd=ROOT, text=True, check=True,
                            stdout=subprocess.PIPE).stdout.split("\n")
    return sorted(name for name in set(listed) if name and os.path.isfile(os.path.join(ROOT, name)))


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def code_only(text):
    """Comments and the contents of literals become blanks; line numbers stay."""
    def blank(match):
        token = match.group(0)
        if token[0] in "\"'":
            return token[0] + " " * (len(token) - 2) + token[0]
        return re.sub(r"[^\n]", " ", token)
    return TOKEN.sub(blank, text)


def functions(code):
    """(name, first line, last line, body) of each function, for code in the project's format: braces in column 0."""
    lines = code.split("\n")
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start is not None:
            head = " ".join(lines[max(0, start - 8):start - 1])
            names = re.findall(r"(\w+)\s*\((?:[^()]|\([^()]*\))*\)\s*$", head)
            yield (names[-1] if names else f"line {start}"), start, number, "\n".join(lines[start - 1:number])
            start = None


class Exceptions:
    """A list of exceptions, one a line: `KEY  # reason`. A line that nothing used any more is a failure itself."""

    def __init__(self, name):
        self.name, self.reasons, self.used, self.faults = name, {}, set(), []
        path = os.path.join(ROOT, name)
        if not os.path.exists(path):
            return
        for number, line in enumerate(read(name).split("\n"), 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            key, _, reason = line.partition("#")
            if not reason.strip():
                self.faults.append(f"{name}:{number}: an exception needs a reason after #")
            self.reasons[" ".join(key.split())] = reason.strip()

    def allows(self, key):
        if key in self.reasons:
            self.used.add(key)
            return True
        return False

    def unused(self):
        return self.faults + [f"{self.name}: exception '{key}' is not needed any more" for key in self.reasons if key not in self.used]


def close(name, checked, faults):
    """Print the faults and the closing line, and give the exit status. A lint counts as one check when it passes (its files are not
    tests), and as one failure for each fault."""
    for fault in faults:
        print(fault)
    print(f"{checked} files and symbols looked at")
    print(f"{name}: {0 if faults else 1} passed, {len(faults)} failed")
    return 1 if faults else 0
