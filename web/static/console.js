// Completion of labels, relations and properties in the console's text, which Ctrl+Enter asks. Without a script the
// names stand beside it, and the button asks.
const area = document.querySelector("textarea[data-words]");
if (area) {
  const words = area.dataset.words.split(" ");
  const list = document.createElement("ul");
  list.className = "completion";
  list.id = "completion";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", area.dataset.label);
  list.hidden = true;
  area.after(list);
  area.setAttribute("aria-controls", "completion");
  let found = [];
  let at = 0;

  // What is being typed: a colon, a bar between types, or the stop behind a variable, and the letters after it.
  const begun = () => {
    const before = area.value.slice(0, area.selectionStart);
    const typed = /(?:(:|\|)|[\p{L}_][\p{L}\p{N}_]*(\.))([A-Za-z_]*)$/u.exec(before);
    return typed ? { sign: typed[2] ?? ":", letters: typed[3] } : null;
  };
  const close = () => {
    list.hidden = true;
    found = [];
  };
  const take = (word) => {
    const typed = begun();
    if (!typed) return;
    const end = area.selectionStart;
    area.setRangeText(word.slice(1), end - typed.letters.length, end, "end");
    close();
    area.focus();
  };
  const draw = () => {
    list.replaceChildren(
      ...found.map((word, place) => {
        const item = document.createElement("li");
        item.textContent = word;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", String(place === at));
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(word);
        });
        return item;
      }),
    );
    list.hidden = found.length === 0;
  };
  area.addEventListener("input", () => {
    const typed = begun();
    const start = typed ? (typed.sign + typed.letters).toLowerCase() : "";
    found = typed ? words.filter((word) => word.toLowerCase().startsWith(start)).slice(0, 8) : [];
    if (found.length === 1 && found[0].length === start.length) found = [];
    at = 0;
    draw();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      area.form.querySelector("button[value='run']").click();
      return;
    }
    if (list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      draw();
    } else if (event.key === "Enter" || event.key === "Tab") {
      take(found[at]);
    } else if (event.key === "Escape") {
      close();
    } else {
      return;
    }
    event.preventDefault();
  });
  area.addEventListener("blur", close);
}
