// The code of the link stands behind "#", which browsers never send: it is put into the field here.
"use strict";
const field = document.getElementById("code");
if (field && !field.value && location.hash.length > 1) {
  field.value = decodeURIComponent(location.hash.slice(1)).slice(0, 32);
  history.replaceState(null, "", location.pathname);
}
// Another machine's link opened in the same window changes the address and loads nothing; with a query it is a page of its own.
addEventListener("hashchange", () => {
  if (location.hash.length > 1 && location.hash !== "#main") location.replace(`${location.pathname}?next${location.hash}`);
});
