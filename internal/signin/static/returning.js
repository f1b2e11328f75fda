// Browsers keep whole pages for their back button, also those that must not be stored, and would show them after the
// sign-out. A page that is shown again that way asks TEAM first.
addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});
