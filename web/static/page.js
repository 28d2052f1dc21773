// What works only with a script: the print button. Everything else on the pages works without one.
document.documentElement.classList.add("scripted");
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// Keys of the review: a control with data-key is pressed by it while the focus is inside [data-keys], outside of fields.
const keys = document.querySelector("[data-keys]");
if (keys) {
  let sent = false;
  keys.focus({ preventScroll: true });
  keys.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  keys.addEventListener("keydown", (event) => {
    if (sent || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.matches("input, textarea, select")) return;
    const control = keys.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!control || control.disabled) return;
    event.preventDefault();
    control.click();
  });
}
