// The code of the link stands behind "#", which browsers never send: it is put into the field here.
const field = document.getElementById("code");
if (field && !field.value && location.hash.length > 1) {
  field.value = decodeURIComponent(location.hash.slice(1)).slice(0, 32);
  history.replaceState(null, "", location.pathname);
}
