// Tells the LMS that registered us that its frame or tab may close. It holds nothing that anybody may not know.
(window.opener || window.parent).postMessage({ subject: "org.imsglobal.lti.close" }, "*");
