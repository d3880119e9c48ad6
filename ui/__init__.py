"""What pages share, who is here, and the server: everything between a page and the reader."""

import logging

# Our own commands use Streamlit outside a server on purpose; its remarks on that help nobody.
_REMARKS = ("No runtime found", "missing ScriptRunContext")
for _name in ("caching.cache_data_api", "scriptrunner_utils.script_run_context"):
    logging.getLogger(f"streamlit.runtime.{_name}").addFilter(
        lambda record: not any(remark in record.getMessage() for remark in _REMARKS)
    )
