"""Starts the app: `python -m ui.serve --port 8501`."""

import argparse
import os
import socket
import sys
from pathlib import Path

from queries import warehouse
from ui import accounts, secret, standing

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Says where the app is and how to get in, then becomes Streamlit; 2 when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m ui.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--address", default="127.0.0.1", help="127.0.0.1 unless behind TLS")
    wanted = parser.parse_args(arguments)
    if trouble := _trouble(wanted.address, wanted.port):
        print(trouble, file=sys.stderr)
        return 2
    print(f"Post-loan dashboard: http://{wanted.address}:{wanted.port}", flush=True)
    for line in _sign_ins():
        print(line, flush=True)
    os.chdir(ROOT)
    os.execv(sys.executable, _command(wanted.address, wanted.port))


def _trouble(address: str, port: int) -> str:
    """Why the app cannot start, in one line with what to do; empty when it can."""
    try:
        warehouse.newest_build()
        accounts.read()
        secret.key()
    except warehouse.WarehouseMissing as error:
        return f"{error}. Load a folder of loan files first: python -m data.load FOLDER"
    except accounts.AuthFileBroken as error:
        return f"The file of users cannot be used: {error}"
    except (secret.WeakKey, OSError) as error:
        return f"The secret key cannot be used: {error}"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            return (
                f"{address}:{port} cannot be used ({error.strerror}). Try make run PORT={port + 1}"
            )
    return ""


def _sign_ins() -> list[str]:
    """One line per demo sign-in with the demo book, else how to make real ones."""
    everyone = standing.people()
    demo = [a.user for a in everyone.values() if a.demo and not a.disabled]
    if demo:
        told = [f"  {u.username:<12} {u.username}-demo   {', '.join(u.roles)}" for u in demo]
        return ["Demo book. Sign in with (name, password, role):", *told]
    if everyone:
        return []
    return ["Nobody can sign in yet: python -m ui.access add NAME --roles ROLE --branches '*'"]


def _command(address: str, port: int) -> list[str]:
    settings = ("--server.port", str(port), "--server.address", address, "--logger.level", "error")
    return [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *settings]


if __name__ == "__main__":
    sys.exit(main())
