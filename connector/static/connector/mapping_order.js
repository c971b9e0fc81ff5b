/* The rows of a pair are put in order by dragging their grip, or with the arrow keys on it. The server's answer replaces the rows
   of the pair, whether it took the order or not. Without this script the position on a row's own page does the same. */
(() => {
  "use strict";

  document.addEventListener("DOMContentLoaded", () => {
    const mapping = document.querySelector("#mapping[data-order]");
    if (!mapping) return;
    mapping.classList.add("sa-mapping--sortable");

    let dragged = null; // a row
    let next = null; // what followed it before
    let sent = null; // the rows of the pair that wait for the server: no row is moved meanwhile

    const rowOf = (element) => element.closest("tr[data-row]");
    const order = (rows) => [...rows.querySelectorAll("tr[data-row]")].map((row) => row.dataset.row).join();

    function save(rows) {
      if (order(rows) === rows.dataset.seen) return;
      sent = rows;
      const csrfmiddlewaretoken = document.querySelector("[name=csrfmiddlewaretoken]").value;
      const values = { pair: rows.dataset.pair, rows: order(rows), seen: rows.dataset.seen, csrfmiddlewaretoken };
      htmx.ajax("POST", mapping.dataset.order, { source: rows, target: rows, swap: "outerHTML", values }).catch(() => {}); // `failed` tells it
    }

    function failed(event) {
      if (!sent) return;
      const head = sent.querySelector(".sa-table__group");
      for (const key of sent.dataset.seen.split(",").reverse()) head.after(sent.querySelector(`tr[data-row="${key}"]`));
      sent = null;
      const status = event.detail.xhr.status;
      const said = document.createElement("span");
      said.className = "sa-fault";
      said.textContent = `The order was not saved: the console ${status ? `answered ${status}` : "did not answer"}. Load the page anew and try again.`;
      document.getElementById("mapping-said").replaceChildren(said);
    }

    function end() {
      dragged.classList.remove("sa-dragged");
      dragged = next = null;
    }

    mapping.addEventListener("dragstart", (event) => {
      if (!event.target.closest(".sa-grip")) return;
      if (sent) return event.preventDefault();
      dragged = rowOf(event.target);
      next = dragged.nextSibling;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged.dataset.row);
      event.dataTransfer.setDragImage(dragged, 16, 16);
      dragged.classList.add("sa-dragged");
    });

    mapping.addEventListener("dragover", (event) => {
      if (!dragged || !dragged.parentElement.contains(event.target)) return;
      event.preventDefault();
      const over = rowOf(event.target);
      if (!over || over === dragged) return;
      const { top, height } = over.getBoundingClientRect();
      if (event.clientY < top + height / 2) over.before(dragged);
      else over.after(dragged);
    });

    mapping.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const rows = dragged.parentElement;
      end();
      save(rows);
    });

    mapping.addEventListener("dragend", () => {
      if (!dragged) return; // dropped
      next.before(dragged);
      end();
    });

    mapping.addEventListener("keydown", (event) => {
      if (!event.target.matches(".sa-grip") || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      const row = rowOf(event.target);
      const other = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
      if (sent || !other?.dataset.row) return;
      if (event.key === "ArrowUp") row.after(other);
      else row.before(other);
      save(row.parentElement);
    });

    mapping.addEventListener("htmx:afterSwap", () => { sent = null; });
    for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout", "htmx:swapError"]) mapping.addEventListener(name, failed);
  });
})();
