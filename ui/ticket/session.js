// Trades the one-time ticket for the session cookie (which no script can read), or lets a dead one go.
// It tells Streamlit only that it is there: no value comes back, so no run is started.
"use strict"

const done = new Set()

function tell(type, data) {
  window.parent.postMessage({ isStreamlitMessage: true, type, ...data }, window.location.origin)
}

async function act({ action, ticket }) {
  const key = `${action} ${ticket}`
  if (done.has(key)) return
  done.add(key)
  await fetch("../../session", {
    method: action === "fetch" ? "POST" : "DELETE",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: action === "fetch" ? JSON.stringify({ ticket }) : undefined,
  })
}

window.addEventListener("message", (event) => {
  if (event.origin !== window.location.origin) return
  if (event.data.type === "streamlit:render") act(event.data.args).catch(() => {})
})
tell("streamlit:componentReady", { apiVersion: 1 })
tell("streamlit:setFrameHeight", { height: 0 })
