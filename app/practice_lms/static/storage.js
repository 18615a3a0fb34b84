"use strict";
// Canvas's side of a tool's postMessages, judged as strictly as the standard allows: what one tool put is given to no
// other, and only on the sign-in's own origin. `heard` is for tests, which read it.
(() => {
  const LONGEST = 4096;
  const { tools, names, keeps, lists } = document.currentScript.dataset;
  const kept = new Map();
  window.heard = [];

  const listMessages = () => {
    const where = names ? { frame: names } : {};
    const plain = ["lti.capabilities", "lti.frameResize"].map((subject) => ({ subject }));
    return [...plain, ...["lti.put_data", "lti.get_data"].map((subject) => ({ subject, ...where }))];
  };

  // Each gives the answer's members; what is wrong is thrown as [code, message].
  const subjects = {
    "lti.capabilities": () => {
      if (lists === undefined) throw ["unsupported_subject", "This frame only keeps data"];
      return { supported_messages: listMessages() };
    },
    "lti.put_data": ({ key, value }, origin) => {
      checkKey(key);
      if (value !== null && (typeof value !== "string" || !value || value.length > LONGEST)) {
        throw ["bad_request", "Message must contain 'value'"];
      }
      if (value === null) kept.delete(`${origin} ${key}`);
      else kept.set(`${origin} ${key}`, value);
      return { key, value };
    },
    "lti.get_data": ({ key }, origin) => {
      checkKey(key);
      return { key, value: kept.get(`${origin} ${key}`) ?? null };
    },
  };

  const checkKey = (key) => {
    if (keeps === undefined) throw ["wrong_origin", "Data is kept on the sign-in's origin only"];
    if (typeof key !== "string" || !key) throw ["bad_request", "Message must contain 'key'"];
  };

  const answer = (asked, origin) => {
    try {
      if (!tools.split(" ").includes(origin)) throw ["unauthorized", "No tool is registered for this origin"];
      if (typeof asked.message_id !== "string" || !asked.message_id) {
        throw ["bad_request", "Message must contain 'message_id'"];
      }
      return subjects[asked.subject](asked, origin);
    } catch (problem) {
      if (!Array.isArray(problem)) throw problem;
      return { error: { code: problem[0], message: problem[1] } };
    }
  };

  window.addEventListener("message", ({ data, origin, source }) => {
    if (typeof data?.subject !== "string" || !Object.hasOwn(subjects, data.subject)) return;
    const answered = answer(data, origin);
    window.heard.push({ subject: data.subject, origin, key: data.key, value: data.value, code: answered.error?.code });
    source.postMessage({ subject: `${data.subject}.response`, message_id: data.message_id, ...answered }, origin);
  });
})();
