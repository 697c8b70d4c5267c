// Opens the websocket before Streamlit does (saves about 0.5 s on slow lines): a phone far away takes half a second and
// more for that, and Streamlit would begin with it only once it has all started. Streamlit's own `new WebSocket()` gets
// this one, unless it was lost by then, or the call goes on with a session, or says who the reader is. A proxy says with
// the answers that start.js waits for which worker a reader goes to, so it is opened after those (deploy/nginx.conf).
//
// While Streamlit waits for its first answer, what levers are made of is run. Else that would happen when the answer is
// there, and React leaves the gray boxes in their places for another third of a second.
(() => {
  const Socket = WebSocket, nobody = "PLACEHOLDER_AUTH_TOKEN";
  addEventListener("server-answered", () => {
    const where = new URL("./_stcore/stream", document.baseURI);
    where.protocol = where.protocol.replace("http", "ws");
    const line = new Socket(where, ["streamlit", nobody]);
    window.WebSocket = new Proxy(Socket, { construct(made, [asked, [name, token, ...session] = []]) {
      window.WebSocket = Socket;
      setTimeout(() => dispatchEvent(new Event("first-answer-awaited")));
      const anybody = token === nobody || document.cookie.includes(`_streamlit_xsrf=${token}`);
      const same = new URL(asked).href === where.href && anybody && !session.length;
      if (!same || line.readyState > Socket.OPEN) {
        line.close();
        return new made(asked, [name, token, ...session]);
      }
      if (line.readyState === Socket.OPEN) setTimeout(() => line.dispatchEvent(new Event("open")));
      return line;
    } });
  }, { once: true });
})();
