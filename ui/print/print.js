// Opens the browser's print dialogue for the page around this frame, once per click, when the page stands still.
// It tells Streamlit only that it is there: no value comes back, so no run is started.
"use strict"

const WAIT = 100 // milliseconds between looks
const LOOKS = 80
let printed = 0

function tell(type, data) {
  window.parent.postMessage({ isStreamlitMessage: true, type, ...data }, window.location.origin)
}

function isStill() {
  const app = window.parent.document.querySelector("[data-testid=stApp]")
  return !app || app.dataset.testScriptState === "notRunning"
}

function print(looks) {
  if (looks > 0 && !isStill()) {
    setTimeout(print, WAIT, looks - 1)
    return
  }
  window.parent.print()
}

window.addEventListener("message", (event) => {
  if (event.origin !== window.location.origin || event.data.type !== "streamlit:render") return
  const count = event.data.args.count
  if (count <= printed) return
  printed = count
  setTimeout(print, WAIT, LOOKS)
})
tell("streamlit:componentReady", { apiVersion: 1 })
tell("streamlit:setFrameHeight", { height: 0 })
