"use strict";
// The button stays for browsers without script.
document.getElementById("autopost").submit();
