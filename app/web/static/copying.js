// Buttons that copy a value of ours, from a field or from a line of text. Without script it is there to be selected.
"use strict";
(() => {
  const SHOWN_MS = 2000;
  // A frame may not be allowed to use the clipboard; the old command works there after a click.
  const copy = async (field) => {
    if (field.select) field.select();
    else getSelection().selectAllChildren(field);
    try {
      await navigator.clipboard.writeText(field.value ?? field.textContent);
      return true;
    } catch {
      return document.execCommand("copy");
    }
  };
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const label = button.querySelector("span");
    const usual = label.textContent;
    label.setAttribute("aria-live", "polite");
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (!(await copy(document.getElementById(button.dataset.copy)))) return;
      label.textContent = button.dataset.done;
      setTimeout(() => (label.textContent = usual), SHOWN_MS);
    });
  }
})();
