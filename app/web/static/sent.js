// Sends the page's form at once. Without script its button does.
document.querySelector("form[data-send-now]").submit();
