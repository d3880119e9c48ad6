"""The row of views kept under a name: open one, keep this one, share, rename, delete.

A view is opened by `?view_id=7`, which becomes the values of the view's own address: filters, chips
and rights then treat them as what anybody's link says.
"""

import logging
from collections.abc import Callable, Iterable
from urllib.parse import urlencode

import streamlit as st

from ui import desk_forms, drafts, filters, links, views, visit
from ui.i18n import md, t
from ui.rights import Refused
from ui.store import Unavailable
from ui.views import View, Views

KEY = "view_id"
PLACE = "_views"
FORM = "view_save"
log = logging.getLogger(__name__)


def known_keys(page: str, keys: Iterable[str] = ()) -> tuple[str, ...]:
    """What of a page's address a view keeps: the shared scope, the page's own, and `keys`."""
    shared = (key for key in links.KEPT if key != "lang")
    return tuple(dict.fromkeys((*shared, *filters.OWN.get(page, ()), *keys)))


def opened(page: str, keys: Iterable[str] = ()) -> None:
    """First of all on a page: the view that the address names takes the address's place."""
    asked = st.query_params.get(KEY)
    if asked is None:
        return
    user = visit.now().user
    try:
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 0
        view = views.by_number(user, number)
    except Unavailable as error:
        log.error("views: %s", error)
        desk_forms.say(PLACE, "error", t("This view cannot be opened now: try again later."))
        return
    if view is None or view.page != page:
        # The same words for a view that does not exist and one that is not the reader's.
        said = t("There is no view {number} on this page that you may open.", number=asked[:20])
        desk_forms.say(PLACE, "warning", said)
        st.query_params.pop(KEY, None)
        return
    _open(view, known_keys(page, keys))
    st.rerun()


def _open(view: View, known: Iterable[str]) -> None:
    """Puts a view's values into the address, in the place of the page's own; the rest stays."""
    kept = {key: values for key, values in links.here().items() if key not in {*known, KEY}}
    st.query_params.from_dict(kept | views.known(view.query, known))


def row(page: str, keys: Iterable[str] = ()) -> None:
    """Draws the row: which view this is, the others, and what can be done with it."""
    known = known_keys(page, keys)
    now = views.known(links.here(), known)
    user = visit.now().user
    found = views.of(user, page)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="views"):
        current = _choose(found, now, known) if found.views else None
        with st.popover(t("Keep this view"), icon=":material/bookmark_add:", type="tertiary"):
            _keep(page, now)
        if current:
            with st.popover(t("This view"), icon=":material/bookmark:", type="tertiary"):
                _about(current, now)
    desk_forms.unavailable(found)
    desk_forms.said(PLACE)


def _choose(found: Views, now: views.Query, known: Iterable[str]) -> View | None:
    """The list of views; the one that was opened, or that says what is on the screen."""
    by_id = {view.view_id: view for view in found.views}
    last = by_id.get(st.session_state.get(PLACE, 0))
    same = [view for view in found.views if view.query == now]
    current = last if last and (last in same or not same) else next(iter(same), None)
    st.session_state["pick_view"] = current.view_id if current and current in same else None
    st.selectbox(
        t("Views"),
        list(by_id),
        key="pick_view",
        index=None,
        format_func=lambda number: _called(by_id[number]) if number in by_id else "",
        placeholder=t("Views"),
        label_visibility="collapsed",
        on_change=_chosen,
        args=(by_id, known),
        width=280,
    )
    return current


def _called(view: View) -> str:
    if not view.is_shared:
        return view.name
    return t("{name} (shared by {who})", name=view.name, who=view.owner)


def _chosen(by_id: dict[int, View], known: Iterable[str]) -> None:
    view = by_id.get(st.session_state["pick_view"] or 0)
    st.session_state[PLACE] = view.view_id if view else 0
    if view:
        _open(view, known)


def _keep(page: str, now: views.Query) -> None:
    with st.form("view_new", border=False):
        drafts.restore(FORM, {"name": "", "is_shared": False})
        st.text_input(
            t("Name of the view"), key=drafts.key(FORM, "name"), max_chars=views.LONGEST_NAME
        )
        st.checkbox(
            t("Share it with all who may open this page"), key=drafts.key(FORM, "is_shared")
        )
        st.caption(t("Who opens it sees their own rows of it, and no others."))
        st.form_submit_button(
            t("Keep"), key="view_save", type="primary", on_click=_save, args=(page, now)
        )


def _save(page: str, now: views.Query) -> None:
    typed = drafts.keep(FORM, ("name", "is_shared"))

    def save() -> View:
        name, is_shared = typed["name"] or "", bool(typed["is_shared"])
        return views.save(visit.now().user, page, name, now, is_shared=is_shared)

    if view := _tried(save):
        drafts.done(FORM)
        st.session_state[PLACE] = view.view_id
        desk_forms.say(PLACE, "success", t("Kept as {name}.", name=view.name))


def _about(view: View, now: views.Query) -> None:
    """The link to a view, and for who may: its name, what it holds, who sees it, its end."""
    user = visit.now().user
    st.markdown(f"**{md(_called(view))}**")
    st.code(_link(view), language=None, wrap_lines=True)
    if not view.may_change(user):
        st.caption(t("Only {who} or an administrator changes this view.", who=view.owner))
        return
    number = view.view_id
    if view.query != now:
        st.button(
            t("Put what is on the screen into it"),
            key="view_put",
            on_click=_change,
            args=(number,),
            kwargs={"query": now},
        )
    name = f"view_name_{number}_{view.at}"
    st.text_input(
        t("Name of the view"),
        view.name,
        key=name,
        max_chars=views.LONGEST_NAME,
        on_change=_rename,
        args=(number, name),
    )
    st.button(
        t("Keep it to myself") if view.is_shared else t("Share it"),
        key="view_share",
        on_click=_change,
        args=(number,),
        kwargs={"is_shared": not view.is_shared},
    )
    if st.checkbox(t("Delete this view"), key=f"view_sure_{number}"):
        st.button(t("Delete"), key="view_delete", type="primary", on_click=_delete, args=(number,))


def _link(view: View) -> str:
    """The address that opens the view as it then is."""
    base = st.context.url if isinstance(st.context.url, str) else ""
    return f"{base.split('?')[0]}?{urlencode({KEY: view.view_id})}"


def _rename(number: int, widget: str) -> None:
    _change(number, name=st.session_state[widget])


def _change(number: int, **changes: str | bool | views.Query) -> None:
    _tried(lambda: views.change(visit.now().user, number, **changes))  # pyright: ignore


def _delete(number: int) -> None:
    if view := _tried(lambda: views.delete(visit.now().user, number)):
        st.session_state[PLACE] = 0
        desk_forms.say(PLACE, "success", t("Deleted: {name}.", name=view.name))


def _tried(deed: Callable[[], View]) -> View | None:
    """What a deed gives, or None with why not kept to be said."""
    try:
        return deed()
    except Refused as refused:
        desk_forms.say(PLACE, "warning", str(refused))
    except Unavailable as error:
        log.error("views: %s", error)
        desk_forms.say(PLACE, "error", desk_forms.not_written())
    return None
