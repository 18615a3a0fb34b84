// Offers the reader's own time zone first, where nobody has sent the page yet.
const zones = document.querySelector("select[data-own-zone]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zones && own) {
  const known = [...zones.options].find((option) => option.value === own);
  if (!known) zones.prepend(new Option(own.replaceAll("_", " "), own));
  zones.value = own;
}
