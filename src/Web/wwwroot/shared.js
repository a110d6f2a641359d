// The secret of the link stands behind "#", which browsers never send: it is taken out of the address and posted.
"use strict";
const field = document.getElementById("code");
if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1, 81);
  history.replaceState(null, "", location.pathname);
  document.getElementById("open").requestSubmit();
}
// Another link opened in the same window changes the address and loads nothing; with a query it is a page of its own.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#pd_")) location.replace(`${location.pathname}?next${location.hash}`);
});
