"use strict";
// Columns sort by a click or by the keyboard. Without scripts the tables are as they are, the largest groups first.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const value = (row, at) => row.cells[at].dataset.v ?? row.cells[at].textContent.trim();
  table.querySelectorAll("thead th").forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numeric = !head.classList.contains("name");
      const down = head.ariaSort ? head.ariaSort === "ascending" : numeric;
      const rows = [...body.rows].sort((a, b) => {
        const x = value(a, at), y = value(b, at);
        if (!numeric) return (down ? -1 : 1) * x.localeCompare(y);
        if (x === "" || y === "") return (x === "") - (y === "");
        return (down ? -1 : 1) * (x - y);
      });
      for (const other of table.querySelectorAll("thead th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      body.append(...rows);
    });
  });
}
