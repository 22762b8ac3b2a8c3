// What the page does beyond being read: a theme, filters, sorted tables. Without it everything is still there.

/// The script. It reads attributes that this program wrote, moves and hides elements, and never makes markup of text.
enum HTMLScript {
  static let source: StaticString = #"""
    (() => {
      "use strict";
      const root = document.documentElement;
      const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));

      // Theme: what the system says, until the button is pressed; a file's storage may be closed to us.
      const remembered = () => { try { return localStorage.getItem("flipgate-theme"); } catch { return null; } };
      const remember = (theme) => { try { localStorage.setItem("flipgate-theme", theme); } catch { /* not remembered */ } };
      const theme = remembered();
      if (theme === "light" || theme === "dark") root.dataset.theme = theme;
      for (const holder of all(".theme")) {
        holder.hidden = false;
        holder.querySelector("button").addEventListener("click", () => {
          const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
          root.dataset.theme = isDark ? "light" : "dark";
          remember(root.dataset.theme);
        });
      }

      // Tables: a click on a column's name sorts by it, another one turns the order.
      for (const table of all("table[data-sortable]")) {
        const body = table.tBodies[0];
        const heads = all("thead th", table);
        heads.forEach((head, column) => {
          const button = document.createElement("button");
          button.type = "button";
          button.append(...head.childNodes);
          head.append(button);
          button.addEventListener("click", () => {
            const isNumber = head.classList.contains("n");
            const now = head.getAttribute("aria-sort");
            const next = now === "ascending" ? "descending" : now === "descending" ? "ascending" : isNumber ? "descending" : "ascending";
            for (const other of heads) other.removeAttribute("aria-sort");
            head.setAttribute("aria-sort", next);
            const sign = next === "ascending" ? 1 : -1;
            const value = (row) => {
              const cell = row.cells[column];
              if (!isNumber) return cell.textContent;
              const number = Number.parseFloat(cell.dataset.value ?? "");
              return Number.isNaN(number) ? -Infinity * sign : number;
            };
            const compare = (a, b) => isNumber ? (a === b ? 0 : a - b) : a.localeCompare(b);
            body.append(...Array.from(body.rows).map((row, place) => ({ row, place, value: value(row) }))
              .sort((a, b) => sign * compare(a.value, b.value) || a.place - b.place).map((entry) => entry.row));
          });
        });
      }

      // Items: by task, slice, kind and text.
      const form = document.querySelector(".filters");
      const items = all(".item");
      let apply = () => {};
      if (form && items.length) {
        form.hidden = false;
        const texts = new Map();
        const text = (item) => {
          if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
          return texts.get(item);
        };
        const output = form.querySelector("output");
        apply = () => {
          const wanted = (name) => form.elements[name]?.value ?? "";
          const [task, slice, kind] = ["task", "slice", "kind"].map(wanted);
          const words = wanted("text").trim().toLowerCase();
          let shown = 0;
          for (const item of items) {
            const fits = (!task || item.dataset.task === task) && (!slice || (item.dataset.slices ?? "").split(" ").includes(slice))
              && (!kind || item.dataset.kind === kind) && (!words || text(item).includes(words));
            item.hidden = !fits;
            if (fits) shown += 1;
          }
          output.textContent = shown === items.length ? `${shown} shown` : `${shown} of ${items.length} shown`;
        };
        let waiting = 0;
        form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 80); });
        form.addEventListener("submit", (event) => event.preventDefault());
        apply();
      }

      // A link to something opens it, and everything around it.
      const reveal = () => {
        let id = "";
        try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
        const target = id && document.getElementById(id);
        if (!target) return;
        for (let element = target; element; element = element.parentElement) if (element.localName === "details") element.open = true;
        if (target.hidden) { form?.reset(); apply(); }
        target.scrollIntoView({ behavior: "instant" });
      };
      addEventListener("hashchange", reveal);
      if (location.hash) reveal();
      addEventListener("beforeprint", () => { for (const detail of all("details:not([hidden])")) detail.open = true; });
    })();
    """#
}
