// What works only with a script: the print button. Everything else on the pages works without one.
document.documentElement.classList.add("scripted");
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
