"""The frame: the ASGI app that serves the board, and the script that each visit runs. No data, no charts."""

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

import routes
from components import assets, frame
from data_sources import cached
from notes import schedule

if get_script_run_ctx(suppress_warning=True) is None:
    around = [Middleware(assets.Assets, ancestors=cached.frame_ancestors)]
    app = st.App(__file__, lifespan=schedule.beside(cached.lifespan), routes=routes.ROUTES, middleware=around)
else:
    frame.run()
