"use strict";
// A tool ends its registration by asking the LMS to close the frame.
window.addEventListener("message", (event) => {
  const frame = document.getElementById("registration-frame");
  const closing = event.data && event.data.subject === "org.imsglobal.lti.close";
  if (frame && closing && event.source === frame.contentWindow) {
    window.location.assign("/registration");
  }
});
