"""The real frame behind the real server, with a note of how long each run of the script takes."""

import streamlit as st

from app import main
from tests import bench_hook
from ui import server

if __name__ == "__main__":
    bench_hook.watched(main)
else:
    app = st.App(__file__, **server.parts())
