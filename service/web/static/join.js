// Fills in what the browser knows better than the number does: where its clock stands.
const place = document.getElementById("place");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
const known = zone.includes("/") && !zone.startsWith("Etc/"); // a browser that hides it says UTC
if (place && !place.value && known) {
  place.value = zone;
}
