"""One command run to its end: how long, how much memory, and when it said what."""

import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

PROC = Path("/proc")
EVERY = 0.05  # seconds between two looks at the memory
LONGEST = 3600.0  # seconds after which a command is ended


class CommandFailed(Exception):
    """A measured command did not end well; the text holds the last that it said."""


@dataclass
class Finished:
    """What one command took: seconds, seconds of all its processors together, peak bytes of its
    process tree, timed lines of stderr."""

    seconds: float = 0.0
    processor: float = 0.0
    peak: int | None = None
    said: list[tuple[float, str]] = field(default_factory=list)
    answer: str = ""


def watch(command: list[str], root: Path) -> Finished:
    """Run a command from `root`. Raises CommandFailed when its exit code is not 0."""
    done = Finished()
    started, worked = time.perf_counter(), _children_worked()
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=root, stdout=pipe, stderr=pipe, text=True) as process:
        end = threading.Timer(LONGEST, process.kill)
        memory = threading.Thread(target=_follow, args=(process, done), daemon=True)
        end.start()
        memory.start()
        try:
            assert process.stderr and process.stdout
            for said in process.stderr:
                done.said.append((time.perf_counter() - started, said.rstrip()))
            done.answer = process.stdout.read()
            code = process.wait()
        finally:
            end.cancel()
            if process.poll() is None:
                process.kill()
    done.seconds = time.perf_counter() - started
    done.processor = _children_worked() - worked
    memory.join()
    if code:
        tail = "\n".join(said for _, said in done.said[-12:])
        raise CommandFailed(f"{' '.join(command)} ended with {code}\n{tail}")
    return done


def _children_worked() -> float:
    """Processor seconds of all that this process started and has seen end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _follow(process: subprocess.Popen, done: Finished) -> None:
    while process.poll() is None:
        now = resident(process.pid)
        if now is not None:
            done.peak = max(done.peak or 0, now)
        time.sleep(EVERY)


def resident(pid: int) -> int | None:
    """Bytes in memory of a process and all that it started; None where /proc does not tell."""
    try:
        pages = int((PROC / str(pid) / "statm").read_text().split()[1])
        children = [
            int(child)
            for task in (PROC / str(pid) / "task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except (OSError, ValueError):
        return None
    own = pages * os.sysconf("SC_PAGE_SIZE")
    return own + sum(resident(child) or 0 for child in children)


def peak_resident(pid: int) -> int | None:
    """The most bytes that one process ever had in memory; None where /proc does not tell."""
    try:
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return None
    found = (row.split() for row in status.splitlines() if row.startswith("VmHWM"))
    return next((int(words[1]) * 1024 for words in found), None)


def processor_used(pid: int) -> float | None:
    """Processor seconds that one process has used; None where /proc does not tell."""
    try:
        # After the name in brackets, which may hold spaces: fields 14 and 15 of proc(5).
        words = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
