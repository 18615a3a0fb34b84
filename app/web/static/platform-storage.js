// Where this frame may keep no cookie, the LMS's own page keeps a secret for us (LTI platform storage). At the login
// the secret is put there, at the launch it is fetched again. No answer in time is no error: the page then goes on
// without, to a new tab or to a page that says why not.
"use strict";
(() => {
  const PROBE_MS = 600;
  const ANSWER_MS = 1200;
  const REPEAT_MS = 300;
  const PUT = "lti.put_data";
  const GET = "lti.get_data";
  const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
  const { target, origin, key, secret, next } = document.currentScript.dataset;
  // In a frame the LMS is around us, in a tab that it has opened it is behind us; else there is none to ask.
  const lms = window.top === window.self ? window.opener : window.parent;

  const send = (frame, to, message) => {
    try {
      frame.postMessage(message, to);
    } catch {
      // The window has gone; then nobody answers.
    }
  };

  // Asks one window, again and again since its script may still be loading, and gives its answer, or null. Only that
  // very window at that very origin may answer, and only this question.
  const ask = (frame, to, message, patience) =>
    new Promise((give) => {
      const id = crypto.randomUUID();
      const again = setInterval(() => send(frame, to, { ...message, message_id: id }), REPEAT_MS);
      const late = setTimeout(() => end(null), patience);
      const end = (answer) => {
        clearInterval(again);
        clearTimeout(late);
        removeEventListener("message", hear);
        give(answer);
      };
      const hear = ({ source, origin: from, data }) => {
        if (source !== frame || (to !== "*" && from !== to)) return;
        if (data?.subject === `${message.subject}.response` && data.message_id === id) end(data);
      };
      addEventListener("message", hear);
      send(frame, to, { ...message, message_id: id });
    });

  // The frame of that name beside ours. In a rich text editor it is missing; then the window around us.
  const findFrame = (name) => {
    if (name === "_parent") return lms;
    try {
      const found = lms.frames[name];
      return typeof found?.postMessage === "function" ? found : lms;
    } catch {
      return lms;
    }
  };

  // Whoever answers the first question proves nothing by it. It only says where, and whether, to ask the second one,
  // which goes to nobody but the registered origin.
  const converse = async (subject, value) => {
    const told = await ask(lms, "*", { subject: "lti.capabilities" }, PROBE_MS);
    const listed = Array.isArray(told?.supported_messages) ? told.supported_messages : null;
    const entry = listed?.find((one) => one?.subject === subject);
    if (listed && !entry) return null;
    const named = entry?.frame;
    const frame = findFrame(typeof named === "string" && PLAIN_NAME.test(named) ? named : target);
    const answer = await ask(frame, origin, { subject, key, ...value }, ANSWER_MS);
    if (subject === GET) {
      // It has served; nothing of ours stays there.
      send(frame, origin, { subject: PUT, key, value: null, message_id: crypto.randomUUID() });
    }
    return answer && !answer.error ? answer : null;
  };

  // Whatever goes wrong, the page goes on.
  const useStorage = (subject, value) => (lms ? converse(subject, value).catch(() => null) : Promise.resolve(null));

  const show = (isAsking) => {
    document.getElementById("asking").hidden = !isAsking;
    for (const part of document.querySelectorAll("[data-way-on]")) part.hidden = isAsking;
  };

  const logIn = async () => {
    show(Boolean(lms));
    if (await useStorage(PUT, { value: secret })) location.replace(next);
    else show(false);
  };

  const launch = async () => {
    const form = document.getElementById("answer");
    // Its button is for a page without script; pressed now it would go without the answer.
    form.hidden = true;
    const answer = await useStorage(GET, {});
    form.elements.secret.value = typeof answer?.value === "string" ? answer.value : "";
    form.submit();
  };

  if (secret) logIn();
  else launch();
})();
