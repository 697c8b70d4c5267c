// Where the server is: without that Streamlit first looks for it below the page's own path, and logs errors. Its
// settings for who embeds it: its dialogs of errors speak to developers.
window.__streamlit = {
  BACKEND_BASE_URL: new URL(document.currentScript.dataset.base, window.location.href).href,
  HOST_CONFIG: { blockErrorDialogs: true },
};
