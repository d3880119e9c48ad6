"""Whether what a reader got is a page, or an error in its place."""

from streamlit.proto.Alert_pb2 import Alert

from tests.wire import Reader

NOT_FOUND = ":material/search_off:"


def trouble(reader: Reader) -> str:
    """Why the last run did not show its page, in a few words; empty when it did."""
    elements = reader.elements()
    for element in elements:
        if element.HasField("exception"):
            return f"exception: {element.exception.message}"
        if element.HasField("alert") and element.alert.format in (Alert.ERROR, Alert.WARNING):
            return f"alert: {element.alert.body}"
        if element.HasField("alert") and element.alert.icon == NOT_FOUND:
            return "no such record"
        if element.HasField("text_input") and element.text_input.label == "Password":
            return "not signed in"
    return "" if any(element.HasField("heading") for element in elements) else "no title"
