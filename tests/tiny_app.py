"""A small app behind the real server, for tests of sign-in, headers and guards."""

import streamlit as st

from queries import warehouse
from ui import access, server
from ui import connection as here

ENDLESS = "select sum(hash(a.range + b.range)) from range(1000000) a, range(1000000) b"


def home() -> None:
    """Says who is here and from where."""
    st.text(f"ROWS home {here.address()}")
    st.text_input("Filter", key="filter")


def loan() -> None:
    """One record, a file of it, and a way to fail."""
    st.text(f"ROWS loan {st.query_params.get('loan_id', '')}")
    st.download_button("File", data=b"ROWS in a file", file_name="rows.csv")
    if st.button("Fail"):
        raise RuntimeError("ROWS in an error")


def slow() -> None:
    """A query that takes longer than any test."""
    st.text("ROWS slow")
    warehouse.exact(ENDLESS)


def main() -> None:
    """Navigation first, then sign-in, as app.py does."""
    pages = [st.Page(home, url_path="home", default=True)]
    pages += [st.Page(page, url_path=page.__name__) for page in (loan, slow)]
    chosen = st.navigation(pages, position="hidden")
    user = access.sign_in()
    if user:
        st.text(f"in as {user.username}")
        st.button("Sign out", on_click=access.sign_out, args=(user,))
        chosen.run()


if __name__ == "__main__":
    main()
else:
    app = st.App(__file__, **server.parts())
